import { describe, expect, it } from 'vitest';
import { listDevices } from '../runtime/device.ts';
import { ADAMW_DEFAULTS } from './kernels/kernels.ts';
import type { RunnerOptions } from './model-runner.ts';
import { ResidentRunner } from './resident-runner.ts';
import type { Runner } from './runner.ts';
import type { TrainingState } from './state.ts';
import { type TinyRun, tinyExample, tinyRun } from './testing/tiny-run.ts';

const options = {
  buckets: [6, 9],
  augment: { tokenMasking: 0.3, boxJitter: 20 },
  trainRelativeBias: true,
} satisfies Partial<RunnerOptions>;
const settings = { ...ADAMW_DEFAULTS, learningRate: 5e-3, weightDecay: 0.01 };
const examples = [3, 6, 4, 5, 7, 2].map((words, i) => tinyExample(i, words));

function resident(run: TinyRun, device: RunnerOptions['device']): Runner {
  return new ResidentRunner({ ...run.options, device }, run.state);
}

/** Four updates, every second one of two micro-batches; what they told. */
async function train(run: TinyRun, runner: Runner, from = 0): Promise<number[]> {
  const told: number[] = [];
  for (let step = from; step < 4; step++) {
    const micros = step % 2 === 0 ? 1 : 2;
    for (let i = 0; i < micros; i++) {
      const at = (2 * (step + i)) % 4;
      // The second step is short: another session, with the same state.
      const input =
        step === 1 ? run.input([examples[0], examples[5]], 6) : run.input(examples.slice(at, at + 2), 9);
      told.push(await runner.train(input, 1 / micros, i === 0));
    }
    told.push((await runner.update(settings, step + 1, 1)).gradientNorm);
  }
  return told;
}

function differs(a: TrainingState, b: TrainingState): number {
  let worst = 0;
  for (const views of ['parameters', 'firstMoments', 'secondMoments'] as const)
    for (const [name, x] of a[views]) {
      const y = b[views].get(name)!;
      const largest = x.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-3);
      worst = x.reduce((m, v, i) => Math.max(m, Math.abs(v - y[i]) / largest), worst);
    }
  return worst;
}

const states = await listDevices();

describe.each(['cpu', 'webgpu'] as const)('a training whose weights stay on %s', (device) => {
  const state = states.find((s) => s.device === device)!;
  const ready = state.available ? '' : ` (skipped: ${state.reason})`;

  it.skipIf(!state.available)(`takes the steps of one that feeds them${ready}`, async () => {
    const [expected, found] = [tinyRun({}, options), tinyRun({}, options)];
    const runner = resident(found, device);
    const [a, b] = [await train(expected, expected.runner), await train(found, runner)];
    for (const [i, x] of a.entries()) expect(Math.abs(x - b[i]) / x, `number ${i}`).toBeLessThan(1e-4);
    expect(runner.generatorState()).toEqual(expected.runner.generatorState());
    const held = expected.input(examples.slice(0, 2), 9);
    const [p, q] = [await expected.runner.predict(held), await runner.predict(held)];
    for (const [i, x] of p.entries()) expect(Math.abs(x - q[i])).toBeLessThan(1e-3);
    expect(differs(tinyRun({}, options).state, found.state), 'before they are fetched').toBe(0);
    await runner.download();
    expect(differs(expected.state, found.state)).toBeLessThan(1e-3);
    await runner.release();
  });

  it.skipIf(!state.available)(`goes on from what is loaded${ready}`, async () => {
    const whole = tinyRun({}, options);
    const first = resident(whole, device);
    await train(whole, first);
    await first.download();
    await first.release();

    const part = tinyRun({}, options);
    const before = resident(part, device);
    // A run that goes astray, and is taken back to the beginning.
    await train(part, before, 2);
    for (const [name, view] of part.state.parameters)
      view.set(tinyRun({}, options).state.parameters.get(name)!);
    for (const views of [part.state.firstMoments, part.state.secondMoments])
      for (const view of views.values()) view.fill(0);
    await before.upload();
    before.restoreGenerator(tinyRun({}, options).runner.generatorState());
    await train(part, before);
    await before.download();
    expect(differs(whole.state, part.state)).toBe(0);
    await before.release();
  });

  it.skipIf(!state.available)(
    `leaves everything as it is when the gradient is not finite${ready}`,
    async () => {
      const run = tinyRun({}, options);
      const runner = resident(run, device);
      await train(run, runner, 2);
      await runner.download();
      const copy = new Map([...run.state.parameters].map(([name, view]) => [name, view.slice()]));
      await runner.train(run.input(examples.slice(0, 2), 9), Number.POSITIVE_INFINITY, true);
      expect((await runner.update(settings, 3, 1)).gradientNorm).not.toBeLessThan(Number.POSITIVE_INFINITY);
      await runner.download();
      for (const [name, view] of copy) expect(run.state.parameters.get(name)).toEqual(view);
      await runner.release();
    },
  );
});
