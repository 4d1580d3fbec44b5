import { describe, expect, it } from 'vitest';
import { KINDS, type Kind } from './kinds.ts';
import { type ChainRow, kindProbabilities } from './sequence.ts';

const row = (votes: Partial<Record<Kind, number>>, pagesSince = 0): ChainRow => ({
  scores: KINDS.map((kind) => votes[kind] ?? 0),
  pagesSince,
});
const best = (rows: readonly ChainRow[]) =>
  kindProbabilities(rows, 1).map((p) => KINDS[p.indexOf(Math.max(...p))]);
const prose = (pagesSince = 0) =>
  row({ step: 2, essay: 2, title: -4, heading: -4, ingredient: -3 }, pagesSince);
const short = row({ title: 3, heading: 3, step: -3, essay: -3 });

describe('kindProbabilities', () => {
  it('gives distributions', () => {
    for (const p of kindProbabilities([short, prose(), prose()], 0.7)) {
      expect(p.every((value) => value >= 0)).toBe(true);
      expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    }
    expect(kindProbabilities([], 1)).toEqual([]);
  });

  it('lets the heading decide what the prose below it is', () => {
    const under = (heading: ChainRow) => best([heading, prose(), prose(), prose()]).slice(1);
    expect(under(row({ title: 5, heading: 2, step: -3, essay: -3 }))).toEqual(['step', 'step', 'step']);
    expect(under(row({ title: 2, heading: 5, step: -3, essay: -3 }))).toEqual(['essay', 'essay', 'essay']);
  });

  it('lets the prose decide what the heading above it is', () => {
    const speaking = row({ step: 2, essay: 4.5, title: -4, heading: -4, ingredient: -3 });
    expect(best([short, speaking, prose(), prose()])[0]).toBe('heading');
  });

  it('carries a recipe over a page break, and remembers less of it past a missing page', () => {
    const first = row({ title: 6, step: -3, essay: -3 });
    const stepAfter = (pagesSince: number) =>
      kindProbabilities([first, prose(), prose(), prose(pagesSince), prose()], 1).at(-1)![
        KINDS.indexOf('step')
      ];
    expect(stepAfter(1)).toBeGreaterThan(0.95);
    expect(stepAfter(2)).toBeLessThan(stepAfter(1));
    expect(stepAfter(6)).toBeLessThan(stepAfter(2));
  });
});
