import { describe, expect, it } from 'vitest';
import { bandOf, blocksOf, runsOf, withoutSpans } from './marks.ts';

const rect = (x: number, y: number, width = 40, height = 20) => ({ x, y, width, height });
const word = (label: string, x: number, y: number) => ({ label, rect: rect(x, y) });
const isSpan = (label: string) => label === 'TIME';

describe('marks', () => {
  it('ends a run at another label, another line and a wide gap', () => {
    const runs = runsOf(
      [
        word('A', 0, 0),
        word('A', 50, 3),
        word('B', 100, 0),
        word('A', 300, 0),
        word('A', 400, 0),
        word('A', 0, 30),
      ],
      20,
    );
    expect(runs.map((r) => [r.label, r.words.length])).toEqual([
      ['A', 2],
      ['B', 1],
      ['A', 1],
      ['A', 1],
      ['A', 1],
    ]);
  });

  it('joins lines above each other to a block and keeps other labels and distant ones apart', () => {
    const blocks = blocksOf(
      [word('A', 0, 0), word('A', 0, 30), word('B', 0, 60), word('A', 0, 90), word('A', 300, 0)],
      20,
    );
    expect(blocks).toEqual([
      { label: 'A', rect: rect(0, 0, 40, 50) },
      { label: 'A', rect: rect(300, 0) },
      { label: 'B', rect: rect(0, 60) },
      { label: 'A', rect: rect(0, 90) },
    ]);
  });

  it('makes one block of two columns with a centred last line', () => {
    const runs = [word('A', 0, 0), word('A', 200, 0), { label: 'A', rect: rect(30, 30, 180) }];
    expect(blocksOf(runs, 20)).toEqual([{ label: 'A', rect: rect(0, 0, 240, 50) }]);
  });

  it('gives a span the label of the line it stands in, also at the start of the next line', () => {
    const runs = [
      word('A', 100, 0),
      word('TIME', 150, 0),
      word('A', 200, 0),
      word('TIME', 0, 30),
      word('TIME', 0, 500),
    ];
    expect(withoutSpans(runs, isSpan, 20).map((r) => [r.label, r.rect.y])).toEqual([
      ['A', 0],
      ['A', 0],
      ['A', 0],
      ['A', 30],
    ]);
  });

  it('follows the slope of a line and ignores one odd box', () => {
    const line = Array.from({ length: 9 }, (_, k) => rect(50 * k, k, 40, 20));
    expect(bandOf(line).slope).toBeCloseTo(0.02, 6);
    const odd = bandOf(line.map((r, k) => (k === 4 ? { ...r, y: r.y - 20, height: 60 } : r)));
    expect(odd.height).toBeLessThan(26);
  });
});
