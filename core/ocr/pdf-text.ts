import { pixelsToNormalised } from '../page/coordinates.ts';
import { BOX_SCALE, type Box } from '../page/page.ts';

/** A run of text of a PDF page; `transform` is text space to the picture's pixels, `width` in units of the page. */
export interface TextRun {
  readonly str: string;
  /** [a, b, c, d, e, f]: the run begins at (e, f), its baseline runs along (a, b), (c, d) points up. */
  readonly transform: readonly number[];
  /** Length along the baseline, pixels. */
  readonly length: number;
}

export interface TextLayer {
  readonly words: readonly string[];
  readonly bboxes: readonly Box[];
  /** Why the layer is not to be used, null where it is sound. */
  readonly problem: string | null;
}

/** Ascender and descender of a text face, shares of its size. */
const [ASCENT, DESCENT] = [0.8, 0.2];
/** Fewer words are a stamp or a page number over a scan. */
const LEAST_WORDS = 5;
const MOST_UNPRINTABLE = 0.02;
const LEAST_LETTERS = 0.4;
const MOST_OUTSIDE = 0.05;
/** How far a word may hang over the edge, share of that side. */
const OVERHANG = 0.02;

/** Corners of a stretch of a run, from share `from` to `to` of its length, in pixels. */
function boxOf({ transform: [a, b, c, d, e, f], length }: TextRun, from: number, to: number): Box {
  const along = Math.hypot(a, b) || 1;
  const [ux, uy] = [(a / along) * length, (b / along) * length];
  const xs: number[] = [];
  const ys: number[] = [];
  for (const share of [from, to])
    for (const up of [ASCENT, -DESCENT]) {
      xs.push(e + ux * share + c * up);
      ys.push(f + uy * share + d * up);
    }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Nothing, or what shows that the letters were not kept: replacement, private use, control characters. */
const UNPRINTABLE = /[\p{Cc}\p{Co}\p{Cn}\uFFFD]/u;

/**
 * Words and boxes of a page's text layer, in the order of the file, and whether it can be trusted: enough words,
 * letters that can be printed, boxes on the page and not all on one spot.
 * @param width pixels of the rendered page @param height likewise
 */
export function textLayer(runs: readonly TextRun[], width: number, height: number): TextLayer {
  const words: string[] = [];
  const pixels: Box[] = [];
  for (const run of runs) {
    const count = Math.max(1, run.str.length);
    if (!run.transform.every(Number.isFinite) || !Number.isFinite(run.length)) continue;
    for (const match of run.str.matchAll(/\S+/gu)) {
      words.push(match[0].normalize('NFC'));
      pixels.push(boxOf(run, match.index / count, (match.index + match[0].length) / count));
    }
  }
  const problem = problemOf(words, pixels, width, height);
  const bboxes = pixels.map((box) => pixelsToNormalised(box, width, height));
  return { words, bboxes, problem };
}

function problemOf(
  words: readonly string[],
  boxes: readonly Box[],
  width: number,
  height: number,
): string | null {
  if (words.length === 0) return 'it has no text layer';
  if (words.length < LEAST_WORDS) return `its text layer has ${words.length} words only`;
  const text = words.join('');
  const characters = [...text];
  const unprintable = characters.filter((c) => UNPRINTABLE.test(c)).length;
  if (unprintable > MOST_UNPRINTABLE * characters.length)
    return `${unprintable} of ${characters.length} characters of its text layer cannot be printed`;
  // Multi-byte text whose bytes were taken in the wrong order: every letter has become a character far off, ending in 00.
  const swapped = characters.filter((c) => (c.codePointAt(0)! & 0xff) === 0).length;
  if (swapped > 0.5 * characters.length) return 'the characters of its text layer have their bytes swapped';
  const letters = characters.filter((c) => /[\p{L}\p{N}]/u.test(c)).length;
  if (letters < LEAST_LETTERS * characters.length) return 'its text layer is hardly letters';
  const [dx, dy] = [OVERHANG * width, OVERHANG * height];
  const outside = boxes.filter(
    ([x0, y0, x1, y1]) =>
      x0 < -dx || y0 < -dy || x1 > width + dx || y1 > height + dy || x1 - x0 <= 0 || y1 - y0 <= 0,
  ).length;
  if (outside > MOST_OUTSIDE * boxes.length)
    return `${outside} of ${boxes.length} words of its text layer lie off the page`;
  const places = new Set(
    boxes.map((box) =>
      pixelsToNormalised(box, width, height)
        .map((v) => Math.round(v / 5))
        .join(),
    ),
  );
  if (places.size < 0.5 * boxes.length) return 'the words of its text layer lie on one another';
  const large = boxes.filter(([, y0, , y1]) => y1 - y0 > height / 4).length;
  if (large > 0.5 * boxes.length)
    return `the boxes of its text layer are larger than words (of ${BOX_SCALE})`;
  return null;
}
