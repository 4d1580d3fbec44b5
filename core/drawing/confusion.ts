import { type LabelStyle, labelStyle, type OwnLabelStyles } from '../labels/labels.ts';
import { type Canvas, createCanvas, type SKRSContext2D, savePng } from './canvas.ts';
import { drawChip, drawText, type TextStyle, wrapText } from './text.ts';
import { THEME, withAlpha } from './theme.ts';

export interface ConfusionPicture {
  readonly labels: readonly string[];
  /** `counts[reference][predicted]`. */
  readonly counts: readonly (readonly number[])[];
  /** Colours and letters of a label set of its own, by label name. */
  readonly styles?: OwnLabelStyles;
}

const CELL = 148;
const LEFT = 430;
const TOP = 330;
const HUE = '#2b67b2';
const count = (n: number) => n.toLocaleString('en-US');
const SMALL = { face: 'sans', size: 24, colour: THEME.muted } satisfies TextStyle;

/**
 * Numbers first, their share of the row below; one hue, as strong as that share. Rows are the reference, columns
 * the predictions, with recall at the end of each row and precision under each column.
 */
export function drawConfusion(
  { labels, counts, styles }: ConfusionPicture,
  { title = 'Confusion matrix', subtitle }: { title?: string; subtitle?: string } = {},
): Canvas {
  const n = labels.length;
  const canvas = createCanvas(LEFT + n * CELL + 240, TOP + n * CELL + 150);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = THEME.paper;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  drawText(ctx, title, 56, 76, { face: 'serif-semibold', size: 44, colour: THEME.ink });
  const note = 'words; shares are of the row';
  drawText(ctx, subtitle ? `${subtitle}; ${note}` : note, 56, 116, {
    ...SMALL,
    size: 26,
    maxWidth: canvas.width - 112,
  });
  drawText(ctx, 'Predicted', LEFT + 4, TOP - 118, SMALL);
  drawText(ctx, 'Reference', 56, TOP - 24, SMALL);
  drawText(ctx, 'Recall', LEFT + n * CELL + 150, TOP - 24, { ...SMALL, align: 'right' });
  drawText(ctx, 'Precision', LEFT - 24, TOP + n * CELL + 52, { ...SMALL, align: 'right' });
  const rows = counts.map((row) => row.reduce((a, b) => a + b, 0));
  const columns = labels.map((_, j) => counts.reduce((sum, row) => sum + row[j], 0));
  for (const [i, label] of labels.entries()) {
    drawColumnHead(ctx, labelStyle(label, i, styles), i);
    drawRowHead(ctx, labelStyle(label, i, styles), i, rows[i]);
    for (const j of labels.keys()) drawCell(ctx, i, j, counts[i][j], rows[i]);
    const value = { face: 'sans-medium', size: 28, colour: THEME.ink } satisfies TextStyle;
    const share = (total: number) => (total === 0 ? '–' : (counts[i][i] / total).toFixed(3));
    drawText(ctx, share(rows[i]), LEFT + n * CELL + 150, TOP + i * CELL + CELL / 2 + 10, {
      ...value,
      align: 'right',
    });
    drawText(ctx, share(columns[i]), LEFT + i * CELL + CELL / 2, TOP + n * CELL + 52, {
      ...value,
      align: 'center',
    });
  }
  return canvas;
}

function drawRowHead(ctx: SKRSContext2D, style: LabelStyle, i: number, support: number): void {
  const y = TOP + i * CELL + CELL / 2;
  drawChip(ctx, style.letter, style.colour, 56, y - 26, 36);
  drawText(ctx, style.title, 110, y + 2, { face: 'sans', size: 28, colour: THEME.ink, maxWidth: LEFT - 130 });
  drawText(ctx, `${count(support)} words`, 110, y + 34, { ...SMALL, size: 22 });
}

function drawColumnHead(ctx: SKRSContext2D, style: LabelStyle, j: number): void {
  const text = { face: 'sans', size: 23 } as const;
  const lines = wrapText(ctx, style.title, text, CELL - 10, 2);
  for (const [k, line] of lines.entries())
    drawText(ctx, line, LEFT + j * CELL + 4, TOP - 16 - (lines.length - 1 - k) * 28, {
      ...text,
      colour: THEME.ink,
    });
  drawChip(ctx, style.letter, style.colour, LEFT + j * CELL + 4, TOP - 104, 36);
}

function drawCell(ctx: SKRSContext2D, i: number, j: number, n: number, support: number): void {
  const share = support === 0 ? 0 : n / support;
  const [x, y] = [LEFT + j * CELL, TOP + i * CELL];
  ctx.fillStyle = THEME.panel;
  ctx.fillRect(x + 2, y + 2, CELL - 4, CELL - 4);
  // The square root keeps the small shares visible, which are the errors one looks for.
  ctx.fillStyle = withAlpha(HUE, 0.92 * Math.sqrt(share));
  ctx.fillRect(x + 2, y + 2, CELL - 4, CELL - 4);
  // Where white reads better than ink on this strength of the hue.
  const dark = share > 0.75;
  const middle = x + CELL / 2;
  const colour = n === 0 ? '#b9b2a6' : dark ? '#ffffff' : THEME.ink;
  drawText(ctx, count(n), middle, y + CELL / 2 + (n === 0 ? 11 : 2), {
    face: 'sans-semibold',
    size: n >= 1e5 ? 28 : 34,
    colour,
    align: 'center',
  });
  if (n === 0) return;
  const percent = 100 * share;
  const text = percent < 0.1 ? '<0.1 %' : `${percent.toFixed(percent < 99.95 ? 1 : 0)} %`;
  drawText(ctx, text, middle, y + CELL / 2 + 38, { face: 'sans', size: 22, colour, align: 'center' });
}

/** Writes {@link drawConfusion} as a PNG, whole or not at all. */
export async function renderConfusion(
  matrix: ConfusionPicture,
  { outPng, ...options }: { outPng: string; title?: string; subtitle?: string },
): Promise<void> {
  await savePng(drawConfusion(matrix, options), outPng);
}
