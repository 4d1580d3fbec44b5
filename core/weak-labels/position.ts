import type { RowFeatures } from './row-features.ts';

/** Where a row stands in the text block. */
export type Position =
  | 'full' // from margin to margin
  | 'first' // indented on the left, to the right margin: the first line of a paragraph
  | 'last' // from the left margin, ends early
  | 'inset' // indented a little, ends early: a paragraph of one line, or a line of a list
  | 'centred' // white space on both sides, alike
  | 'other';

/** Shares of the text block's width. */
const FLUSH = 0.022;
const PARAGRAPH_INDENT = 0.075;
const CENTRED_INDENT = 0.1;
const OFF_CENTRE = 0.05;

export function positionOf(row: RowFeatures): Position {
  const { indentLeft: left, indentRight: right } = row;
  const centred = Math.abs(row.offCentre) < OFF_CENTRE;
  if (left > CENTRED_INDENT && right > CENTRED_INDENT && centred) return 'centred';
  if (left < FLUSH && left > -0.04) return right < FLUSH + 0.01 ? 'full' : 'last';
  if (left >= FLUSH && left < PARAGRAPH_INDENT) return right < FLUSH + 0.01 ? 'first' : 'inset';
  return 'other';
}
