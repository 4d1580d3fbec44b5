import { normalisedToPixels } from '../page/coordinates.ts';
import type { Page } from '../page/page.ts';
import { type Canvas, createCanvas, type SKRSContext2D } from './canvas.ts';
import { font } from './fonts.ts';

/** Pixels a word is set at before it is fitted to its box. */
const MEASURED_AT = 100;
/** Words whose ink is remembered; a book repeats most of its words. */
const MEASURES_KEPT = 20_000;

interface Ink {
  readonly left: number;
  readonly descent: number;
  readonly inkWidth: number;
  readonly inkHeight: number;
}
const measures = new Map<string, Ink>();

/** Extent of a word's ink; the context has the font. */
function inkOf(ctx: SKRSContext2D, word: string): Ink {
  const known = measures.get(word);
  if (known) return known;
  const ink = ctx.measureText(word);
  const [left, descent] = [ink.actualBoundingBoxLeft, ink.actualBoundingBoxDescent];
  const inkHeight = Math.max(1, ink.actualBoundingBoxAscent + descent);
  const found = { left, descent, inkHeight, inkWidth: Math.max(1, left + ink.actualBoundingBoxRight) };
  if (measures.size >= MEASURES_KEPT) measures.clear();
  measures.set(word, found);
  return found;
}

/**
 * A stand-in for a missing scan: white paper with each word set in its box, as wide and high as the box allows.
 * @param width pixels, may differ from the page's own size; so may `height`
 * @param squeezed size of the canvas, where the drawing is to be shrunk as it is made: cheaper than shrinking it afterwards
 */
export function drawWordsPage(
  page: Pick<Page, 'words' | 'bboxes'>,
  width: number,
  height: number,
  squeezed?: { readonly width: number; readonly height: number },
): Canvas {
  const [fullWidth, fullHeight] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  const canvas = createCanvas(squeezed?.width ?? fullWidth, squeezed?.height ?? fullHeight);
  const [kx, ky] = [canvas.width / fullWidth, canvas.height / fullHeight];
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = '#ffffff';
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = '#1f1d1a';
  ctx.textBaseline = 'alphabetic';
  ctx.font = font('serif', MEASURED_AT);
  for (const [i, word] of page.words.entries()) {
    const [x0, y0, x1, y1] = normalisedToPixels(page.bboxes[i], fullWidth, fullHeight);
    const [w, h] = [x1 - x0, y1 - y0];
    if (w <= 0 || h <= 0 || word.trim() === '') continue;
    const { left, descent, inkWidth, inkHeight } = inkOf(ctx, word);
    // Tight OCR boxes hug the ink, so the ink is fitted to the box; the scale in x and y may differ within reason.
    const sy = Math.min(h / inkHeight, (1.6 * w) / inkWidth);
    const sx = Math.min(w / inkWidth, 1.3 * sy);
    const bottom = y1 - (h - inkHeight * sy) / 2;
    ctx.setTransform(sx * kx, 0, 0, sy * ky, x0 * kx, bottom * ky);
    ctx.fillText(word, left, -descent);
  }
  ctx.resetTransform();
  return canvas;
}
