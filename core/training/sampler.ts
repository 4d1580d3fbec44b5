import { randomPermutation } from './random.ts';

/**
 * Batches of one epoch, as indices of examples: the order of accelerate's SeedableRandomSampler (generator seeded
 * with seed + epoch), cut into consecutive slices; the last one may be shorter.
 */
export function trainingBatches(
  examples: number,
  batchSize: number,
  seed: number,
  epoch: number,
): number[][] {
  return slices([...randomPermutation(examples, seed + epoch)], batchSize);
}

/** Batches of an evaluation: every example once, in order. */
export function sequentialBatches(examples: number, batchSize: number): number[][] {
  return slices(
    Array.from({ length: examples }, (_, i) => i),
    batchSize,
  );
}

function slices(order: readonly number[], size: number): number[][] {
  const batches: number[][] = [];
  for (let i = 0; i < order.length; i += size) batches.push(order.slice(i, i + size));
  return batches;
}
