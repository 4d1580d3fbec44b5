import { z } from 'zod';
import { GalleyError } from '../../errors/galley-error.ts';
import { type LabelMap, OUTSIDE } from '../../labels/labels.ts';
import { ConfusionMatrix, ratio } from './confusion.ts';
import { EntityCounter, entityTags } from './seqeval.ts';

const score = z.number().min(0).max(1);

export const labelScoreSchema = z.object({
  precision: score,
  recall: score,
  f1: score,
  /** Reference tokens of this label. */
  support: z.int().min(0),
});

/**
 * Scores of predictions against one reference. Token-level; predictions on words whose reference is O count as
 * false positives of the label they were given.
 */
export const metricsRecordSchema = z.object({
  /**
   * Unweighted mean of `f1` over {@link macro_labels}: every label but O **with support**. A label the reference
   * never uses has no F1 to speak of and is left out (its false positives still cost the labels they took the
   * words from). 0 when no label has support.
   */
  macro_f1: score,
  /** Share of equal labels over all scored tokens, O included. */
  accuracy: score,
  /** Micro F1 of entities (runs of one label), seqeval's default mode. */
  entity_f1: score,
  entity_precision: score.optional(),
  entity_recall: score.optional(),
  /** Every label of the label map, O too. */
  per_label: z.record(z.string(), labelScoreSchema),
  /** The labels {@link macro_f1} is the mean of. */
  macro_labels: z.array(z.string()).optional(),
  /** Pages with at least one scored token. */
  pages: z.int().min(0),
  /** Scored tokens (words): those whose reference is decided. */
  tokens: z.int().min(0),
});
export type MetricsRecord = z.infer<typeof metricsRecordSchema>;

/** What marks a token as not to be scored: null, or any negative id (-1 undecided, -100 masked). */
export type ReferenceId = number | null;

/** A label that has taken over the predictions; see {@link MetricsAccumulator.collapse}. */
export interface Collapse {
  readonly label: string;
  /** Share of all scored tokens predicted as this label, 0..1. */
  readonly share: number;
  /** Share of the same tokens whose reference is this label. */
  readonly referenceShare: number;
}

/** Adds up scores page by page (or window by window); nothing but counts is kept. */
export class MetricsAccumulator {
  readonly labelMap: LabelMap;
  readonly confusion: ConfusionMatrix;
  readonly #tags: string[];
  readonly #entities = new EntityCounter();
  #pages = 0;

  constructor(labelMap: LabelMap) {
    this.labelMap = labelMap;
    this.confusion = new ConfusionMatrix(labelMap);
    this.#tags = entityTags(labelMap.names);
  }

  /**
   * Adds one page (one sequence for the entity score). Undecided tokens (null or negative) are dropped from both
   * sides first, as Hugging Face's recipes drop -100, so an entity goes on across them.
   * @param predicted label ids, one per word
   * @param reference label ids, one per word
   * @throws GalleyError `invalid-data` for unequal lengths or an id the label map does not have
   */
  addPage(predicted: ArrayLike<number>, reference: ArrayLike<ReferenceId>, where?: string): void {
    if (predicted.length !== reference.length)
      throw new GalleyError(
        'invalid-data',
        `expected one prediction per reference label, found ${predicted.length} and ${reference.length}`,
        { where },
      );
    const referenceTags: string[] = [];
    const predictedTags: string[] = [];
    for (let i = 0; i < predicted.length; i++) {
      const truth = reference[i];
      if (truth === null || truth < 0) continue;
      this.labelMap.nameOf(truth, where);
      this.labelMap.nameOf(predicted[i], where);
      this.confusion.add(truth, predicted[i]);
      referenceTags.push(this.#tags[truth]);
      predictedTags.push(this.#tags[predicted[i]]);
    }
    if (referenceTags.length === 0) return;
    this.#pages++;
    this.#entities.add(referenceTags, predictedTags);
  }

  record(): MetricsRecord {
    const names = this.labelMap.names;
    const scores = names.map((_, id) => this.confusion.score(id));
    const macro = names.filter((name, id) => name !== OUTSIDE && scores[id].support > 0);
    const entities = this.#entities.scores();
    return {
      macro_f1: ratio(
        macro.reduce((sum, name) => sum + scores[names.indexOf(name)].f1, 0),
        macro.length,
      ),
      accuracy: this.confusion.accuracy,
      entity_f1: entities.f1,
      entity_precision: entities.precision,
      entity_recall: entities.recall,
      per_label: Object.fromEntries(names.map((name, id) => [name, scores[id]])),
      macro_labels: macro,
      pages: this.#pages,
      tokens: this.confusion.total,
    };
  }

  /**
   * The label that makes up more than `threshold` of all predictions, unless the reference itself is made of it
   * to that degree (a book of essays is rightly O); null when there is none.
   */
  collapse(threshold = 0.9): Collapse | null {
    const total = this.confusion.total;
    for (const [id, label] of this.labelMap.names.entries()) {
      const share = ratio(this.confusion.predicted(id), total);
      const referenceShare = ratio(this.confusion.support(id), total);
      if (share > threshold && referenceShare <= threshold) return { label, share, referenceShare };
    }
    return null;
  }
}
