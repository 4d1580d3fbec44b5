import type { Page } from '../page/page.ts';

/**
 * Words of each line in reading order. Words whose middles lie within half a word height of a line's last word join
 * it; a gap of several word heights (a second column) starts another.
 */
export function readingLines(page: Pick<Page, 'words' | 'bboxes'>): number[][] {
  const middle = (i: number) => (page.bboxes[i][1] + page.bboxes[i][3]) / 2;
  const height = (i: number) => page.bboxes[i][3] - page.bboxes[i][1];
  const rows: number[][] = [];
  const order = page.words.map((_, i) => i).sort((a, b) => middle(a) - middle(b));
  const typical = [...order].map(height).sort((a, b) => a - b)[order.length >> 1] ?? 0;
  for (const i of order) {
    const row = rows.at(-1);
    const mean = row ? row.reduce((sum, k) => sum + middle(k), 0) / row.length : 0;
    if (row && Math.abs(middle(i) - mean) <= Math.max(4, 0.6 * typical)) row.push(i);
    else rows.push([i]);
  }
  return rows.flatMap((row) => {
    row.sort((a, b) => page.bboxes[a][0] - page.bboxes[b][0]);
    const lines: number[][] = [];
    for (const [k, i] of row.entries()) {
      const gap = k > 0 ? page.bboxes[i][0] - page.bboxes[row[k - 1]][2] : 0;
      if (k === 0 || gap > 3.5 * typical) lines.push([i]);
      else lines.at(-1)?.push(i);
    }
    return lines;
  });
}

/** Line number of each word, as `encodePage` takes it; -1 for words in no line. */
export function lineIds(lines: readonly (readonly number[])[], words: number): number[] {
  const ids = new Array<number>(words).fill(-1);
  for (const [line, indices] of lines.entries()) for (const i of indices) ids[i] = line;
  return ids;
}
