/**
 * Entity scores exactly as seqeval 1.2.2 computes them with `mode=None, scheme=None` (the conlleval rules),
 * plain labels included; see docs/metrics.md. Checked against the real library by
 * scripts/reference/check_metrics.py.
 */
import { GalleyError } from '../../errors/galley-error.ts';
import { OUTSIDE } from '../../labels/labels.ts';
import { f1Of, ratio } from './confusion.ts';

/** One chunk: `[type, first index, last index]`, both ends included. */
export type Entity = readonly [type: string, start: number, end: number];

export interface EntityScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Reference entities. */
  readonly support: number;
}

/** First character, and the rest after its first "-" ("_" where nothing is left). */
function splitTag(label: string): [tag: string, type: string] {
  const [tag] = label;
  if (tag === undefined) throw new GalleyError('invalid-data', 'a label is empty, expected a name or O');
  const rest = label.slice(tag.length);
  return [tag, rest.slice(rest.indexOf('-') + 1) || '_'];
}

function endsChunk(previous: string, tag: string, previousType: string, type: string): boolean {
  if (previous === 'E' || previous === 'S') return true;
  if ((previous === 'B' || previous === 'I') && (tag === 'B' || tag === 'S' || tag === 'O')) return true;
  return previous !== 'O' && previous !== '.' && previousType !== type;
}

function startsChunk(previous: string, tag: string, previousType: string, type: string): boolean {
  if (tag === 'B' || tag === 'S') return true;
  if (['E', 'S', 'O'].includes(previous) && (tag === 'E' || tag === 'I')) return true;
  return tag !== 'O' && tag !== '.' && previousType !== type;
}

/** Chunks of one sequence of labels, in order (seqeval's `get_entities`). */
export function entitiesOf(labels: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let [previous, previousType, begin] = ['O', '', 0];
  for (let i = 0; i <= labels.length; i++) {
    const [tag, type] = splitTag(labels[i] ?? 'O');
    if (endsChunk(previous, tag, previousType, type)) entities.push([previousType, begin, i - 1]);
    if (startsChunk(previous, tag, previousType, type)) begin = i;
    [previous, previousType] = [tag, type];
  }
  return entities;
}

/** Entity counts added up sequence by sequence. */
export class EntityCounter {
  #correct = 0;
  #predicted = 0;
  #reference = 0;

  /** Adds one sequence; both lists are of equal length. */
  add(reference: readonly string[], predicted: readonly string[]): void {
    const keys = new Set(entitiesOf(reference).map(String));
    const found = new Set(entitiesOf(predicted).map(String));
    this.#reference += keys.size;
    this.#predicted += found.size;
    for (const key of found) if (keys.has(key)) this.#correct++;
  }

  /** Micro average over all types; 0 for 0 / 0. */
  scores(): EntityScores {
    return {
      precision: ratio(this.#correct, this.#predicted),
      recall: ratio(this.#correct, this.#reference),
      f1: f1Of(this.#correct, this.#predicted, this.#reference),
      support: this.#reference,
    };
  }
}

/** Micro-averaged entity scores of many sequences, separated by an O as seqeval flattens them. */
export function entityScores(
  reference: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
): EntityScores {
  const counter = new EntityCounter();
  const flatten = (sequences: readonly (readonly string[])[]) => sequences.flatMap((s) => [...s, OUTSIDE]);
  counter.add(flatten(reference), flatten(predicted));
  return counter.scores();
}

/**
 * The tags seqeval is given for a label set. Sets already in IOB/IOBES form (every name but O is `B-`, `I-`, `E-`
 * or `S-` something) stay; plain names become `I-<NAME>`, or seqeval would read STEP as one entity a token
 * and OVEN as outside. A run of one label is then one entity.
 */
export function entityTags(names: readonly string[]): string[] {
  const scheme = names.every((name) => name === OUTSIDE || /^[BIES]-./.test(name));
  return names.map((name) => (name === OUTSIDE || scheme ? name : `I-${name}`));
}
