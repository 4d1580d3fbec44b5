import { describe, expect, it } from 'vitest';
import { localBias } from './local-bias.ts';
import { bucketTable } from './relative-buckets.ts';

describe('localBias', () => {
  const shape = { heads: 6, bins: 32, maxDistance: 128, headSize: 16 };
  const at = (table: Float32Array, head: number, distance: number) =>
    table[head * 32 + bucketTable(32, 128, 512)[distance + 512]];

  it('points one head at the next word and one at the previous', () => {
    const table = localBias('order', shape);
    expect(at(table, 0, 1)).toBe(20);
    expect(at(table, 0, -1)).toBe(0);
    expect(at(table, 1, -1)).toBe(20);
    expect(at(table, 2, 0)).toBeGreaterThan(at(table, 2, 4));
    expect(at(table, 3, 1)).toBe(0);
  });
  it('tells the line from the lines beside it', () => {
    const table = localBias('y', { ...shape, bins: 64, maxDistance: 256 });
    const y = (head: number, distance: number) =>
      table[head * 64 + bucketTable(64, 256, 512)[distance + 512]];
    expect(y(3, 3)).toBe(16);
    expect(y(3, 40)).toBe(0);
    expect(y(4, 24)).toBe(12);
    expect(y(4, -24)).toBe(12);
    expect(y(4, 2)).toBe(0);
    expect(localBias('x', shape).every((v) => v === 0)).toBe(true);
  });
});
