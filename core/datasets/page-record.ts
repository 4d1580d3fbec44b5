import { GalleyError } from '../errors/galley-error.ts';
import { pixelsToNormalised } from '../page/coordinates.ts';
import { BOX_SCALE, type Box, type Page, validatePage } from '../page/page.ts';
import { describeValue } from './jsonl.ts';

/** The space the boxes of a file are in. Stated by whoever hands the file over, never guessed. */
export type BoxSpace = 'pixels' | '0-1000';

/** How far a pixel box may hang over the page's edge before it counts as a mistake (OCR slop), of that side. */
const OVERHANG = 0.02;

const invalid = (message: string, hint?: string): never => {
  throw new GalleyError('invalid-data', message, { hint });
};

/** A whole number of `record`, or an error that says what was there instead. */
export function integerOf(record: Record<string, unknown>, key: string, minimum: number): number {
  const value = record[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < minimum)
    invalid(`"${key}": expected a whole number of at least ${minimum}, found ${describeValue(value)}`);
  return value as number;
}

/**
 * A {@link Page} (boxes 0..1000) from `{page_num, words, bboxes, width, height}` whose boxes are in `boxSpace`.
 * Width and height are pixels. Pixel boxes may hang over the edge by 2 % and are clamped.
 * @throws GalleyError `invalid-data` naming page, word and box.
 */
export function pageFromRecord(
  record: Record<string, unknown>,
  boxSpace: BoxSpace,
  imagePath: string | null = null,
): Page {
  const pageNum = integerOf(record, 'page_num', 0);
  const width = integerOf(record, 'width', 1);
  const height = integerOf(record, 'height', 1);
  const where = `page ${pageNum}`;
  try {
    const words = wordsOf(record.words);
    const bboxes = boxesOf(record.bboxes, words, boxSpace, width, height);
    const page: Page = { pageNum, width, height, words, bboxes, imagePath };
    validatePage(page, where);
    return page;
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    throw new GalleyError(error.code, error.message, { where, hint: error.hint, cause: error });
  }
}

function wordsOf(value: unknown): string[] {
  if (!Array.isArray(value)) invalid(`"words": expected a list of strings, found ${describeValue(value)}`);
  const words = value as unknown[];
  if (words.length === 0) invalid('the page has no words', 'leave blank pages out');
  for (const [i, word] of words.entries())
    if (typeof word !== 'string') invalid(`word ${i}: expected a string, found ${describeValue(word)}`);
  return words as string[];
}

function boxesOf(value: unknown, words: string[], space: BoxSpace, width: number, height: number): Box[] {
  if (!Array.isArray(value)) invalid(`"bboxes": expected a list of boxes, found ${describeValue(value)}`);
  const rows = value as unknown[];
  if (rows.length !== words.length)
    invalid(`expected one box per word, found ${words.length} words and ${rows.length} boxes`);
  return rows.map((row, i) => {
    const name = `word ${i} (${describeValue(words[i])})`;
    if (!Array.isArray(row) || row.length !== 4 || !row.every((x) => Number.isFinite(x)))
      invalid(`${name}: expected a box of 4 numbers, found ${JSON.stringify(row) ?? 'nothing'}`);
    const box = row as unknown as Box;
    if (box[0] > box[2] || box[1] > box[3]) invalid(`${name}: box [${box.join(', ')}] is inverted`);
    return space === 'pixels' ? fromPixels(box, width, height, name) : fromNormalised(box, name);
  });
}

function fromPixels(box: Box, width: number, height: number, name: string): Box {
  const [dx, dy] = [Math.max(2, OVERHANG * width), Math.max(2, OVERHANG * height)];
  if (box[0] < -dx || box[1] < -dy || box[2] > width + dx || box[3] > height + dy)
    invalid(
      `${name}: box [${box.join(', ')}] is outside the page of ${width} x ${height} pixels`,
      'are these 0-1000? then say so with --box_space 0-1000',
    );
  return pixelsToNormalised(box, width, height);
}

/** Fractions are cut off as LayoutLM's own preprocessing does; the range is left to validatePage's message. */
function fromNormalised(box: Box, name: string): Box {
  if (Math.min(...box) < 0 || Math.max(...box) > BOX_SCALE)
    invalid(
      `${name}: box [${box.join(', ')}] is outside 0..${BOX_SCALE}`,
      'are these pixels? then say so with --box_space pixels',
    );
  return [Math.trunc(box[0]), Math.trunc(box[1]), Math.trunc(box[2]), Math.trunc(box[3])];
}
