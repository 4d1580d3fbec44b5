import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';
import { bucketTable, relativePositions, visualBoxes } from './relative-buckets.ts';

/** First distance of every bucket, from PyTorch's own function in float32. */
const STARTS_1D = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91];
const STARTS_2D = [
  ...Array.from({ length: 17 }, (_, i) => i),
  ...[20, 23, 27, 32, 39, 46, 54, 64, 77, 91, 108, 128, 153, 182, 216],
];

describe('bucketTable', () => {
  it.each([
    [32, 128, STARTS_1D],
    [64, 256, STARTS_2D],
  ])('puts the borders of %i bins to %i where transformers has them', (bins, range, starts) => {
    const reach = 1100;
    const table = bucketTable(bins, range, reach);
    for (let n = 0; n <= reach; n++) {
      const expected = starts.findLastIndex((start) => n >= start);
      expect(table[reach - n]).toBe(expected);
      if (n > 0) expect(table[reach + n]).toBe(bins / 2 + expected);
    }
  });

  it('never leaves the table', () => {
    for (const [bins, range] of [
      [4, 10],
      [33, 77],
      [12, 9],
      [256, 512],
    ])
      expect(Math.max(...bucketTable(bins, range, 1023))).toBeLessThan(bins);
  });
});

describe('visualBoxes', () => {
  it('lays 14 x 14 patches over the page with truncated edges', () => {
    const boxes = visualBoxes(parseConfig({}));
    const box = (i: number) => [...boxes.subarray(4 * i, 4 * i + 4)];
    expect(boxes.length).toBe(4 * 197);
    expect(box(0)).toEqual([1, 1, 999, 999]);
    expect(box(1)).toEqual([0, 0, 71, 71]);
    expect(box(2)).toEqual([71, 0, 142, 71]);
    expect(box(15)).toEqual([0, 71, 71, 142]);
    expect(box(196)).toEqual([928, 928, 1000, 1000]);
  });
});

describe('relativePositions', () => {
  it('starts again at the visual tokens', () => {
    expect([...relativePositions(3, 2)]).toEqual([0, 1, 2, 0, 1]);
  });
});
