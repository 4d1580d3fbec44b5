import { normalisedToPixels } from '../page/coordinates.ts';
import type { Page } from '../page/page.ts';
import { type Canvas, createCanvas } from './canvas.ts';
import { font } from './fonts.ts';

/**
 * A stand-in for a missing scan: white paper with each word set in its box, as wide and high as the box allows.
 * @param width pixels, may differ from the page's own size; so may `height`
 */
export function drawWordsPage(page: Pick<Page, 'words' | 'bboxes'>, width: number, height: number): Canvas {
  const canvas = createCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = '#ffffff';
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = '#1f1d1a';
  ctx.textBaseline = 'alphabetic';
  for (const [i, word] of page.words.entries()) {
    const [x0, y0, x1, y1] = normalisedToPixels(page.bboxes[i], canvas.width, canvas.height);
    const [w, h] = [x1 - x0, y1 - y0];
    if (w <= 0 || h <= 0 || word.trim() === '') continue;
    ctx.font = font('serif', 100);
    const ink = ctx.measureText(word);
    const ascent = ink.actualBoundingBoxAscent;
    const inkHeight = Math.max(1, ascent + ink.actualBoundingBoxDescent);
    const left = ink.actualBoundingBoxLeft;
    const inkWidth = Math.max(1, left + ink.actualBoundingBoxRight);
    // Tight OCR boxes hug the ink, so the ink is fitted to the box; the scale in x and y may differ within reason.
    const sy = Math.min(h / inkHeight, (1.6 * w) / inkWidth);
    const sx = Math.min(w / inkWidth, 1.3 * sy);
    ctx.save();
    ctx.translate(x0, y1 - (h - inkHeight * sy) / 2);
    ctx.scale(sx, sy);
    ctx.fillText(word, left, -ink.actualBoundingBoxDescent);
    ctx.restore();
  }
  return canvas;
}
