import type { LabelMap, OwnLabelStyles } from '../../labels/labels.ts';

/** Counts of (reference, predicted) pairs as written to disk: `counts[reference id][predicted id]`. */
export interface ConfusionCounts {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Precision, recall and F1 of one label, 0 where nothing can be divided; `support` in reference tokens. */
export interface LabelScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

/** x / y, and 0 for 0 / 0: scikit-learn's and seqeval's `zero_division=0`. */
export const ratio = (x: number, y: number): number => (y === 0 ? 0 : x / y);

/** Harmonic mean from counts: 2 tp / (predicted + support). */
export const f1Of = (truePositives: number, predicted: number, support: number): number =>
  ratio(2 * truePositives, predicted + support);

/** Square table of token counts, filled pair by pair. */
export class ConfusionMatrix implements ConfusionCounts {
  readonly labels: readonly string[];
  readonly counts: number[][];
  readonly #labelMap: LabelMap;

  constructor(labelMap: LabelMap) {
    this.#labelMap = labelMap;
    this.labels = labelMap.names;
    this.counts = this.labels.map(() => this.labels.map(() => 0));
  }

  /** Looks of a label set of its own, for whoever draws the table; not written to disk. */
  get styles(): OwnLabelStyles {
    return this.#labelMap.styles;
  }

  add(reference: number, predicted: number): void {
    this.counts[reference][predicted]++;
  }

  /** Reference tokens of a label (row sum). */
  support(id: number): number {
    return this.counts[id].reduce((sum, n) => sum + n, 0);
  }

  /** Tokens predicted as a label (column sum), those whose reference is O included. */
  predicted(id: number): number {
    return this.counts.reduce((sum, row) => sum + row[id], 0);
  }

  get total(): number {
    return this.labels.reduce((sum, _, id) => sum + this.support(id), 0);
  }

  get accuracy(): number {
    return ratio(
      this.labels.reduce((sum, _, id) => sum + this.counts[id][id], 0),
      this.total,
    );
  }

  score(id: number): LabelScore {
    const truePositives = this.counts[id][id];
    const predicted = this.predicted(id);
    const support = this.support(id);
    return {
      precision: ratio(truePositives, predicted),
      recall: ratio(truePositives, support),
      f1: f1Of(truePositives, predicted, support),
      support,
    };
  }
}
