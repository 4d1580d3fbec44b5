import { boundingLine, clamp, median, quantile, type StraightLine } from './statistics.ts';

/** Bounds of a row, pixels. */
export interface RowBounds {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** The page's column of text: its margins may lean, since pages are scanned skewed and bent. Pixels. */
export interface TextBlock {
  readonly left: StraightLine;
  readonly right: StraightLine;
  /** Distance between the middles of consecutive lines of prose. */
  readonly pitch: number;
  /** Rows that reach both margins: how far the margins can be trusted. */
  readonly support: number;
}

const edge = (line: StraightLine, y: number) => line.at + line.slope * y;

/** x of the left margin at height y. */
export const leftMargin = (block: TextBlock, y: number): number => edge(block.left, y);
/** x of the right margin at height y. */
export const rightMargin = (block: TextBlock, y: number): number => edge(block.right, y);

/** Margins lean by at most this many pixels per pixel of height. */
const LEAN = 0.08;
const NOT_PARALLEL = 0.035;

/**
 * Finds the margins most wide rows agree on. A page without prose has margins where its rows begin and end.
 * @param wordHeight typical height of a word, pixels
 */
export function findTextBlock(rows: readonly RowBounds[], wordHeight: number): TextBlock {
  const middle = (row: RowBounds) => (row.y0 + row.y1) / 2;
  const widest = quantile(
    rows.map((row) => row.x1 - row.x0),
    0.9,
  );
  const wide = rows.filter((row) => row.x1 - row.x0 >= 0.75 * widest);
  const tolerance = 0.5 * wordHeight;
  const sides = wide.length >= 4 ? wide : rows;
  const right = boundingLine(
    sides.map((row) => ({ x: row.x1, y: middle(row) })),
    { tolerance, minimumSlope: -LEAN, maximumSlope: LEAN, outside: 1 },
  );
  // Margins are all but parallel. First lines of paragraphs and lists are indented: the left margin is where what
  // reaches the right one begins, and next to nothing stands left of it.
  const full = sides.filter(
    (row) => Math.abs(row.x1 - right.at - right.slope * middle(row)) <= 2 * tolerance,
  );
  const left = boundingLine(
    (full.length >= 3 ? full : sides).map((row) => ({ x: row.x0, y: middle(row) })),
    {
      tolerance,
      minimumSlope: right.slope - NOT_PARALLEL,
      maximumSlope: right.slope + NOT_PARALLEL,
      outside: -1,
    },
  );
  const pitches = rows
    .slice(1)
    .map((row, i) => middle(row) - middle(rows[i]))
    .filter((pitch) => pitch > 0.7 * wordHeight && pitch < 2.5 * wordHeight);
  return {
    left: wide.length >= 4 ? left : { at: Math.min(...rows.map((row) => row.x0)), slope: 0 },
    right: wide.length >= 4 ? right : { at: Math.max(...rows.map((row) => row.x1)), slope: 0 },
    pitch: clamp(median(pitches) || 1.4 * wordHeight, wordHeight, 2.2 * wordHeight),
    support: Math.min(left.support, right.support),
  };
}
