/** Softmax of each row of [rows, classes], in double precision. Rows without a finite maximum are uniform. */
export function softmaxRows(logits: ArrayLike<number>, classes: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let at = 0; at < logits.length; at += classes) {
    let max = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) max = Math.max(max, logits[at + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const e = Number.isFinite(max) ? Math.exp(logits[at + c] - max) : 1;
      probabilities[at + c] = e;
      sum += e;
    }
    for (let c = 0; c < classes; c++) probabilities[at + c] /= sum;
  }
  return probabilities;
}

/** Index of the largest of `classes` values from `at`, the first of equals. */
export function argMax(values: ArrayLike<number>, at: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (values[at + c] > values[at + best]) best = c;
  return best;
}
