import type { Page } from '../page/page.ts';
import { groupLines, type PageLines } from './lines.ts';
import { quantile } from './statistics.ts';
import { findTextBlock, leftMargin, rightMargin, type TextBlock } from './text-block.ts';

/** A row and how it stands on its page. Lengths are in widths of the text block across, word heights down. */
export interface RowFeatures {
  readonly index: number;
  readonly count: number;
  readonly wordIndices: readonly number[];
  readonly cells: readonly (readonly number[])[];
  readonly words: readonly string[];
  readonly text: string;
  /** Words that are no part of the line: bits of blots and of the next page, far to the left or right of it. */
  readonly strays: ReadonlySet<number>;
  /** Distance from the left and right margin; negative outside it. */
  readonly indentLeft: number;
  readonly indentRight: number;
  /** Share of the text block's width. */
  readonly width: number;
  /** Distance of the row's middle from the block's middle, positive to the right. */
  readonly offCentre: number;
  /** White space to the row above and below, in line pitches; large at the page's ends. */
  readonly gapAbove: number;
  readonly gapBelow: number;
  /** Height of its words against those of the page. */
  readonly size: number;
  /** Widest gap inside, in word heights. */
  readonly widestGap: number;
  /** Middle of the row, share of the page height. */
  readonly y: number;
}

export interface PageFeatures {
  readonly page: Page;
  readonly lines: PageLines;
  readonly block: TextBlock;
  readonly rows: readonly RowFeatures[];
}

/** Measures every row of a page. */
export function measureRows(page: Page): PageFeatures {
  const lines = groupLines(page);
  const sx = page.width / 1000;
  const sy = page.height / 1000;
  const solid = (i: number) => /[\p{L}\d]/u.test(page.words[i]);
  const strays = lines.rows.map((row) => findStrays(page, row.words, lines.wordHeight));
  const bounds = lines.rows.map(({ words }, index) => {
    const own = words.filter((i) => solid(i) && !strays[index].has(i));
    const boxes = (own.length > 0 ? own : words).map((i) => page.bboxes[i]);
    return {
      x0: Math.min(...boxes.map((b) => b[0])) * sx,
      x1: Math.max(...boxes.map((b) => b[2])) * sx,
      y0:
        quantile(
          boxes.map((b) => b[1]),
          0.5,
        ) * sy,
      y1:
        quantile(
          boxes.map((b) => b[3]),
          0.5,
        ) * sy,
    };
  });
  const block = findTextBlock(bounds, lines.wordHeight);
  const rows = lines.rows.map((row, index): RowFeatures => {
    const b = bounds[index];
    const y = (b.y0 + b.y1) / 2;
    const left = leftMargin(block, y);
    const right = rightMargin(block, y);
    const width = Math.max(1, right - left);
    const middle = (k: number) => (bounds[k].y0 + bounds[k].y1) / 2;
    const heights = row.words.filter(solid).map((i) => (page.bboxes[i][3] - page.bboxes[i][1]) * sy);
    const gaps = row.words.slice(1).map((i, k) => (page.bboxes[i][0] - page.bboxes[row.words[k]][2]) * sx);
    return {
      index,
      count: lines.rows.length,
      wordIndices: row.words,
      cells: row.cells,
      words: row.words.map((i) => page.words[i]),
      text: row.words.map((i) => page.words[i]).join(' '),
      strays: strays[index],
      indentLeft: (b.x0 - left) / width,
      indentRight: (right - b.x1) / width,
      width: (b.x1 - b.x0) / width,
      offCentre: ((b.x0 + b.x1) / 2 - (left + right) / 2) / width,
      gapAbove: index === 0 ? 9 : (y - middle(index - 1)) / block.pitch,
      gapBelow: index === lines.rows.length - 1 ? 9 : (middle(index + 1) - y) / block.pitch,
      size: quantile(heights, 0.5) / lines.wordHeight || 1,
      widestGap: Math.max(0, ...gaps) / lines.wordHeight,
      y: y / page.height,
    };
  });
  return { page, lines, block, rows };
}

/**
 * Words of one or two letters, or of none, that stand apart at either end of a row.
 * @param wordHeight pixels
 */
function findStrays(page: Page, words: readonly number[], wordHeight: number): Set<number> {
  const strays = new Set<number>();
  const sx = page.width / 1000;
  const gap = (a: number, b: number) => (page.bboxes[b][0] - page.bboxes[a][2]) * sx;
  const slight = (i: number) => {
    const text = page.words[i].replace(/[^\p{L}\d]/gu, '');
    return text.length <= 2 && !/\d/.test(text);
  };
  const scan = (order: readonly number[], apart: (k: number) => number) => {
    for (let k = 0; k < order.length - 1 && slight(order[k]); k++) {
      const legible = /[\p{L}\d]/u.test(page.words[order[k]]);
      if (apart(k) < (legible ? 3 : 0.7) * wordHeight) continue;
      for (let j = 0; j <= k; j++) strays.add(order[j]);
    }
  };
  scan(words, (k) => gap(words[k], words[k + 1]));
  const backwards = [...words].reverse();
  scan(backwards, (k) => gap(backwards[k + 1], backwards[k]));
  return strays;
}
