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
  const labels = shown([1, 1, 2, 2, 2, 2]);
  it('joins words of one label within a line only', () => {
    const { heads, boxes, starts } = runsOf(rects, order, labels, () => true, true);
    expect(heads).toEqual([0, 0, 2, 3, 3, 3]);
    expect(boxes.get(0)).toEqual({ x0: 0, y0: 0, x1: 90, y1: 20 });
    expect([...starts]).toEqual([0, 3]);
  });
  it('breaks at a word that is not drawn', () =>
    expect(runsOf(rects, order, labels, (word) => word !== 4, true).heads).toEqual([0, 0, 2, 3, -1, 5]));
  it('leaves words apart when each has a strength of its own', () =>
    expect(runsOf(rects, order, labels, () => true, false).heads).toEqual(order));
  it('does not grow taller than the words along a slanted line', () => {
    const slanted = rects.slice(0, 3).map((r, i) => ({ ...r, y0: i * 7, y1: 20 + i * 7 }));
    expect(runsOf(slanted, [0, 1, 2], shown([1, 1, 1]), () => true, true).heads).toEqual([0, 0, 2]);
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
