import { DEFAULT_LABELS, LabelMap } from '../labels/labels.ts';
import { pixelsToNormalised } from '../page/coordinates.ts';
import type { Box } from '../page/page.ts';
import { readPage } from './aging/ocr.ts';
import { encodePalettePng } from './aging/png.ts';
import { scanPage } from './aging/scan.ts';
import { randomWarp } from './aging/warp.ts';
import { Random } from './random.ts';
import { type SetPage, setBook } from './typeset/paginate.ts';

/** A page of the demo cookbook as text recognition would hand it over, with the labels it was made with. */
export interface DemoPage {
  readonly pageNum: number;
  /** Size of the scan in pixels. */
  readonly width: number;
  readonly height: number;
  readonly words: readonly string[];
  /** Boxes 0..1000. */
  readonly bboxes: readonly Box[];
  /** One name of DEFAULT_LABELS per word. */
  readonly labels: readonly string[];
}

export const DEMO_LABELS = new LabelMap(DEFAULT_LABELS);

/** The page read: boxes, words with their errors, labels. The same warp as its scan, from the same seed. */
export function readSetPage(page: SetPage, seed: number): DemoPage {
  const warp = randomWarp(new Random(seed, 'warp', page.pageNum));
  const words = readPage(page, warp, new Random(seed, 'ocr', page.pageNum));
  return {
    pageNum: page.pageNum,
    width: warp.width,
    height: warp.height,
    words: words.map(({ text }) => text),
    bboxes: words.map(({ box }) => pixelsToNormalised(box, warp.width, warp.height)),
    labels: words.map(({ label }) => label),
  };
}

/** The PNG of the page's scan. */
export function scanSetPage(page: SetPage, seed: number): Buffer {
  const warp = randomWarp(new Random(seed, 'warp', page.pageNum));
  const { levels, width, height, palette } = scanPage(page, warp, new Random(seed, 'scan', page.pageNum));
  return encodePalettePng(levels, width, height, palette);
}

/** All pages of the book without their pictures: milliseconds a page. */
export const readBook = (seed: number, pages: number): DemoPage[] =>
  setBook(seed, pages).map((page) => readSetPage(page, seed));

/** The words of each page as they would be read, to train a tokenizer on. */
export const generateText = (seed: number, pages: number): (readonly string[])[] =>
  readBook(seed, pages).map(({ words }) => words);
