import { normalisedToPixels, unionBox } from '../page/coordinates.ts';
import type { Box } from '../page/page.ts';
import type { Part } from './predictions.ts';

/** A page with one predicted label and its probability per word. */
export interface LabelledWords {
  readonly words: readonly string[];
  /** 0..1000. */
  readonly bboxes: readonly Box[];
  /** Page size in pixels. */
  readonly width: number;
  readonly height: number;
  /** Label name per word. */
  readonly labels: readonly string[];
  readonly confidences: readonly number[];
}

/** Number words keep their hyphen at a line end: "twenty-" + "five" is twenty-five, "min-" + "utes" is minutes. */
const KEEPS_HYPHEN =
  /^(one|two|three|four|five|six|seven|eight|nine|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|half|well|self|\d+)-$/i;

/** Words as running text; a word broken at a line end is made whole. */
export function joinWords(words: readonly string[], endsLine: (i: number) => boolean = () => false): string {
  let text = '';
  let glue = '';
  for (const [i, word] of words.entries()) {
    const next = words[i + 1] ?? '';
    const broken = /\p{L}-$/u.test(word) && /^\p{Ll}/u.test(next) && endsLine(i);
    text += glue + (broken && !KEEPS_HYPHEN.test(word) ? word.slice(0, -1) : word);
    glue = broken ? '' : ' ';
  }
  return text.replace(/\s+/g, ' ').trim();
}

/** Pixels to one decimal: finer than any scan, and short in a file. */
export function pixelBox(box: Box, width: number, height: number): Box {
  const [x0, y0, x1, y1] = normalisedToPixels(box, width, height).map((v) => Math.round(v * 10) / 10);
  return [x0, y0, x1, y1];
}

/**
 * A part of these words, in the order given.
 * @param lineOf line number per word, to mend words broken at a line end
 */
export function makePart(
  page: LabelledWords,
  indices: readonly number[],
  lineOf: ArrayLike<number> = [],
): Part {
  const bbox = unionBox(indices.map((i) => page.bboxes[i]));
  const confidence = indices.reduce((sum, i) => sum + page.confidences[i], 0) / Math.max(1, indices.length);
  return {
    word_indices: [...indices],
    text: joinWords(
      indices.map((i) => page.words[i]),
      (k) => lineOf[indices[k]] !== lineOf[indices[k + 1]],
    ),
    bbox,
    bbox_px: pixelBox(bbox, page.width, page.height),
    confidence: Math.min(1, confidence),
  };
}
