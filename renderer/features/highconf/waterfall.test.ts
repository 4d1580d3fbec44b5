import { describe, expect, it } from 'vitest';
import { compareSets, waterfallBars } from './waterfall.ts';

describe('waterfallBars', () => {
  it('lets each bar hang from where the one before it ended', () => {
    const bars = waterfallBars({
      total: 100,
      kept: 60,
      waterfall: [
        { code: 'no_title', title: 'title lines', lost: 30, left: 70 },
        { code: 'few_ing', title: 'ingredient lines', lost: 10, left: 60 },
      ],
    });
    expect(bars.map(({ kind, bottom, height }) => [kind, bottom, height])).toEqual([
      ['all', 0, 1],
      ['lost', 0.7, 0.3],
      ['lost', 0.6, 0.1],
      ['kept', 0, 0.6],
    ]);
    for (let i = 1; i < bars.length - 1; i++) {
      const hangsFrom = i === 1 ? 1 : bars[i - 1].bottom;
      expect(bars[i].bottom + bars[i].height).toBeCloseTo(hangsFrom);
    }
  });

  it('bears a book without pages', () => {
    expect(waterfallBars({ total: 0, kept: 0, waterfall: [] }).every((bar) => bar.height === 0)).toBe(true);
  });
});

describe('compareSets', () => {
  it('says what came and what went', () => {
    expect(compareSets([1, 2, 3], [10, 3, 2])).toEqual({ added: [10], removed: [1], same: 2 });
    expect(compareSets([], [2])).toEqual({ added: [2], removed: [], same: 0 });
  });
});
