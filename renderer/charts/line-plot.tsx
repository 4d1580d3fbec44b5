import 'uplot/dist/uPlot.min.css';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { formatNumber } from '../messages/index.ts';
import styles from './line-plot.module.css';
import { axisEnd, placeLabels } from './place-labels.ts';

export interface PlotSeries {
  readonly key: string;
  readonly title: string;
  readonly values: readonly (number | null)[];
  /** A colour token like "--accent". */
  readonly ink: string;
  /** left: own axis from 0; right: shares 0..1; low: the lowest quarter, without an axis. */
  readonly scale: 'left' | 'right' | 'low';
  readonly dashed?: boolean;
  readonly marks?: boolean;
  readonly thin?: boolean;
  format(value: number): string;
}

export interface PlotBand {
  readonly title: string;
  readonly from: number;
  readonly to: number;
}

export interface PlotDot {
  readonly series: string;
  readonly at: number;
  readonly text: string;
}

interface LinePlotProps {
  readonly label: string;
  readonly x: readonly number[];
  readonly series: readonly PlotSeries[];
  readonly bands?: readonly PlotBand[];
  readonly dots?: readonly PlotDot[];
  /** Steps the x axis should reach at least. */
  readonly wantedEnd?: number;
  readonly height?: number;
  /** The index under the pointer or the arrow keys; null when it left. */
  onRead(at: number | null): void;
}

const GUTTER = 128;
const LINE = 15;
const AXIS = 46;
/** From this distance on a line at the end of a curve leads to its label. */
const LEADER = 24;

/** Lines over steps, with direct labels at their ends. What it shows must also stand in a table beside it. */
export function LinePlot(props: LinePlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const at = useRef<number | null>(null);
  const shape = props.series.map((s) => `${s.key}/${s.ink}/${s.scale}`).join(' ');

  // biome-ignore lint/correctness/useExhaustiveDependencies: other series are another plot; their values come below
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const made = new uPlot(
      options(element.clientWidth || 600, latest, (index) => {
        at.current = index;
        latest.current.onRead(index);
      }),
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== made.width)
        made.setSize({ width: element.clientWidth, height: latest.current.height ?? 300 });
    });
    resized.observe(element);
    // Canvas text takes the theme's colours when it is drawn.
    const themed = new MutationObserver(() => made.redraw(false, true));
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    void document.fonts?.ready.then(() => plot.current === made && made.redraw(false, true));
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(dataOf(props));
  }, [props]);

  const press = (event: KeyboardEvent) => {
    const made = plot.current;
    const { x } = latest.current;
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -x.length, End: x.length, Escape: 0 }[event.key];
    if (!made || steps === undefined || x.length === 0) return;
    if (event.key !== 'Escape') event.preventDefault();
    const next = Math.min(x.length - 1, Math.max(0, (at.current ?? x.length - 1) + steps));
    const left = event.key === 'Escape' ? -10 : made.valToPos(x[next], 'x');
    made.setCursor({ left, top: event.key === 'Escape' ? -10 : 1 });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a chart that arrow keys read is no fieldset
    <div
      ref={host}
      className={styles.plot}
      role="group"
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the curves
      tabIndex={0}
      onKeyDown={press}
      onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
    />
  );
}

const dataOf = ({ x, series }: LinePlotProps): uPlot.AlignedData =>
  [[...x], ...series.map((s) => [...s.values])] as uPlot.AlignedData;

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function font(size: number): string {
  return `400 ${size}px ${token('--font-ui')}`;
}

/** Distances between ticks of an axis of steps: whole ones. */
const STEPS = [1, 10, 100, 1000, 10_000, 100_000].flatMap((n) => [n, 2 * n, 5 * n]);

function options(
  width: number,
  latest: { readonly current: LinePlotProps },
  onRead: (at: number | null) => void,
): uPlot.Options {
  const { series, height = 300 } = latest.current;
  const has = (scale: PlotSeries['scale']) => series.some((s) => s.scale === scale);
  const axis = (extra: uPlot.Axis): uPlot.Axis => ({
    stroke: () => token('--ink-3'),
    font: font(11),
    ticks: { show: false },
    grid: { show: false },
    ...extra,
  });
  // An axis wears its lines' colour where they share one.
  const inkOf = (scale: PlotSeries['scale']) => {
    const inks = new Set(series.filter((s) => s.scale === scale).map((s) => s.ink));
    return inks.size === 1 ? [...inks][0] : '--ink-3';
  };
  const lines = { stroke: () => token('--hairline'), width: 1 };
  return {
    width,
    height,
    padding: [22, has('right') ? 0 : 12, 0, has('left') ? 0 : 12],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 7 } },
    scales: {
      x: {
        time: false,
        range: (u, _min, max) => {
          const plotted = u.width - (has('left') ? AXIS : 12) - (has('right') ? AXIS : 12);
          return [0, axisEnd(max ?? 0, latest.current.wantedEnd ?? 0, plotted, GUTTER)];
        },
      },
      left: { range: (_u, _min, max) => [0, (max || 1) * 1.06] },
      right: { range: [0, 1] },
      low: { range: (_u, _min, max) => [0, (max || 1) * 4] },
    },
    axes: [
      axis({ size: 26, gap: 6, space: 70, incrs: STEPS, values: (_u, values) => values.map(formatNumber) }),
      axis({
        scale: 'left',
        stroke: () => token(inkOf('left')),
        show: has('left'),
        size: AXIS,
        grid: lines,
        values: (_u, values) => values.map((v) => (v === null ? '' : String(Number(v.toFixed(3))))),
      }),
      axis({
        scale: 'right',
        stroke: () => token(inkOf('right')),
        side: 1,
        show: has('right'),
        size: AXIS,
        grid: has('left') ? { show: false } : lines,
        values: (_u, values) => values.map((v) => (v === null ? '' : v.toFixed(1))),
      }),
    ],
    series: [
      {},
      ...series.map(
        ({ ink, scale, dashed, marks, thin }): uPlot.Series => ({
          scale,
          stroke: () => token(ink),
          width: thin ? 1 : 1.75,
          dash: dashed ? [5, 4] : undefined,
          points: marks
            ? { show: true, size: 6, width: 1.5, fill: () => token('--panel') }
            : {
                show: (u, i) => [...u.data[i]].filter((v) => v !== null && v !== undefined).length === 1,
                size: 5,
              },
          gaps: (u, i) => breaks(u, i, latest.current.bands ?? []),
        }),
      ),
    ],
    hooks: {
      drawClear: [(u) => drawBands(u, latest.current)],
      draw: [(u) => drawLabels(u, latest.current)],
      setCursor: [(u) => onRead(u.cursor.idx ?? null)],
    },
  };
}

