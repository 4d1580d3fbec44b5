import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketFor, chooseBuckets } from './buckets.ts';

const square = (n: number) => n * n;

describe('length buckets', () => {
  it('are the lengths that occur, when they are few', () => {
    expect(chooseBuckets([30, 100, 64, 500], 512, square)).toEqual([64, 128, 512]);
    expect(chooseBuckets([], 512, square)).toEqual([512]);
    expect(chooseBuckets([500], 500, square)).toEqual([500]);
  });

  it('always hold every batch, at no more cost than padding all to the longest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 3, max: 512 }), { minLength: 1 }), (lengths) => {
        const buckets = chooseBuckets(lengths, 512, square);
        expect(buckets.length).toBeLessThanOrEqual(3);
        for (const n of lengths) expect(bucketFor(buckets, n)).toBeGreaterThanOrEqual(n);
        const cost = (list: number[]) => lengths.reduce((sum, n) => sum + square(bucketFor(list, n)), 0);
        expect(cost(buckets)).toBeLessThanOrEqual(cost(chooseBuckets(lengths, 512, square, 1)));
      }),
    );
  });

  it('are the cheapest choice of two', () => {
    const lengths = [60, 60, 60, 120, 190, 250];
    const cost = (list: number[]) => lengths.reduce((sum, n) => sum + square(bucketFor(list, n)), 0);
    const tried = [64, 128, 192].map((first) => cost([first, 256]));
    expect(cost(chooseBuckets(lengths, 512, square, 2))).toBe(Math.min(...tried));
  });
});
