import { describe, expect, it } from 'vitest';
import type { HistoryPoint } from '../../../core/workbench/contract.ts';
import { readingAt, reduceHistory, tableRows } from './history.ts';

const row = (changes: Partial<HistoryPoint>): HistoryPoint => ({
  stage: 'A',
  step: 0,
  epoch: 0,
  loss: null,
  learningRate: null,
  gradNorm: null,
  evalLoss: null,
  macroF1: null,
  accuracy: null,
  ...changes,
});

describe('reduceHistory', () => {
  it('lets Stage B go on where Stage A ended', () => {
    const { x, spans } = reduceHistory([
      row({ step: 10, loss: 2 }),
      row({ step: 25, loss: 1 }),
      row({ stage: 'B', step: 10, loss: 0.9 }),
    ]);
    expect(x).toEqual([10, 25, 35]);
    expect(spans).toEqual([
      { stage: 'A', from: 0, to: 25 },
      { stage: 'B', from: 25, to: 35 },
    ]);
  });

  it('joins the training row and the evaluation row of one step', () => {
    const { points, f1, loss } = reduceHistory([
      row({ step: 10, loss: 2, learningRate: 1e-5 }),
      row({ step: 10, macroF1: 0.4, evalLoss: 1.8 }),
    ]);
    expect(points).toHaveLength(1);
    expect([loss[0], f1[0]]).toEqual([2, 0.4]);
  });

  it('believes the later row after a resume, and sorts', () => {
    const { x, loss } = reduceHistory([
      row({ step: 20, loss: 5 }),
      row({ step: 10, loss: 3 }),
      row({ step: 20, loss: 2 }),
    ]);
    expect([x, loss]).toEqual([
      [10, 20],
      [3, 2],
    ]);
  });

  it('keeps the first of equal bests, one for each stage', () => {
    const { bests } = reduceHistory([
      row({ step: 1, macroF1: 0.5 }),
      row({ step: 2, macroF1: 0.7 }),
      row({ step: 3, macroF1: 0.7 }),
      row({ stage: 'B', step: 4, macroF1: 0.6 }),
    ]);
    expect(bests).toEqual([
      { stage: 'A', step: 2, at: 1, value: 0.7 },
      { stage: 'B', step: 4, at: 3, value: 0.6 },
    ]);
  });

  it('is empty without rows', () => {
    expect(reduceHistory([])).toMatchObject({ x: [], spans: [], bests: [] });
  });
});

describe('readingAt', () => {
  const curves = reduceHistory([
    row({ step: 1, loss: 2, macroF1: 0.5 }),
    row({ step: 2, loss: 1 }),
    row({ stage: 'B', step: 1, loss: 0.8 }),
  ]);
  it('carries values on within a stage only', () => {
    expect(readingAt(curves, 1)).toMatchObject({ stage: 'A', step: 2, loss: 1, f1: 0.5 });
    expect(readingAt(curves, 2)).toMatchObject({ stage: 'B', step: 1, loss: 0.8, f1: null });
  });
  it('knows nothing beyond the end', () => {
    expect(readingAt(curves, 3)).toBeNull();
  });
});

describe('tableRows', () => {
  it('keeps evaluations and stays within its bound', () => {
    const history = Array.from({ length: 500 }, (_, i) =>
      row({ step: i + 1, loss: 1, macroF1: i % 100 === 99 ? 0.5 : null }),
    );
    const rows = tableRows(reduceHistory(history), 40);
    expect(rows).toHaveLength(40);
    expect(rows.filter((r) => r.macroF1 !== null)).toHaveLength(5);
    expect(rows.map((r) => r.step)).toEqual(rows.map((r) => r.step).sort((a, b) => a - b));
  });
});
