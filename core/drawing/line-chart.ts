import { type Canvas, createCanvas, type Rect, type SKRSContext2D, saved } from './canvas.ts';
import { bottom, right } from './marks.ts';
import { drawText, type TextStyle } from './text.ts';
import { THEME } from './theme.ts';
import { formatTicks, niceTicks, spread } from './ticks.ts';

/** x and y in the units of the axes; a y that is not finite breaks the line. */
export type Point = readonly [x: number, y: number];

export interface Series {
  /** Written at the end of the line, in place of a legend. */
  readonly name: string;
  readonly colour: string;
  /** Stretches that are not joined to each other: one per stage. */
  readonly stretches: readonly (readonly Point[])[];
  /** A dot at every point: few, measured ones (evaluations). */
  readonly marks?: boolean;
  /** Whether the last value stands beside the name (default true). */
  readonly showLast?: boolean;
  /** A larger dot with its value: the best so far. */
  readonly best?: { readonly at: Point; readonly label: string };
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** Share of the height, relative to the other panels. */
  readonly weight?: number;
  /** Values the axis must reach; the data may widen it. */
  readonly include?: readonly number[];
}

/** A stretch of the x axis with a tint and a name: Stage A, Stage B. */
export interface Stretch {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface LineChart {
  readonly title: string;
  readonly subtitle?: string;
  readonly xLabel: string;
  readonly stretches?: readonly Stretch[];
  readonly panels: readonly Panel[];
}

/** Pixels of the picture; twice the nominal size, for screens and print alike. */
const SIZE = { width: 2000, left: 150, right: 290, top: 196, bottom: 110, gap: 96 };
const SMALL = { face: 'sans', size: 24, colour: THEME.muted } satisfies TextStyle;
const LABEL_GAP = 30;

const finite = ([x, y]: Point) => Number.isFinite(x) && Number.isFinite(y);
const pointsOf = (panels: readonly Panel[]): Point[] =>
  panels.flatMap((p) => p.series.flatMap((s) => s.stretches.flat())).filter(finite);

/** Line charts above each other on one x axis, lines named at their ends. */
export function drawLineChart(chart: LineChart): Canvas {
  const weights = chart.panels.map((panel) => panel.weight ?? 1);
  const heights = weights.map((w) => Math.round(330 * w));
  const inner = heights.reduce((a, b) => a + b, 0) + SIZE.gap * (chart.panels.length - 1);
  const stagesAbove = chart.stretches?.length ? 60 : 0;
  const top = SIZE.top + stagesAbove;
  const canvas = createCanvas(SIZE.width, top + inner + SIZE.bottom);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = THEME.paper;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  drawText(ctx, chart.title, 56, 76, { face: 'serif-semibold', size: 44, colour: THEME.ink });
  if (chart.subtitle)
    drawText(ctx, chart.subtitle, 56, 116, { ...SMALL, size: 26, maxWidth: SIZE.width - 112 });

  const xs = [
    ...pointsOf(chart.panels).map(([x]) => x),
    ...(chart.stretches ?? []).flatMap((s) => [s.from, s.to]),
  ];
  const [xLow, xHigh] = xs.length === 0 ? [0, 1] : [Math.min(...xs), Math.max(...xs)];
  const plot = { x: SIZE.left, width: SIZE.width - SIZE.left - SIZE.right };
  const toX = (x: number) => plot.x + ((x - xLow) / (xHigh - xLow || 1)) * plot.width;

  let y = top;
  for (const [i, panel] of chart.panels.entries()) {
    const rect = { ...plot, y, height: heights[i] };
    drawStretches(ctx, chart.stretches ?? [], rect, toX, i === 0);
    drawPanel(ctx, panel, rect, toX);
    y += heights[i] + SIZE.gap;
  }
  const axis = y - SIZE.gap;
  const ticks = niceTicks(xLow, xHigh, 7).filter((t) => t >= xLow && t <= xHigh);
  const texts = formatTicks(ticks);
  for (const [i, tick] of ticks.entries())
    drawText(ctx, texts[i], toX(tick), axis + 38, { ...SMALL, align: 'center' });
  drawText(ctx, chart.xLabel, plot.x + plot.width, axis + 76, { ...SMALL, align: 'right' });
  return canvas;
}

function drawStretches(
  ctx: SKRSContext2D,
  stretches: readonly Stretch[],
  rect: Rect,
  toX: (x: number) => number,
  named: boolean,
): void {
  for (const [i, { name, from, to }] of stretches.entries()) {
    const [x0, x1] = [toX(from), toX(to)];
    ctx.fillStyle = THEME.bands[i % THEME.bands.length];
    ctx.fillRect(x0, rect.y, x1 - x0, rect.height);
    if (i > 0) {
      ctx.fillStyle = THEME.muted;
      ctx.fillRect(x0 - 1, rect.y - (named ? 40 : 0), 2, rect.height + (named ? 40 : 0));
    }
    if (named)
      drawText(ctx, name, i > 0 ? x0 + 12 : x0, rect.y - 58, {
        face: 'sans-medium',
        size: 27,
        colour: THEME.ink,
        maxWidth: Math.max(60, x1 - x0 - 16),
      });
  }
}

function drawPanel(ctx: SKRSContext2D, panel: Panel, rect: Rect, toX: (x: number) => number): void {
  const values = [...pointsOf([panel]).map(([, v]) => v), ...(panel.include ?? [])];
  const ticks = values.length === 0 ? [0, 1] : niceTicks(Math.min(...values), Math.max(...values));
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const toY = (v: number) => bottom(rect) - ((v - low) / (high - low)) * rect.height;
  const texts = formatTicks(ticks);
  for (const [i, tick] of ticks.entries()) {
    ctx.fillStyle = i === 0 ? THEME.muted : 'rgba(31, 29, 26, 0.12)';
    ctx.fillRect(rect.x, Math.round(toY(tick)) - 1, rect.width, 2);
    drawText(ctx, texts[i], rect.x - 16, toY(tick) + 8, { ...SMALL, align: 'right' });
  }
  drawText(ctx, panel.title, rect.x, rect.y - 18, { face: 'sans-medium', size: 26, colour: THEME.ink });
  if (values.length === (panel.include ?? []).length)
    drawText(ctx, 'nothing measured', rect.x + rect.width / 2, rect.y + rect.height / 2, {
      ...SMALL,
      align: 'center',
    });
  for (const series of panel.series) drawSeries(ctx, series, toX, toY);
  drawEndLabels(ctx, panel.series, rect, toY);
}

function drawSeries(
  ctx: SKRSContext2D,
  series: Series,
  toX: (x: number) => number,
  toY: (v: number) => number,
): void {
  saved(ctx, () => {
    ctx.strokeStyle = series.colour;
    ctx.lineWidth = 4;
    ctx.lineJoin = 'round';
    ctx.lineCap = 'round';
    for (const stretch of series.stretches) {
      ctx.beginPath();
      let open = false;
      for (const point of stretch) {
        if (finite(point)) ctx[open ? 'lineTo' : 'moveTo'](toX(point[0]), toY(point[1]));
        open = finite(point);
      }
      ctx.stroke();
      const dots = series.marks || stretch.length === 1 ? stretch.filter(finite) : [];
      for (const point of dots) dot(ctx, toX(point[0]), toY(point[1]), 8, series.colour);
    }
  });
  if (!series.best) return;
  const [x, y] = [toX(series.best.at[0]), toY(series.best.at[1])];
  dot(ctx, x, y, 13, series.colour);
  const style = { face: 'sans-semibold', size: 25, colour: series.colour } satisfies TextStyle;
  const left = x > SIZE.width * 0.6;
  drawText(ctx, series.best.label, left ? x - 22 : x + 22, y + 42, {
    ...style,
    align: left ? 'right' : 'left',
  });
}

function dot(ctx: SKRSContext2D, x: number, y: number, radius: number, colour: string): void {
  for (const [r, fill] of [
    [radius, THEME.panel],
    [radius - 3, colour],
  ] as const) {
    ctx.fillStyle = fill;
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fill();
  }
}

/** Names and last values beside the ends of the lines, moved apart where they would touch. */
function drawEndLabels(
  ctx: SKRSContext2D,
  all: readonly Series[],
  rect: Rect,
  toY: (v: number) => number,
): void {
  const ends = all.flatMap((series) => {
    const last = series.stretches.flat().filter(finite).at(-1);
    return last ? [{ series, value: last[1] }] : [];
  });
  const places = spread(
    ends.map(({ value }) => toY(value)),
    LABEL_GAP,
    rect.y + 8,
    bottom(rect),
  );
  for (const [i, { series, value }] of ends.entries()) {
    const text = series.showLast === false ? series.name : `${series.name} ${value.toFixed(3)}`;
    drawText(ctx, text, right(rect) + 16, places[i] + 8, {
      face: 'sans-medium',
      size: 25,
      colour: series.colour,
      maxWidth: SIZE.right - 24,
    });
  }
}
