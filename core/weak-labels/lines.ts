import type { Page } from '../page/page.ts';
import { clamp, median, quantile } from './statistics.ts';

/** One line of type: a stretch of one column. Lines of one row stand side by side. */
export interface TextLine {
  /** Indices into the page's words, left to right. */
  readonly words: readonly number[];
  /** Number of the row, from the top. */
  readonly row: number;
}

/** What stands at one height across the page, left to right, columns included. */
interface Row {
  readonly words: readonly number[];
  /** The row's columns: one for a plain line of prose. */
  readonly cells: readonly (readonly number[])[];
}

export interface PageLines {
  readonly rows: readonly Row[];
  /** Typical height of a word, pixels. */
  readonly wordHeight: number;
  /** Typical gap between words of a line, pixels. */
  readonly wordGap: number;
}

type Geometry = Pick<Page, 'words' | 'bboxes' | 'width' | 'height'>;

interface Placed {
  readonly index: number;
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly height: number;
  readonly text: string;
}

/** How far right (in word heights) the next word of a line may begin; columns may be further apart. */
const REACH = 3;
/** Middles of neighbours differ by at most this, in word heights. */
const DRIFT = 0.45;
/** Shear looked for: lines rise or fall by at most this share of their length (about 3 degrees). */
const MAXIMUM_SHEAR = 0.06;

/**
 * Groups words into rows and rows into columns, top to bottom, left to right. Every word is in exactly one row and
 * one column of it. Slightly skewed pages are followed word by word; specks and blots neither join nor part lines.
 */
export function groupLines(page: Geometry): PageLines {
  const placed = page.words.map((text, index): Placed => {
    const [x0, y0, x1, y1] = page.bboxes[index];
    const sx = page.width / 1000;
    const sy = page.height / 1000;
    return { index, text, x0: x0 * sx, x1: x1 * sx, y: ((y0 + y1) / 2) * sy, height: (y1 - y0) * sy };
  });
  const wordHeight = typicalHeight(placed);
  const regular = placed.filter((word) => isRegular(word, wordHeight));
  const rest = placed.filter((word) => !isRegular(word, wordHeight));
  const runs = linkRuns(regular, wordHeight);
  const shear = estimateShear(runs, wordHeight);
  const level = (word: Placed) => word.y - shear * word.x0;
  const rows = mergeRuns(runs, wordHeight, level);
  attach(rest, rows, wordHeight, level);
  const gaps = rows.flatMap((row) => innerGaps(row));
  const wordGap = clamp(median(gaps), 0.2 * wordHeight, 1.2 * wordHeight);
  return {
    wordHeight,
    wordGap,
    rows: rows
      .map((row) => row.sort((a, b) => a.x0 - b.x0 || a.index - b.index))
      .sort((a, b) => meanOf(a, level) - meanOf(b, level))
      .map((row) => ({
        words: row.map((word) => word.index),
        cells: splitColumns(row, wordHeight, wordGap).map((cell) => cell.map((word) => word.index)),
      })),
  };
}

/** Lines in reading order, columns apart. */
export function textLines({ rows }: PageLines): TextLine[] {
  return rows.flatMap(({ cells }, row) => cells.map((words) => ({ words, row })));
}

function typicalHeight(words: readonly Placed[]): number {
  const legible = words.filter((word) => /[\p{L}\d]{2}/u.test(word.text) && word.height > 0);
  const from = legible.length > 0 ? legible : words;
  return Math.max(1, median(from.map((word) => word.height)));
}

/** Neither a speck nor a blot: its height says where its line is. */
function isRegular(word: Placed, wordHeight: number): boolean {
  const legible = /[\p{L}\d]/u.test(word.text);
  return word.height >= (legible ? 0.3 : 0.5) * wordHeight && word.height <= 1.7 * wordHeight;
}

/** Chains each word to the next one on its right at its own height. */
function linkRuns(words: readonly Placed[], wordHeight: number): Placed[][] {
  const sorted = [...words].sort((a, b) => a.x0 - b.x0 || a.y - b.y || a.index - b.index);
  const ends: Placed[][] = [];
  for (const word of sorted) {
    let best: Placed[] | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const run of ends) {
      const last = run[run.length - 1];
      const gap = word.x0 - last.x1;
      if (gap < -0.6 * wordHeight || gap > REACH * wordHeight) continue;
      const drift = Math.abs(word.y - runLevel(run, word));
      if (drift > DRIFT * wordHeight) continue;
      const cost = Math.max(0, gap) + 3 * drift;
      if (cost < bestCost) {
        bestCost = cost;
        best = run;
      }
    }
    if (best) best.push(word);
    else ends.push([word]);
  }
  return ends;
}