/** Lines go on over rows that say nothing, but not from one stage into the next. */
function breaks(u: uPlot, index: number, bands: readonly PlotBand[]): uPlot.Series.Gaps {
  const xs = u.data[0];
  const values = u.data[index];
  const scale = u.series[index].scale as string;
  if (!scale) return [];
  return bands.slice(1).flatMap(({ from }) => {
    let before = -1;
    let after = -1;
    for (let i = 0; i < xs.length; i++) {
      if (values[i] === null || values[i] === undefined) continue;
      if (xs[i] <= from) before = i;
      else if (after < 0) after = i;
    }
    if (before < 0 || after < 0) return [];
    const px = (i: number) => Math.round(u.valToPos(xs[i], 'x', true));
    return [[px(before), px(after)] as [number, number]];
  });
}

function drawBands(u: uPlot, { bands = [] }: LinePlotProps): void {
  const { ctx, bbox } = u;
  const ratio = uPlot.pxRatio;
  const end = u.scales.x.max ?? 0;
  ctx.save();
  bands.forEach(({ title, from, to }, i) => {
    const left = u.valToPos(from, 'x', true);
    const right =
      i === bands.length - 1 ? u.valToPos(Math.max(to, end), 'x', true) : u.valToPos(to, 'x', true);
    if (i % 2 === 1) {
      ctx.fillStyle = token('--hover');
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
    if (i > 0) {
      ctx.strokeStyle = token('--hairline-strong');
      ctx.lineWidth = ratio;
      ctx.beginPath();
      ctx.moveTo(Math.round(left) + 0.5, bbox.top - 16 * ratio);
      ctx.lineTo(Math.round(left) + 0.5, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.fillStyle = token('--ink-3');
    ctx.font = font(11 * ratio);
    ctx.textBaseline = 'alphabetic';
    ctx.fillText(title, left + 6 * ratio, bbox.top - 7 * ratio);
  });
  ctx.restore();
}

function drawLabels(u: uPlot, { series, dots = [] }: LinePlotProps): void {
  const { ctx, bbox } = u;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.font = font(12 * ratio);
  ctx.textBaseline = 'middle';
  const halo = token('--panel');
  const write = (text: string, x: number, y: number, ink: string) => {
    ctx.lineJoin = 'round';
    ctx.lineWidth = 4 * ratio;
    ctx.strokeStyle = halo;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = token(ink);
    ctx.fillText(text, x, y);
  };
  for (const { series: key, at, text } of dots) {
    const found = series.find((s) => s.key === key);
    const value = found?.values[at];
    if (!found || value === null || value === undefined) continue;
    const x = u.valToPos(u.data[0][at], 'x', true);
    const y = u.valToPos(value, found.scale, true);
    ctx.beginPath();
    ctx.arc(x, y, 5 * ratio, 0, 2 * Math.PI);
    ctx.fillStyle = token(found.ink);
    ctx.fill();
    // At the end of the axis the label of the line says the same in the same place.
    if (at === u.data[0].length - 1) continue;
    const width = ctx.measureText(text).width;
    const left = Math.min(Math.max(bbox.left, x - width / 2), bbox.left + bbox.width - width);
    const above = y - 14 * ratio > bbox.top + 6 * ratio;
    write(text, left, above ? y - 14 * ratio : y + 15 * ratio, found.ink);
  }
  const ends = series.flatMap((s) => {
    const at = s.values.findLastIndex((v) => v !== null);
    const value = s.values[at];
    if (value === null || value === undefined) return [];
    return [
      {
        text: `${s.title} ${s.format(value)}`,
        ink: s.ink,
        x: u.valToPos(u.data[0][at], 'x', true),
        y: u.valToPos(value, s.scale, true),
      },
    ];
  });
  const lastX = u.data[0].at(-1);
  if (lastX !== undefined) {
    const x = u.valToPos(lastX, 'x', true) + 9 * ratio;
    const heights = placeLabels(
      ends.map((end) => end.y),
      LINE * ratio,
      bbox.top + 6 * ratio,
      bbox.top + bbox.height - 8 * ratio,
    );
    ends.forEach((end, i) => {
      // A line that ended before the others is led to its label.
      if (x - end.x > LEADER * ratio) {
        ctx.beginPath();
        ctx.setLineDash([1.5 * ratio, 3 * ratio]);
        ctx.lineWidth = ratio;
        ctx.strokeStyle = token(end.ink);
        ctx.moveTo(end.x + 6 * ratio, end.y);
        ctx.lineTo(x - 4 * ratio, heights[i]);
        ctx.stroke();
        ctx.setLineDash([]);
      }
      write(end.text, x, heights[i], end.ink);
    });
  }
  ctx.restore();
}
