import type { HistoryPoint } from '../../../core/workbench/contract.ts';

export type Stage = HistoryPoint['stage'];

export interface Best {
  readonly stage: Stage;
  readonly step: number;
  /** Index into the curves. */
  readonly at: number;
  readonly value: number;
}

/** A training as columns over one axis of steps; null where a row says nothing about a series. */
export interface Curves {
  /** Steps from the start of the run: Stage B goes on where Stage A ended. */
  readonly x: readonly number[];
  readonly loss: readonly (number | null)[];
  readonly rate: readonly (number | null)[];
  readonly evalLoss: readonly (number | null)[];
  readonly f1: readonly (number | null)[];
  /** What was recorded at each x, with the stage's own step. */
  readonly points: readonly HistoryPoint[];
  readonly spans: readonly { readonly stage: Stage; readonly from: number; readonly to: number }[];
  /** The best evaluation of each stage so far. */
  readonly bests: readonly Best[];
}

const VALUES = ['loss', 'learningRate', 'gradNorm', 'evalLoss', 'macroF1', 'accuracy'] as const;

/**
 * Rows of both stages as curves. Rows of one step become one point (training and evaluation log apart); where a step
 * comes twice, as after a resume from an earlier checkpoint, the later row counts.
 */
export function reduceHistory(history: readonly HistoryPoint[]): Curves {
  const byStage: Record<Stage, Map<number, HistoryPoint>> = { A: new Map(), B: new Map() };
  for (const row of history) {
    const steps = byStage[row.stage];
    steps.set(row.step, merge(steps.get(row.step), row));
  }
  const points: HistoryPoint[] = [];
  const x: number[] = [];
  const spans: Curves['spans'][number][] = [];
  let start = 0;
  for (const stage of ['A', 'B'] as const) {
    const rows = [...byStage[stage].values()].sort((a, b) => a.step - b.step);
    const last = rows.at(-1);
    if (!last) continue;
    for (const row of rows) {
      points.push(row);
      x.push(start + row.step);
    }
    spans.push({ stage, from: start, to: start + last.step });
    start += last.step;
  }
  return {
    x,
    points,
    spans,
    loss: points.map((p) => p.loss),
    rate: points.map((p) => p.learningRate),
    evalLoss: points.map((p) => p.evalLoss),
    f1: points.map((p) => p.macroF1),
    bests: bestsOf(points),
  };
}

function merge(known: HistoryPoint | undefined, row: HistoryPoint): HistoryPoint {
  if (!known) return row;
  const merged = { ...known, epoch: row.epoch };
  for (const name of VALUES) if (row[name] !== null) merged[name] = row[name];
  return merged;
}

function bestsOf(points: readonly HistoryPoint[]): Best[] {
  const bests = new Map<Stage, Best>();
  points.forEach(({ stage, step, macroF1 }, at) => {
    if (macroF1 === null) return;
    const best = bests.get(stage);
    if (!best || macroF1 > best.value) bests.set(stage, { stage, step, at, value: macroF1 });
  });
  return [...bests.values()];
}

/** Every series as last heard of at a point, within its stage. */
export interface Reading {
  readonly stage: Stage;
  readonly step: number;
  readonly epoch: number;
  readonly loss: number | null;
  readonly rate: number | null;
  readonly evalLoss: number | null;
  readonly f1: number | null;
}

/** What all series say at a point; null where there is none. */
export function readingAt(curves: Curves, at: number): Reading | null {
  const point = curves.points[at];
  if (!point) return null;
  const latest = (series: readonly (number | null)[]): number | null => {
    for (let i = at; i >= 0 && curves.points[i].stage === point.stage; i--)
      if (series[i] !== null) return series[i];
    return null;
  };
  return {
    stage: point.stage,
    step: point.step,
    epoch: point.epoch,
    loss: latest(curves.loss),
    rate: latest(curves.rate),
    evalLoss: latest(curves.evalLoss),
    f1: latest(curves.f1),
  };
}

/** At most `most` rows for a table: every evaluation (as far as they fit) and training rows evenly between. */
export function tableRows(curves: Curves, most: number): HistoryPoint[] {
  const { points } = curves;
  if (points.length <= most) return [...points];
  const evaluated = points.filter((p) => p.macroF1 !== null);
  const kept = new Set(thin(evaluated, most));
  const others = points.filter((p) => p.macroF1 === null);
  for (const row of thin(others, most - kept.size)) kept.add(row);
  return points.filter((p) => kept.has(p));
}

function thin<T>(rows: readonly T[], most: number): T[] {
  if (rows.length <= most) return [...rows];
  return Array.from({ length: Math.max(0, most) }, (_, i) => rows[Math.floor((i * rows.length) / most)]);
}