/** Height at which a run goes on: the middle of its last words, descenders and capitals evened out. */
function runLevel(run: readonly Placed[], next: Placed): number {
  const near = run.slice(-3);
  const level = near.reduce((sum, word) => sum + word.y, 0) / near.length;
  if (run.length < 6) return level;
  const first = run.slice(0, 3);
  const from = first.reduce((sum, word) => sum + word.y, 0) / first.length;
  const slope = clamp((level - from) / Math.max(1, near[1].x0 - first[1].x0), -MAXIMUM_SHEAR, MAXIMUM_SHEAR);
  return level + slope * (next.x0 - near[1].x0);
}

/** Fall of long lines per pixel to the right. */
function estimateShear(runs: readonly (readonly Placed[])[], wordHeight: number): number {
  const slopes = runs
    .filter((run) => run.length >= 5 && run[run.length - 1].x0 - run[0].x0 > 12 * wordHeight)
    .map((run) => {
      const n = run.length;
      const mx = run.reduce((sum, word) => sum + word.x0, 0) / n;
      const my = run.reduce((sum, word) => sum + word.y, 0) / n;
      let above = 0;
      let below = 0;
      for (const word of run) {
        above += (word.x0 - mx) * (word.y - my);
        below += (word.x0 - mx) ** 2;
      }
      return below > 0 ? above / below : 0;
    });
  return slopes.length >= 3 ? clamp(median(slopes), -MAXIMUM_SHEAR, MAXIMUM_SHEAR) : 0;
}

const meanOf = (row: readonly Placed[], level: (word: Placed) => number) =>
  row.reduce((sum, word) => sum + level(word), 0) / row.length;

/** Joins runs that stand side by side at one height: the columns of a row, a line torn by a wide gap. */
function mergeRuns(runs: Placed[][], wordHeight: number, level: (word: Placed) => number): Placed[][] {
  const rows: Placed[][] = [];
  const longestFirst = [...runs].sort((a, b) => b.length - a.length || a[0].y - b[0].y);
  for (const run of longestFirst) {
    let best: Placed[] | undefined;
    let bestDistance = DRIFT * wordHeight;
    for (const row of rows) {
      const distance = Math.abs(nearLevel(row, run, level) - meanOf(run, level));
      if (distance > bestDistance) continue;
      if (row.some((a) => run.some((b) => overlapX(a, b) > 0.3 * Math.min(a.x1 - a.x0, b.x1 - b.x0))))
        continue;
      bestDistance = distance;
      best = row;
    }
    if (best) best.push(...run);
    else rows.push([...run]);
  }
  return rows;
}

const overlapX = (a: Placed, b: Placed) => Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);

/** Height of a row where it comes nearest to a run: bent pages bend their lines. */
function nearLevel(row: readonly Placed[], run: readonly Placed[], level: (word: Placed) => number): number {
  const middle = (run[0].x0 + run[run.length - 1].x1) / 2;
  const near = [...row].sort((a, b) => Math.abs(a.x0 - middle) - Math.abs(b.x0 - middle)).slice(0, 3);
  return meanOf(near, level);
}

/** Gives specks and blots to the row they stand in; what stands in none makes rows of its own. */
function attach(
  rest: readonly Placed[],
  rows: Placed[][],
  wordHeight: number,
  level: (word: Placed) => number,
): void {
  const left: Placed[] = [];
  const anchors = rows.map((row) => [...row]);
  for (const word of rest) {
    let best = -1;
    let bestDistance = 0.75 * wordHeight;
    for (const [r, anchor] of anchors.entries()) {
      const distance = Math.abs(nearLevel(anchor, [word], level) - level(word));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = r;
      }
    }
    if (best >= 0) rows[best].push(word);
    else left.push(word);
  }
  for (const word of left.sort((a, b) => a.y - b.y)) {
    const row = rows.find(
      (candidate, r) =>
        r >= anchors.length &&
        Math.abs(meanOf(candidate, level) - level(word)) < 0.5 * Math.max(wordHeight, word.height),
    );
    if (row) row.push(word);
    else rows.push([word]);
  }
}

function innerGaps(row: readonly Placed[]): number[] {
  const sorted = [...row].sort((a, b) => a.x0 - b.x0);
  return sorted.slice(1).map((word, k) => Math.max(0, word.x0 - sorted[k].x1));
}

/**
 * Cuts a row where a gap is far wider than its others: columns of a list. Gaps of a justified line are wide but alike,
 * those after a full stop twice as wide at most.
 */
function splitColumns(row: readonly Placed[], wordHeight: number, wordGap: number): Placed[][] {
  const gaps = row.slice(1).map((word, k) => word.x0 - row[k].x1);
  const cells: Placed[][] = [[row[0]]];
  for (const [k, gap] of gaps.entries()) {
    const others = gaps.filter((_, i) => i !== k);
    const usual = Math.max(wordGap, others.length >= 2 ? quantile(others, 0.6) : wordGap);
    if (gap > 1.4 * wordHeight && gap > 2.2 * usual) cells.push([row[k + 1]]);
    else cells[cells.length - 1].push(row[k + 1]);
  }
  return cells;
}
