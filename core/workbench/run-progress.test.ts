import { describe, expect, it } from 'vitest';
import { RunProgress } from './run-progress.ts';

describe('progress of a run', () => {
  it('counts both stages as one and adds the time of the stage to come', () => {
    const run = new RunProgress(['A', 'B']);
    run.plan({ A: 100, B: 300 });
    expect(run.step({ stage: 'A', step: 20, totalSteps: 100, etaSeconds: 160 })).toEqual({
      done: 20,
      total: 400,
      etaSeconds: 160 + 300 * 2,
    });
    expect(run.step({ stage: 'B', step: 10, totalSteps: 300, etaSeconds: 580 })).toEqual({
      done: 110,
      total: 400,
      etaSeconds: 580,
    });
  });

  it('says no time while a stage to come is not planned', () => {
    const run = new RunProgress(['A', 'B']);
    const step = { stage: 'A', step: 1, totalSteps: 10, etaSeconds: 9 } as const;
    expect(run.step(step).etaSeconds).toBeUndefined();
    run.plan({ A: 10, B: 10 });
    expect(run.step(step).etaSeconds).toBeCloseTo(19);
  });

  it('keeps the pace of the whole stage when its last steps wait for an evaluation', () => {
    const run = new RunProgress(['A', 'B']);
    run.plan({ A: 100, B: 100 });
    run.step({ stage: 'A', step: 50, totalSteps: 100, etaSeconds: 50 });
    expect(run.step({ stage: 'A', step: 99, totalSteps: 100, etaSeconds: 30 }).etaSeconds).toBeCloseTo(130);
    expect(run.step({ stage: 'A', step: 100, totalSteps: 100, etaSeconds: 29 }).etaSeconds).toBeCloseTo(129);
  });

  it('counts what a stage found out over what was planned, and leaves stages out that the run has not', () => {
    const run = new RunProgress(['B']);
    run.plan({ A: 50, B: 10 });
    expect(run.step({ stage: 'B', step: 1, totalSteps: 12, etaSeconds: 11 })).toEqual({
      done: 1,
      total: 12,
      etaSeconds: 11,
    });
  });
});
