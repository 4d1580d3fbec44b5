import type { LayoutLMv3Config } from './config.ts';
import { patchesPerSide, visualLength } from './config.ts';

/**
 * Bucket of every relative distance -reach..reach, at index `distance + reach` (T5's scheme, both
 * directions): exact buckets for small distances, logarithmic ones up to `maxDistance`, the last for all
 * beyond; positive distances use the upper half of the bins. Rounded step by step as float32 like
 * `relative_position_bucket` in transformers, so that borders fall where they fall there.
 */
export function bucketTable(bins: number, maxDistance: number, reach: number): Uint16Array {
  const half = Math.floor(bins / 2);
  const exact = Math.floor(half / 2);
  const logRange = Math.fround(Math.log(maxDistance / exact));
  const table = new Uint16Array(2 * reach + 1);
  for (let n = 0; n <= reach; n++) {
    let bucket = n;
    if (n >= exact) {
      const log = Math.fround(Math.log(Math.fround(n / exact)));
      const steps = Math.fround(Math.fround(log / logRange) * (half - exact));
      bucket = Math.min(exact + Math.trunc(steps), half - 1);
    }
    table[reach - n] = bucket;
    table[reach + n] = n > 0 ? half + bucket : bucket;
  }
  return table;
}

/**
 * Boxes of the visual tokens [V, 4] in 0..1000: the visual CLS, then the patches row by row.
 * Edges are truncated as `create_visual_bbox` in transformers does.
 */
export function visualBoxes(config: LayoutLMv3Config): Int32Array {
  const side = patchesPerSide(config);
  const edge = (i: number) => Math.trunc((1000 * i) / side);
  const boxes = new Int32Array(4 * visualLength(config));
  boxes.set([1, 1, 999, 999]);
  let at = 4;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++, at += 4)
      boxes.set([edge(column), edge(row), edge(column + 1), edge(row + 1)], at);
  return boxes;
}

/**
 * Positions that the 1-D relative bias compares [N]: 0..T-1 for the text (padding included, not the ids of
 * the position embedding), then again 0..V-1 for the visual tokens.
 */
export function relativePositions(textLength: number, visual: number): Int32Array {
  return Int32Array.from({ length: textLength + visual }, (_, i) => (i < textLength ? i : i - textLength));
}
