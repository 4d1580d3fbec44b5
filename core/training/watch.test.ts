import { describe, expect, it } from 'vitest';
import type { MetricsRecord } from './metrics/metrics.ts';
import { type TrainingWarning, TrainingWatch } from './watch.ts';

const metrics = (macro_f1: number): MetricsRecord => ({
  macro_f1,
  accuracy: 0.5,
  entity_f1: 0,
  per_label: {},
  pages: 1,
  tokens: 10,
});

function watch(): { codes: string[]; watch: TrainingWatch } {
  const codes: string[] = [];
  return { codes, watch: new TrainingWatch((w) => codes.push(w.code)) };
}

describe('the watch over a training', () => {
  it('is silent while all goes well', () => {
    const { codes, watch: w } = watch();
    w.step(1, 1.5, 3);
    for (const [i, f1] of [0, 0.2, 0.5, 0.6].entries())
      w.evaluation(i, metrics(f1), null, [0, 0.2, 0.5, 0.6].slice(0, i + 1));
    expect(codes).toEqual([]);
  });

  it('says once what went wrong, in plain words', () => {
    const { codes, watch: w } = watch();
    for (let step = 1; step < 4; step++) w.step(step, Number.NaN, 1);
    w.step(5, 1, Number.POSITIVE_INFINITY);
    const collapse = { label: 'SERVINGS', share: 0.97, referenceShare: 0.01 };
    w.evaluation(6, metrics(0.01), collapse, [0.01]);
    w.evaluation(7, metrics(0.01), collapse, [0.01, 0.01]);
    expect(codes).toEqual(['nan-loss', 'nan-gradient', 'collapse']);
    expect(w.warnings[2].message).toMatch(/97\.0 % of the words are predicted as SERVINGS/);
  });

  it('takes a gradient that ran over in float16 for how a scale is found, until that can fall no further', () => {
    const { codes, watch: w } = watch();
    w.step(1, 1, Number.POSITIVE_INFINITY, { scale: 32768, goodSteps: 0, skipped: 1 });
    w.step(2, 1, Number.NaN, { scale: 2, goodSteps: 0, skipped: 15 });
    w.step(3, 1, 4, { scale: 1, goodSteps: 1, skipped: 15 });
    expect(codes).toEqual([]);
    for (let step = 4; step < 6; step++)
      w.step(step, 1, Number.NaN, { scale: 1, goodSteps: 0, skipped: step + 12 });
    expect(codes).toEqual(['nan-gradient']);
    expect(w.warnings[0].message).toMatch(/loss scale has fallen to 1: 16 steps were left out.*--fp16/);
    w.step(6, Number.NaN, Number.NaN, { scale: 1, goodSteps: 0, skipped: 18 });
    expect(w.warnings[1]).toMatchObject({ code: 'nan-loss', message: expect.stringMatching(/65504/) });
  });

  it('says that F1 stays at zero, and that it stopped rising', () => {
    const { codes, watch: w } = watch();
    w.evaluation(1, metrics(0), null, [0]);
    expect(codes).toEqual([]);
    w.evaluation(2, metrics(0), null, [0, 0]);
    expect(codes).toEqual(['not-learning']);
    w.evaluation(9, metrics(0.8), null, [0.81, 0.8, 0.79, 0.8]);
    expect(codes).toEqual(['not-learning', 'flat']);
  });

  it('does not repeat what was said before a resume', () => {
    const earlier: TrainingWarning[] = [{ code: 'nan-loss', step: 3, message: 'x' }];
    const codes: string[] = [];
    const w = new TrainingWatch((warning) => codes.push(warning.code), earlier);
    w.step(4, Number.NaN, 1);
    expect(codes).toEqual([]);
    expect(w.warnings).toEqual(earlier);
  });
});
