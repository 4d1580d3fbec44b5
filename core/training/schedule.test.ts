import { describe, expect, it } from 'vitest';
import { linearSchedule, planSteps } from './schedule.ts';
import golden from './testing/optimizer.golden.json' with { type: 'json' };

const settings = { examples: 10, batchSize: 2, accumulation: 1, epochs: 3, maxSteps: -1, warmupRatio: 0 };

describe('linear schedule with warm-up', () => {
  it('gives transformers its learning rates', () => {
    const plan = { totalSteps: golden.steps.length, warmupSteps: golden.warmup };
    for (const [i, { lr }] of golden.steps.entries())
      expect(linearSchedule(golden.peak, i, plan)).toBeCloseTo(lr, 15);
    expect(linearSchedule(1, 12, plan)).toBe(0);
    expect(linearSchedule(1, 99, plan)).toBe(0);
  });

  it('starts at the peak without warm-up', () => {
    expect(linearSchedule(2, 0, { totalSteps: 4, warmupSteps: 0 })).toBe(2);
  });
});

describe('number of steps', () => {
  it('counts a shorter last group as a step', () => {
    expect(planSteps({ ...settings, accumulation: 3 })).toEqual({
      batchesPerEpoch: 5,
      stepsPerEpoch: 2,
      totalSteps: 6,
      epochs: 3,
      warmupSteps: 0,
    });
    expect(planSteps({ ...settings, accumulation: 99 }).stepsPerEpoch).toBe(1);
  });

  it('rounds fractions of epochs and of warm-up up', () => {
    const plan = planSteps({ ...settings, epochs: 0.5, warmupRatio: 0.1 });
    expect(plan).toMatchObject({ totalSteps: 3, epochs: 1, warmupSteps: 1 });
  });

  it('lets max_steps win over epochs', () => {
    expect(planSteps({ ...settings, maxSteps: 11 })).toMatchObject({ totalSteps: 11, epochs: 3 });
  });
});
