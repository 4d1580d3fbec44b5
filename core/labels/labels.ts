import { GalleyError } from '../errors/galley-error.ts';

/** The labels of the mission, in the order of their ids. */
export const DEFAULT_LABELS = [
  'O',
  'TITLE',
  'INGREDIENT_LINE',
  'INSTRUCTION_STEP',
  'TIME',
  'TEMP',
  'SERVINGS',
] as const;
export type DefaultLabel = (typeof DEFAULT_LABELS)[number];

export const OUTSIDE = 'O';

/** Other spellings of a label that collapse onto one of ours (specification: NOTE is collapsed to O). */
const COLLAPSED: Readonly<Record<string, string>> = { NOTE: OUTSIDE };

/** How a label is drawn: colour (fill and outline), and a letter, since colour is never the only cue. */
export interface LabelStyle {
  readonly colour: string;
  readonly letter: string;
  readonly title: string;
}

/** What a label set says itself about how a label looks and which key gives it. */
export interface OwnLabelStyle extends Partial<LabelStyle> {
  /** One character; without, the first ten labels have the digits. */
  readonly key?: string;
}
export type OwnLabelStyles = Readonly<Record<string, OwnLabelStyle>>;

export const LABEL_STYLES: Readonly<Record<string, LabelStyle>> = {
  TITLE: { colour: '#7a5ea6', letter: 'T', title: 'Title' },
  INGREDIENT_LINE: { colour: '#3f8f5f', letter: 'I', title: 'Ingredient line' },
  INSTRUCTION_STEP: { colour: '#2b67b2', letter: 'S', title: 'Instruction step' },
  TIME: { colour: '#c97a12', letter: 'M', title: 'Time' },
  TEMP: { colour: '#d3482f', letter: 'P', title: 'Temperature' },
  SERVINGS: { colour: '#16898c', letter: 'V', title: 'Servings' },
  O: { colour: '#8a8a8a', letter: '', title: 'Outside' },
};

const EXTRA_COLOURS = [
  '#8c564b',
  '#b5398f',
  '#5c7f00',
  '#00639c',
  '#a3661b',
  '#6b6bd6',
  '#007f73',
  '#c2413a',
  '#7d6a00',
  '#8a3ffc',
  '#4a7a3a',
  '#bf4f74',
];

/** A label without the `B-` or `I-` of a scheme that says where a span begins. */
const bare = (label: string): string => label.replace(/^[BIES]-(?=.)/, '');

/** Style of any label; label sets other than ours get a stable colour by their place. */
export function labelStyle(label: string, id = 0, own: OwnLabelStyles = {}): LabelStyle {
  const known = Object.hasOwn(LABEL_STYLES, label) ? LABEL_STYLES[label] : undefined;
  const style = known ?? {
    colour: EXTRA_COLOURS[id % EXTRA_COLOURS.length],
    letter: bare(label).charAt(0).toUpperCase(),
    title: label,
  };
  const told = Object.hasOwn(own, label)
    ? own[label]
    : Object.hasOwn(own, `B-${label}`)
      ? { ...own[`B-${label}`], title: undefined }
      : undefined;
  if (told === undefined) return style;
  return {
    colour: told.colour ?? style.colour,
    letter: told.letter ?? style.letter,
    title: told.title ?? style.title,
  };
}

/** Names by id and ids by name of one label set. */
export class LabelMap {
  readonly names: readonly string[];
  /** Looks and keys the set gives its labels, by name; empty where it leaves them to Galley. */
  readonly styles: OwnLabelStyles;
  readonly #ids: Map<string, number>;

  /** @throws GalleyError `invalid-data` for no labels, or one name twice. */
  constructor(names: readonly string[], styles: OwnLabelStyles = {}) {
    this.styles = styles;
    if (names.length === 0) throw new GalleyError('invalid-data', 'a label map needs at least one label');
    this.names = [...names];
    this.#ids = new Map(names.map((name, id) => [name, id]));
    if (this.#ids.size !== names.length)
      throw new GalleyError('invalid-data', `a label appears twice in [${names.join(', ')}]`);
  }

  static readonly default = new LabelMap(DEFAULT_LABELS);

  get size(): number {
    return this.names.length;
  }

  /** Id of O, or -1 for a set that has none. */
  get outsideId(): number {
    return this.#ids.get(OUTSIDE) ?? -1;
  }

  has(name: string): boolean {
    return this.#ids.has(name);
  }

  /** Id of a label; NOTE (and other collapsed spellings) give the id they collapse onto. */
  idOf(name: string, where?: string): number {
    const id = this.#ids.get(name) ?? this.#ids.get(COLLAPSED[name] ?? '');
    if (id === undefined)
      throw new GalleyError(
        'invalid-data',
        `unknown label "${name}", expected one of ${this.names.join(', ')}`,
        { where },
      );
    return id;
  }

  nameOf(id: number, where?: string): string {
    const name = this.names[id];
    if (name === undefined)
      throw new GalleyError('invalid-data', `unknown label id ${id}, the label map has 0..${this.size - 1}`, {
        where,
      });
    return name;
  }

  /** How label `id` is drawn and which key gives it; `B-X` and `I-X` are drawn alike. */
  styleOf(id: number): LabelStyle & { readonly key: string } {
    const name = this.nameOf(id);
    const spans = [...new Set(this.names.map(bare))];
    const style = labelStyle(name, spans.indexOf(bare(name)), this.styles);
    const own = Object.hasOwn(this.styles, name) ? this.styles[name].key : undefined;
    if (own !== undefined) return { ...style, key: own };
    const digit = id < 10 ? String(id) : '';
    const taken = Object.values(this.styles).some((other) => other.key === digit);
    return { ...style, key: taken ? '' : digit };
  }

  equals(other: LabelMap): boolean {
    return this.size === other.size && this.names.every((name, id) => other.names[id] === name);
  }

  /** `{"0": "O", ...}`, as `id2label` in config.json. */
  toId2Label(): Record<string, string> {
    return Object.fromEntries(this.names.map((name, id) => [String(id), name]));
  }

  /** `{"O": 0, ...}`, as `label2id` in config.json. */
  toLabel2Id(): Record<string, number> {
    return Object.fromEntries(this.names.map((name, id) => [name, id]));
  }

  /** From an `id2label` object with the ids 0..n-1 in any order. */
  static fromId2Label(
    id2label: Record<string, string>,
    where?: string,
    styles: OwnLabelStyles = {},
  ): LabelMap {
    const ids = Object.keys(id2label).map(Number);
    const names = ids.map((_, i) => id2label[String(i)]);
    if (ids.length === 0 || names.some((name) => typeof name !== 'string'))
      throw new GalleyError('invalid-data', `id2label must map every id 0..${ids.length - 1} to a name`, {
        where,
      });
    return new LabelMap(names, styles);
  }
}
