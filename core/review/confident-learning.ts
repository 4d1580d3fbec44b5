/**
 * Confident learning (Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021) for one label per word, as cleanlab's
 * `find_label_issues(filter_by="confident_learning")` does it on flattened tokens. scripts/reference compares them.
 */

/** Words, their given labels and what a model that never saw those labels thinks of them. */
export interface JudgedWords {
  /** [words] label ids; negative where a word has none. */
  readonly labels: ArrayLike<number>;
  /** [words, C] row-major, each row summing to one; best from a model that was not trained on these words. */
  readonly probabilities: ArrayLike<number>;
  /** C */
  readonly labelCount: number;
}

/** Added to a probability before it is held against a threshold, as cleanlab does against rounding. */
const ROUNDING = 1e-6;

/**
 * Mean probability of each label over the words that carry it: a word counts as that label when it reaches this.
 * A label no word carries can be nobody's: its threshold is above one.
 * @returns [C]
 */
export function confidentThresholds({ labels, probabilities, labelCount }: JudgedWords): Float64Array {
  const sums = new Float64Array(labelCount);
  const counts = new Float64Array(labelCount);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label < 0) continue;
    sums[label] += probabilities[i * labelCount + label];
    counts[label]++;
  }
  return sums.map((sum, label) => (counts[label] > 0 ? sum / counts[label] : 2));
}

/**
 * The label each word most likely has instead of its own, or -1 where its own stands: the words off the diagonal of
 * the confident joint.
 * @returns [words]
 */
export function likelyLabelErrors(words: JudgedWords): Int32Array {
  const { labels, probabilities, labelCount } = words;
  const thresholds = confidentThresholds(words);
  const found = new Int32Array(labels.length).fill(-1);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < 0) continue;
    let guess = -1;
    for (let c = 0; c < labelCount; c++) {
      const p = probabilities[i * labelCount + c];
      if (p < thresholds[c] - ROUNDING) continue;
      if (guess < 0 || p > probabilities[i * labelCount + guess]) guess = c;
    }
    if (guess >= 0 && guess !== labels[i]) found[i] = guess;
  }
  return found;
}
