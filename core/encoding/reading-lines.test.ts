import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../page/page.ts';
import { lineIds, readingLines } from './reading-lines.ts';

/** Rows of eight words, 20 high, 30 apart, 15 between words, on a page turned by `slope` (units down per unit right). */
function turned(slope: number, rows = 12): Box[] {
  return Array.from({ length: rows * 8 }, (_, i): Box => {
    const x = 50 + (i % 8) * 110;
    const y = Math.round(200 + Math.floor(i / 8) * 30 + slope * x);
    return [x, y, x + 95, y + 20];
  });
}
const size = { width: 1000, height: 1000 };

describe('readingLines', () => {
  it.each([0, 0.02, -0.02, 0.04])('reads straight through a page turned by %d', (slope) => {
    const lines = readingLines({ ...size, bboxes: turned(slope) });
    expect(lines).toEqual(
      Array.from({ length: 12 }, (_, r) => Array.from({ length: 8 }, (_, c) => r * 8 + c)),
    );
  });

  it('ends a line at a wide gap and keeps columns apart', () => {
    const bboxes: Box[] = [
      [0, 0, 80, 20],
      [100, 0, 180, 20],
      [500, 2, 600, 22],
      [0, 30, 80, 50],
    ];
    expect(readingLines({ ...size, bboxes })).toEqual([[0, 1], [2], [3]]);
  });

  it('parts columns whose gaps stand above each other, and not sentences', () => {
    const row = (y: number, gapAt: number): Box[] => [
      [0, y, gapAt, y + 20],
      [gapAt + 40, y, 600, y + 20],
    ];
    const lines = (bboxes: Box[]) => readingLines({ ...size, bboxes });
    expect(lines([...row(0, 300), ...row(30, 302)])).toEqual([[0], [1], [2], [3]]);
    expect(lines([...row(0, 300), ...row(30, 400)])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('measures gaps and heights in the same unit on a page that is not square', () => {
    const bboxes: Box[] = [
      [0, 0, 100, 20],
      [150, 0, 250, 20],
    ];
    expect(readingLines({ width: 500, height: 1000, bboxes })).toHaveLength(1);
    expect(readingLines({ width: 2000, height: 1000, bboxes })).toHaveLength(2);
  });

  it('puts every word into exactly one line', () => {
    const corner = fc.integer({ min: 0, max: 900 });
    const box = fc
      .tuple(corner, corner, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
      .map(([x, y, w, h]): Box => [x, y, x + w, y + h]);
    fc.assert(
      fc.property(fc.array(box, { maxLength: 40 }), (bboxes) => {
        const lines = readingLines({ ...size, bboxes });
        expect(lines.flat().sort((a, b) => a - b)).toEqual(bboxes.map((_, i) => i));
        expect(lineIds(lines, bboxes.length)).not.toContain(-1);
      }),
    );
  });
});

describe('lineIds', () => {
  it('numbers the words by line, -1 for words in none', () => {
    expect(lineIds([[2, 0], [3]], 5)).toEqual([0, -1, 0, 1, -1]);
  });
});
