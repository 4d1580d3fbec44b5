import { pixelsToNormalised } from '../page/coordinates.ts';
import type { Box } from '../page/page.ts';
import type { TesseractWord } from './tesseract-thread.ts';

/** The words of a page as recognised. */
export interface ReadWords {
  readonly words: readonly string[];
  /** One a word, 0..1000. */
  readonly bboxes: readonly Box[];
  /** One a word, 0..1. */
  readonly confidences: readonly number[];
}

/**
 * Tesseract's words as a page has them: empty ones and those without an area left out, confidence 0..1.
 * @param width pixels of the picture Tesseract was given @param height likewise
 */
export function readWords(found: readonly TesseractWord[], width: number, height: number): ReadWords {
  const words: string[] = [];
  const bboxes: Box[] = [];
  const confidences: number[] = [];
  for (const { text, confidence, bbox } of found) {
    const word = text.trim().normalize('NFC');
    const box = pixelsToNormalised([bbox.x0, bbox.y0, bbox.x1, bbox.y1], width, height);
    if (word === '' || box[2] <= box[0] || box[3] <= box[1]) continue;
    words.push(word);
    bboxes.push(box);
    confidences.push(Math.min(1, Math.max(0, confidence / 100)));
  }
  return { words, bboxes, confidences };
}
