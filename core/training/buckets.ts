import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';

/** Text lengths are padded to multiples of this. */
export const LENGTH_STEP = 64;
/** One session per bucket: its memory stays, so there are few. */
const MAX_BUCKETS = 3;

/** Relative cost of one row of T text tokens: matrix products with weights, and attention. */
export function rowCost(config: LayoutLMv3Config, textLength: number, visualTokens: number): number {
  const n = textLength + visualTokens;
  const { hiddenSize: h, intermediateSize: inner } = config;
  return n * (4 * h * h + 2 * h * inner) + 2 * n * n * h;
}

/**
 * Chooses the padded lengths a training runs at, so that the batches cost least: every batch is padded to the
 * smallest bucket that holds its longest window.
 * @param longest longest window of every batch that will come (or of a sample)
 * @returns ascending multiples of {@link LENGTH_STEP}, or `maxLength` itself; the last one holds every batch
 */
export function chooseBuckets(
  longest: readonly number[],
  maxLength: number,
  cost: (length: number) => number,
  maxBuckets: number = MAX_BUCKETS,
): number[] {
  const round = (n: number) => Math.min(maxLength, Math.ceil(n / LENGTH_STEP) * LENGTH_STEP);
  const counts = new Map<number, number>();
  for (const n of longest) counts.set(round(n), (counts.get(round(n)) ?? 0) + 1);
  const sizes = [...counts.keys()].sort((a, b) => a - b);
  if (sizes.length === 0) return [maxLength];
  // best[k][i]: least cost of the i smallest sizes with k buckets, the largest of them being sizes[i - 1].
  const weight = (from: number, to: number) => sizes.slice(from, to).reduce((n, s) => n + counts.get(s)!, 0);
  let best: { cost: number; chosen: number[] }[] = sizes.map((size, i) => ({
    cost: weight(0, i + 1) * cost(size),
    chosen: [size],
  }));
  for (let k = 2; k <= Math.min(maxBuckets, sizes.length); k++)
    best = sizes.map((size, i) => {
      let least = best[i];
      for (let j = 0; j < i; j++) {
        const total = best[j].cost + weight(j + 1, i + 1) * cost(size);
        if (total < least.cost) least = { cost: total, chosen: [...best[j].chosen, size] };
      }
      return least;
    });
  return best[sizes.length - 1].chosen;
}

/** The smallest bucket that holds `length`. */
export const bucketFor = (buckets: readonly number[], length: number): number =>
  buckets.find((b) => b >= length) ?? buckets[buckets.length - 1];
