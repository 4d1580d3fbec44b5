import { labelStyle, OUTSIDE } from '../labels/labels.ts';
import { normalisedToPixels } from '../page/coordinates.ts';
import { type Rect, type SKRSContext2D, saved } from './canvas.ts';
import { bandOf, blocksOf, crosses, grow, median, runsOf, type WordMark, withoutSpans } from './marks.ts';
import type { OverlayInput } from './overlay-input.ts';
import { drawChip } from './text.ts';
import { withAlpha } from './theme.ts';

/** Where labels come from, told apart by the outline: predictions dashed, gold solid, weak labels hatched. */
export type LabelSource = 'prediction' | 'gold' | 'weak';

export interface MarkOptions {
  readonly source: LabelSource;
  /** Fill strength follows the confidence. */
  readonly confidence: boolean;
}

/** Spans inside lines: drawn on top of the line they stand in, outlined on their own. */
const SPANS = new Set(['TIME', 'TEMP', 'SERVINGS']);
const FILL = 0.22;

/** Word rectangles on a canvas that shows the whole page at `page`. */
export function wordMarks(
  input: OverlayInput,
  page: Rect,
): (WordMark & { confidence: number; id: number })[] {
  return input.tokens.map((token) => {
    const [x0, y0, x1, y1] = normalisedToPixels(token.bbox, page.width, page.height);
    return {
      label: token.pred_label,
      id: token.pred_id,
      confidence: token.confidence,
      rect: { x: page.x + x0, y: page.y + y0, width: x1 - x0, height: y1 - y0 },
    };
  });
}

/** Fills words, and the line between them, as a marker pen would: one path, so that no overlap is darker. */
function fillRuns(
  ctx: SKRSContext2D,
  runs: readonly { readonly words: readonly Rect[] }[],
  style: string,
  unit: number,
): void {
  const pad = 2 * unit;
  ctx.fillStyle = style;
  ctx.beginPath();
  for (const { words } of runs) {
    for (const word of words) {
      const { x, y, width, height } = grow(word, pad);
      ctx.roundRect(x, y, width, height, 4 * unit);
    }
    if (words.length < 2) continue;
    const { x0, x1, y, height, slope } = bandOf(words);
    const fall = slope * (x1 - x0);
    ctx.moveTo(x0 - pad, y - pad);
    ctx.lineTo(x1 + pad, y + fall - pad);
    ctx.lineTo(x1 + pad, y + fall + height + pad);
    ctx.lineTo(x0 - pad, y + height + pad);
    ctx.closePath();
  }
  ctx.fill();
}

function hatch(ctx: SKRSContext2D, rect: Rect, colour: string, unit: number): void {
  saved(ctx, () => {
    ctx.beginPath();
    ctx.rect(rect.x, rect.y, rect.width, rect.height);
    ctx.clip();
    ctx.strokeStyle = withAlpha(colour, 0.35);
    ctx.lineWidth = 1.2 * unit;
    ctx.beginPath();
    for (let x = rect.x - rect.height; x < rect.x + rect.width; x += 7 * unit) {
      ctx.moveTo(x, rect.y + rect.height);
      ctx.lineTo(x + rect.height, rect.y);
    }
    ctx.stroke();
  });
}

/**
 * Draws words, lines and spans of one page over the scan at `page`.
 * @param unit pixels of the canvas per pixel of a page 1500 wide: all pens and chips scale with it
 */
export function drawMarks(
  ctx: SKRSContext2D,
  input: OverlayInput,
  page: Rect,
  unit: number,
  options: MarkOptions,
): void {
  const words = wordMarks(input, page).filter((w) => w.rect.width > 0 && w.rect.height > 0);
  const lineHeight = median(words.map((w) => w.rect.height)) || 30 * unit;
  const labelled = words.filter((w) => w.label !== OUTSIDE);
  const ids = new Map(labelled.map((w) => [w.label, w.id]));
  const runs = runsOf(words, lineHeight);
  for (const [label, id] of ids) {
    const { colour } = labelStyle(label, id, input.label_styles);
    const own = runs.filter((run) => run.label === label);
    if (options.confidence)
      for (const word of labelled.filter((w) => w.label === label))
        fillRuns(ctx, [{ words: [word.rect] }], withAlpha(colour, 0.42 * word.confidence ** 2), unit);
    else fillRuns(ctx, own, withAlpha(colour, FILL), unit);
    if (options.source === 'weak') for (const { rect } of own) hatch(ctx, rect, colour, unit);
  }
  const blocks = blocksOf(
    withoutSpans(runs, (label) => SPANS.has(label), lineHeight).filter((r) => r.label !== OUTSIDE),
    lineHeight,
  );
  for (const { label, rect } of blocks) {
    const { colour, letter } = labelStyle(label, ids.get(label), input.label_styles);
    const box = grow(rect, 7 * unit, 6 * unit);
    outline(ctx, box, colour, 2.2 * unit, options.source === 'gold' ? [] : [9 * unit, 6 * unit], 7 * unit);
    const size = 34 * unit;
    const beside = {
      x: Math.max(page.x + 3 * unit, box.x - size - 5 * unit),
      y: box.y,
      width: size,
      height: size,
    };
    const free = !words.some(({ rect: other }) => crosses(beside, other));
    if (free) drawChip(ctx, letter, colour, beside.x, beside.y, size);
    else drawCornerChip(ctx, letter, colour, box, unit);
  }
  for (const { label, rect } of runs.filter((r) => SPANS.has(r.label))) {
    const { colour, letter } = labelStyle(label, ids.get(label), input.label_styles);
    const box = grow(rect, 4 * unit, 4 * unit);
    outline(ctx, box, colour, 2.6 * unit, [], 5 * unit);
    drawCornerChip(ctx, letter, colour, box, unit);
  }
}

/** A small chip on the upper left corner, between the lines: for what stands in the midst of text. */
function drawCornerChip(ctx: SKRSContext2D, letter: string, colour: string, box: Rect, unit: number): void {
  const size = 26 * unit;
  drawChip(ctx, letter, colour, box.x - 6 * unit, box.y - 0.8 * size, size);
}

function outline(
  ctx: SKRSContext2D,
  { x, y, width, height }: Rect,
  colour: string,
  lineWidth: number,
  dash: number[],
  radius: number,
): void {
  saved(ctx, () => {
    ctx.strokeStyle = colour;
    ctx.lineWidth = lineWidth;
    ctx.setLineDash(dash);
    ctx.beginPath();
    ctx.roundRect(x, y, width, height, radius);
    ctx.stroke();
  });
}
