import { GalleyError } from '../errors/galley-error.ts';

/** `[x0, y0, x1, y1]`, left, top, right, bottom. The coordinate space is named where the box is held. */
export type Box = readonly [number, number, number, number];

/** Sides of the normalised page: LayoutLM boxes are integers from 0 to this. */
export const BOX_SCALE = 1000;

/** Words that a page may know of the page before. */
export const MAX_PRECEDING_WORDS = 128;

/** One scanned page. Boxes are held in one space only, normalised 0..1000; pixels exist at the edges. */
export interface Page {
  readonly pageNum: number;
  /** Page image size in pixels. */
  readonly width: number;
  readonly height: number;
  readonly words: readonly string[];
  /** One per word, integers 0..1000, x0 <= x1 and y0 <= y1. */
  readonly bboxes: readonly Box[];
  /** Absolute path, or null where the page has no scan. */
  readonly imagePath: string | null;
  /** The last words of the page before (at most {@link MAX_PRECEDING_WORDS}), where that page is known. */
  readonly precedingWords?: readonly string[];
}

/** Throws `invalid-data`, naming page and word, unless every rule of {@link Page} holds. */
export function validatePage(page: Page, where = `page ${page.pageNum}`): void {
  const fail = (message: string, hint?: string): never => {
    throw new GalleyError('invalid-data', message, { where, hint });
  };
  if (!(page.width > 0 && page.height > 0))
    fail(`page size must be positive, found ${page.width} x ${page.height}`);
  if (page.words.length !== page.bboxes.length)
    fail(`expected one box per word, found ${page.words.length} words and ${page.bboxes.length} boxes`);
  for (let i = 0; i < page.bboxes.length; i++) {
    const box = page.bboxes[i];
    if (box.length !== 4) fail(`word ${i} ("${page.words[i]}"): a box has 4 numbers, found ${box.length}`);
    for (const value of box)
      if (!Number.isInteger(value) || value < 0 || value > BOX_SCALE)
        fail(
          `word ${i} ("${page.words[i]}"): box [${box.join(', ')}] is outside 0..${BOX_SCALE}`,
          'are these pixels? then say so with --box_space pixels',
        );
    if (box[0] > box[2] || box[1] > box[3])
      fail(`word ${i} ("${page.words[i]}"): box [${box.join(', ')}] is inverted`);
  }
}
