import type { PageFeatures, RowFeatures } from './row-features.ts';
import { capitalShare } from './rules/capitals.ts';

/** What stands on a page beside its text: all O, and no part of the sequence of rows. */
export type Furniture = 'running-head' | 'footer' | 'caption' | 'specks';

/** Letters and digits that make up words one could read. */
function readable(row: RowFeatures): number {
  return row.words.filter((word) => /\p{L}{3,}|^\d+[.,]?$/u.test(word)).join('').length;
}

function isSpecks(row: RowFeatures): boolean {
  const text = row.words.join('').replace(/[^\p{L}\d]/gu, '');
  return text.length <= 3 && !/^\d/.test(text);
}

const hasPageNumber = (row: RowFeatures) => {
  const first = row.words[0] ?? '';
  const last = row.words[row.words.length - 1] ?? '';
  const number = /^[^\p{L}\d]?(\d{1,3}|[xvil]{1,7})[.,]{0,2}$/iu;
  return number.test(last) || (number.test(first) && !/^[il]$/i.test(first));
};

/**
 * Finds running heads, page numbers and signatures at the foot, captions of plates, and rows of mere specks.
 * @returns per row of the page its kind of furniture, or null
 */
export function findFurniture(page: PageFeatures): (Furniture | null)[] {
  const found = page.rows.map((row): Furniture | null => (isSpecks(row) ? 'specks' : null));
  const first = page.rows.findIndex((_, i) => found[i] === null);
  if (first >= 0) {
    const row = page.rows[first];
    const gapBelow = distance(page, first, 1);
    const words = row.words.filter((word) => /[\p{L}\d]/u.test(word));
    const capital = capitalShare(words.filter((word) => /\p{L}{2}/u.test(word))) > 0.7;
    if (row.y < 0.12 && gapBelow > 1.35 && words.length <= 10 && (capital || hasPageNumber(row)))
      found[first] = 'running-head';
    else if (
      row.y < 0.12 &&
      gapBelow > 1.6 &&
      words.length <= 9 &&
      row.indentLeft > 0.08 &&
      !/^\d/.test(row.text)
    )
      found[first] = 'caption';
  }
  for (let i = page.rows.length - 1; i > page.rows.length - 3 && i > first; i--) {
    const row = page.rows[i];
    if (found[i] === 'specks') continue;
    const alone = row.words.length <= 2 && readable(row) <= 3;
    if (alone && row.width < 0.12 && row.indentLeft > 0.25) found[i] = 'footer';
    else break;
  }
  return found;
}

/** Distance to the next row that is not furniture, in line pitches. */
function distance(page: PageFeatures, from: number, step: 1 | -1): number {
  for (let i = from + step; i >= 0 && i < page.rows.length; i += step)
    if (!isSpecks(page.rows[i]))
      return (Math.abs(page.rows[i].y - page.rows[from].y) * page.page.height) / page.block.pitch;
  return 9;
}
