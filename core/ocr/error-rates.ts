/** One step of an alignment: indices of the items that stand opposite, null where one side has none. */
export interface Aligned {
  readonly reference: number | null;
  readonly found: number | null;
  readonly equal: boolean;
}

/** A cheapest alignment (Levenshtein: each substitution, insertion and deletion costs one), in order. */
export function align<T>(reference: readonly T[], found: readonly T[]): Aligned[] {
  const [n, m] = [reference.length, found.length];
  const width = m + 1;
  const cost = new Uint32Array((n + 1) * width);
  for (let j = 0; j <= m; j++) cost[j] = j;
  for (let i = 1; i <= n; i++) {
    cost[i * width] = i;
    for (let j = 1; j <= m; j++) {
      const differs = reference[i - 1] === found[j - 1] ? 0 : 1;
      cost[i * width + j] = Math.min(
        cost[(i - 1) * width + j - 1] + differs,
        cost[(i - 1) * width + j] + 1,
        cost[i * width + j - 1] + 1,
      );
    }
  }
  const steps: Aligned[] = [];
  for (let i = n, j = m; i > 0 || j > 0; ) {
    const here = cost[i * width + j];
    const equal = i > 0 && j > 0 && reference[i - 1] === found[j - 1];
    if (i > 0 && j > 0 && here === cost[(i - 1) * width + j - 1] + (equal ? 0 : 1))
      steps.push({ reference: --i, found: --j, equal });
    else if (i > 0 && here === cost[(i - 1) * width + j] + 1)
      steps.push({ reference: --i, found: null, equal: false });
    else steps.push({ reference: null, found: --j, equal: false });
  }
  return steps.reverse();
}

/** Errors and the length they are a share of: character or word error rate is `errors / length`. */
export interface ErrorCount {
  readonly errors: number;
  readonly length: number;
}

/** Word errors of `found` against `reference`. */
export function wordErrors(reference: readonly string[], found: readonly string[]): ErrorCount {
  return { errors: align(reference, found).filter(({ equal }) => !equal).length, length: reference.length };
}

/** Character errors, words joined by one space. */
export function characterErrors(reference: readonly string[], found: readonly string[]): ErrorCount {
  return wordErrors([...reference.join(' ')], [...found.join(' ')]);
}
