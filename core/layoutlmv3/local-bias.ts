import { bucketTable } from './relative-buckets.ts';

/** Which of the three relative-position tables: reading order, left edges, or bottom edges of the boxes. */
export type BiasAxis = 'order' | 'x' | 'y';

/**
 * What a head looks at before it has learned anything, by number (further heads start over). A model trained from
 * random weights learns its relative-position tables too slowly: scores are divided by sqrt(head size), AdamW moves an
 * entry by about one learning rate a step, and attention to the next word needs an entry of about 30. So a small model
 * trained from nothing starts with heads that already know next, previous, near, line and column (as ALiBi fixes such
 * slopes, Press et al. 2022); the tables are trained from there. Preferences are in units of the attention logit.
 */
const HEADS: readonly { axis: BiasAxis; prefer: (distance: number) => number }[] = [
  { axis: 'order', prefer: (d) => (d === 1 ? 5 : d === 2 ? 3 : d === 3 ? 1.5 : 0) },
  { axis: 'order', prefer: (d) => (d === -1 ? 5 : d === -2 ? 3 : d === -3 ? 1.5 : 0) },
  { axis: 'order', prefer: (d) => -Math.log2(1 + Math.abs(d)) },
  // Lines of a book page stand about 23/1000 apart, and boxes of one line differ by a descender.
  { axis: 'y', prefer: (d) => (Math.abs(d) <= 9 ? 4 : 0) },
  { axis: 'y', prefer: (d) => (Math.abs(d) > 9 && Math.abs(d) <= 45 ? 3 : 0) },
  { axis: 'y', prefer: () => 0 },
];

/**
 * One relative-position table [heads, bins] of a model that starts from nothing.
 * @param maxDistance where the logarithmic buckets end (`max_rel_pos`, `max_rel_2d_pos`)
 * @param headSize size of a head: bias is divided by its square root in attention, so entries are scaled up by it
 */
export function localBias(
  axis: BiasAxis,
  shape: { heads: number; bins: number; maxDistance: number; headSize: number },
  into: Float32Array = new Float32Array(shape.heads * shape.bins),
): Float32Array {
  const { heads, bins, maxDistance, headSize } = shape;
  const reach = 2 * maxDistance;
  const table = bucketTable(bins, maxDistance, reach);
  const sums = new Float64Array(bins);
  const counts = new Float64Array(bins);
  for (let head = 0; head < heads; head++) {
    const role = HEADS[head % HEADS.length];
    if (role.axis !== axis) {
      into.fill(0, head * bins, (head + 1) * bins);
      continue;
    }
    sums.fill(0);
    counts.fill(0);
    for (let d = -reach; d <= reach; d++) {
      const bucket = table[d + reach];
      sums[bucket] += role.prefer(d);
      counts[bucket] += 1;
    }
    for (let b = 0; b < bins; b++)
      into[head * bins + b] = counts[b] > 0 ? (Math.sqrt(headSize) * sums[b]) / counts[b] : 0;
  }
  return into;
}
