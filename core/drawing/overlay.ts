import { normalisedToPixels } from '../page/coordinates.ts';
import { type Canvas, createCanvas, type Rect, type SKRSContext2D, savePng } from './canvas.ts';
import { type OverlayInput, withoutPrefixes } from './overlay-input.ts';
import { drawNumber, drawPanel } from './overlay-panel.ts';
import { loadPageImage } from './page-image.ts';
import { drawMarks, type LabelSource } from './page-marks.ts';
import { drawText } from './text.ts';
import { THEME } from './theme.ts';

export interface OverlayOptions {
  /** Small scans are enlarged to this width in pixels, so that chips and text in the picture are crisp. */
  readonly pageWidth?: number;
  readonly source?: LabelSource;
  /** Fill strength follows the confidence of each word. */
  readonly confidence?: boolean;
}

export interface Overlay {
  readonly canvas: Canvas;
  /** Where the page stands on the canvas, in pixels. */
  readonly page: Rect;
  /** Why words were drawn in place of the scan, or null. */
  readonly problem: string | null;
}

/** Width of a page whose pens, chips and text have their nominal size. */
const NOMINAL_WIDTH = 1500;
const SOURCES: Record<LabelSource, string> = {
  prediction: 'predicted labels',
  gold: 'gold labels',
  weak: 'weak labels',
};
/** Page size where neither the record nor an image gives one (the book of the mission). */
const UNKNOWN_SIZE = { width: 500, height: 870 };

/**
 * A page with its labels: the scan under translucent label colours, outlines and letters, a header, the recipes
 * bracketed at its left, legend and recipes in a panel at its right. Boxes (0..1000) are placed by the size of the
 * image itself, whatever page size the record claims.
 */
export async function drawOverlay(given: OverlayInput, options: OverlayOptions = {}): Promise<Overlay> {
  const input = withoutPrefixes(given);
  const pageWidth = options.pageWidth ?? NOMINAL_WIDTH;
  const image = await loadPageImage(
    {
      words: input.tokens.map((token) => token.text),
      bboxes: input.tokens.map((token) => token.bbox),
      width: input.width ?? UNKNOWN_SIZE.width,
      height: input.height ?? UNKNOWN_SIZE.height,
      imagePath: input.image_path ?? null,
      imageBytes: input.image_bytes,
    },
    { minWidth: pageWidth, maxPixels: Math.max(16e6, 2 * pageWidth ** 2) },
  );
  const unit = image.canvas.width / NOMINAL_WIDTH;
  const u = (n: number) => Math.round(n * unit);
  const page: Rect = { x: u(112), y: u(150), width: image.canvas.width, height: image.canvas.height };
  const panel: Rect = {
    x: page.x + page.width + u(56),
    y: page.y,
    width: u(480),
    height: Math.max(page.height, u(1100)),
  };
  const canvas = createCanvas(panel.x + panel.width + u(56), panel.y + panel.height + u(56));
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = THEME.paper;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  drawHeader(ctx, input, page, panel, unit, SOURCES[options.source ?? 'prediction'], image.problem);
  ctx.drawImage(image.canvas, page.x, page.y);
  ctx.strokeStyle = THEME.hairline;
  ctx.lineWidth = Math.max(1, 1.5 * unit);
  ctx.strokeRect(page.x - 0.5, page.y - 0.5, page.width + 1, page.height + 1);
  drawMarks(ctx, input, page, unit, {
    source: options.source ?? 'prediction',
    confidence: options.confidence ?? false,
  });
  drawBrackets(ctx, input, page, unit);
  drawPanel(ctx, input, panel, unit);
  return { canvas, page, problem: image.problem };
}

function drawHeader(
  ctx: SKRSContext2D,
  input: OverlayInput,
  page: Rect,
  panel: Rect,
  unit: number,
  source: string,
  problem: string | null,
): void {
  const baseline = page.y - 48 * unit;
  const title = { face: 'serif-semibold', size: 56 * unit, colour: THEME.ink } as const;
  const width = drawText(ctx, `Page ${input.page_num}`, page.x, baseline, title);
  const note = problem === null ? source : `${source}; no scan, words drawn at their boxes`;
  drawText(ctx, note, page.x + width + 24 * unit, baseline, {
    face: 'serif-italic',
    size: 32 * unit,
    colour: THEME.muted,
  });
  if (input.model)
    drawText(ctx, input.model.name, panel.x + panel.width, baseline, {
      face: 'sans',
      size: 26 * unit,
      colour: THEME.muted,
      align: 'right',
      maxWidth: panel.width + page.width * 0.4,
    });
}

/** A bar with a number beside each recipe, left of the page. */
function drawBrackets(ctx: SKRSContext2D, input: OverlayInput, page: Rect, unit: number): void {
  for (const [i, recipe] of (input.groups ?? []).entries()) {
    const [, y0, , y1] = normalisedToPixels(recipe.bbox, page.width, page.height);
    const x = page.x - 30 * unit;
    ctx.fillStyle = THEME.ink;
    ctx.fillRect(x, page.y + y0 - 6 * unit, 3 * unit, y1 - y0 + 12 * unit);
    drawNumber(ctx, i + 1, x - 27 * unit, page.y + y0 + 12 * unit, 17 * unit);
  }
}

/** Draws an overlay and writes it as PNG, whole or not at all. @returns size in pixels and what was wrong */
export async function renderOverlay(
  input: OverlayInput,
  { outPng, ...options }: OverlayOptions & { outPng: string },
): Promise<{ path: string; width: number; height: number; problem: string | null }> {
  const { canvas, problem } = await drawOverlay(input, options);
  await savePng(canvas, outPng);
  return { path: outPng, width: canvas.width, height: canvas.height, problem };
}
