import { describe, expect, it } from 'vitest';
import { joined } from './overlay.ts';
import { runsOf } from './scene.ts';

const row = (y: number) => [0, 1, 2].map((i) => ({ x0: i * 50, y0: y, x1: i * 50 + 40, y1: y + 20 }));
const rects = [...row(0), ...row(30)];
const order = [0, 1, 2, 3, 4, 5];

describe('runsOf', () => {
  const shown = (labels: number[]) => ({
    labels,
    kinds: labels.map(() => 'weak' as const),
    confidences: labels.map(() => 1),
  });
  it('joins words of one label within a line only', () => {
    const { ends, starts } = runsOf(rects, order, shown([1, 1, 2, 2, 2, 2]));
    expect(ends).toEqual([50, 90, 140, 50, 100, 140]);
    expect([...starts]).toEqual([0, 3]);
  });
});

describe('joined', () => {
  it('outlines neighbours on a line together', () => {
    const chosen = new Set([0, 1, 3, 5]);
    expect(joined(rects, order, (word) => chosen.has(word))).toEqual([
      { x0: 0, y0: 0, x1: 90, y1: 20 },
      { x0: 0, y0: 30, x1: 40, y1: 50 },
      { x0: 100, y0: 30, x1: 140, y1: 50 },
    ]);
  });
});
