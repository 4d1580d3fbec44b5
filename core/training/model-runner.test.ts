import { describe, expect, it } from 'vitest';
import { ADAMW_DEFAULTS } from './kernels/kernels.ts';
import { type TinyRun, tinyExample, tinyRun } from './testing/tiny-run.ts';

const NO_DROPOUT = { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 };
const examples = [tinyExample(1, 7), tinyExample(2, 4)];

const gradients = (run: TinyRun) => new Map([...run.state.gradients].map(([k, v]) => [k, v.slice()]));

/** Largest difference relative to the largest value, over all tensors. */
function distance(a: Map<string, Float32Array>, b: Map<string, Float32Array>): number {
  let [difference, size] = [0, 0];
  for (const [name, values] of a) {
    const other = b.get(name)!;
    for (const [i, x] of values.entries()) {
      difference = Math.max(difference, Math.abs(x - other[i]));
      size = Math.max(size, Math.abs(x));
    }
  }
  return difference / size;
}

describe('one micro-batch', () => {
  it('gives the same loss and gradient however far it is padded', async () => {
    const run = tinyRun(NO_DROPOUT, { buckets: [9, 28] });
    const loss = await run.runner.train(run.input(examples, 9), 1, true);
    const short = gradients(run);
    const padded = await run.runner.train(run.input(examples, 28), 1, true);
    expect(padded).toBeCloseTo(loss, 5);
    expect(distance(short, gradients(run))).toBeLessThan(1e-5);
  });

  it('is not changed by the empty rows of a last, smaller batch', async () => {
    const two = tinyRun(NO_DROPOUT, { buckets: [9] });
    const one = tinyRun(NO_DROPOUT, { buckets: [9], batch: 1 });
    const loss = await two.runner.train(two.input([examples[0]], 9), 1, true);
    expect(loss).toBeCloseTo(await one.runner.train(one.input([examples[0]], 9), 1, true), 6);
    expect(distance(gradients(one), gradients(two))).toBeLessThan(1e-6);
  });

  it('adds to the gradient of its group, scaled by its share', async () => {
    const run = tinyRun(NO_DROPOUT, { buckets: [9], trainRelativeBias: true });
    const each: Map<string, Float32Array>[] = [];
    let losses = 0;
    for (const example of examples) {
      losses += await run.runner.train(run.input([example], 9), 1, true);
      each.push(gradients(run));
    }
    const half = await run.runner.train(run.input([examples[0]], 9), 0.5, true);
    const other = await run.runner.train(run.input([examples[1]], 9), 0.5, false);
    expect(half + other).toBeCloseTo(losses / 2, 5);
    const mean = new Map([...each[0]].map(([k, v]) => [k, v.map((x, i) => (x + each[1].get(k)![i]) / 2)]));
    expect(distance(mean, gradients(run))).toBeLessThan(1e-5);
  });

  it('draws dropout anew each time, and again the same from a saved state', async () => {
    const run = tinyRun({}, { buckets: [9] });
    const saved = run.runner.generatorState();
    const first = await run.runner.train(run.input(examples, 9), 1, true);
    expect(await run.runner.train(run.input(examples, 9), 1, true)).not.toBe(first);
    run.runner.restoreGenerator(saved);
    expect(await run.runner.train(run.input(examples, 9), 1, true)).toBe(first);
  });

  it('predicts without dropout', async () => {
    const run = tinyRun({}, { buckets: [9] });
    const first = (await run.runner.predict(run.input(examples, 9))).slice();
    expect(await run.runner.predict(run.input(examples, 9))).toEqual(first);
  });
});

describe('a training with float16 products', () => {
  const half = { buckets: [9], precision: 'float16' as const };

  it('has the gradient of a float32 one times the loss scale, and keeps none without', async () => {
    const [exact, run] = [tinyRun({}, { buckets: [9] }), tinyRun({}, half)];
    expect(exact.runner.lossScale()).toBeNull();
    const loss = await exact.runner.train(exact.input(examples, 9), 1, true);
    expect(await run.runner.train(run.input(examples, 9), 1, true)).toBeCloseTo(loss, 3);
    const unscaled = new Map([...gradients(run)].map(([name, g]) => [name, g.map((x) => x / 65536)]));
    expect(distance(gradients(exact), unscaled)).toBeLessThan(5e-3);
    expect(distance(gradients(exact), unscaled)).toBeGreaterThan(1e-6);
    const settings = { ...ADAMW_DEFAULTS, learningRate: 1e-3 };
    const expected = await exact.runner.update(settings, 1, 1);
    const { gradientNorm } = await run.runner.update(settings, 1, 1);
    expect(Math.abs(gradientNorm / expected.gradientNorm - 1)).toBeLessThan(2e-3);
    expect(run.runner.lossScale()).toEqual({ scale: 65536, goodSteps: 1, skipped: 0 });
  });

  it('halves the scale at a gradient that is not finite, and leaves weights and moments as they were', async () => {
    const run = tinyRun({}, half);
    const before = new Map([...run.state.parameters].map(([name, values]) => [name, values.slice()]));
    await run.runner.train(run.input(examples, 9), 1, true);
    run.state.gradients.get('classifier.bias')![0] = Number.POSITIVE_INFINITY;
    const { gradientNorm } = await run.runner.update(ADAMW_DEFAULTS, 1, 1);
    expect(gradientNorm).toBe(Number.POSITIVE_INFINITY);
    expect(run.runner.lossScale()).toEqual({ scale: 32768, goodSteps: 0, skipped: 1 });
    expect(new Map(run.state.parameters)).toEqual(before);
    for (const moments of run.state.firstMoments.values()) expect(moments.every((x) => x === 0)).toBe(true);
    const scaled = await scaledNorm(run);
    run.runner.restoreLossScale({ scale: 1, goodSteps: 0, skipped: 0 });
    expect(scaled / (await scaledNorm(run))).toBeCloseTo(32768, -2);
  });

  /** Norm of the gradient as it lies in the state, the same dropout each time. */
  async function scaledNorm(run: TinyRun): Promise<number> {
    const generator = run.runner.generatorState();
    await run.runner.train(run.input(examples, 9), 1, true);
    run.runner.restoreGenerator(generator);
    return run.state.gradientNorm();
  }
});

describe('training', () => {
  it.each([
    ['with images', { visual: true, trainRelativeBias: true }],
    ['text only', { visual: false, trainRelativeBias: false }],
    ['in float16', { precision: 'float16' as const }],
  ])('learns a tiny task, %s', async (_, options) => {
    const run = tinyRun({}, { buckets: [9], ...options });
    let loss = Number.NaN;
    let first = Number.NaN;
    for (let step = 1; step <= 120; step++) {
      loss = await run.runner.train(run.input(examples, 9), 1, true);
      if (step === 1) first = loss;
      await run.runner.update({ ...ADAMW_DEFAULTS, learningRate: 5e-3 }, step, 1);
    }
    expect(first).toBeGreaterThan(1.4);
    expect(loss).toBeLessThan(0.2);
    const logits = await run.runner.predict(run.input(examples, 9));
    const window = examples[0].window;
    for (let i = 1; i < window.length - 1; i++) {
      const row = logits.subarray(i * 5, i * 5 + 5);
      expect(row.indexOf(Math.max(...row))).toBe(window.labels[i]);
    }
  });
});
