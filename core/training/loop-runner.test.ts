import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listDevices } from '../runtime/device.ts';
import { ADAMW_DEFAULTS, type AdamWSettings } from './kernels/kernels.ts';
import { LoopRunner } from './loop-runner.ts';
import type { RunnerOptions } from './model-runner.ts';
import type { TrainingState } from './state.ts';
import { type TinyRun, tinyExample, tinyRun, tinyTraining } from './testing/tiny-run.ts';
import { Trainer } from './trainer.ts';
import type { TrainingEvent } from './trainer-types.ts';

const options = {
  buckets: [9],
  augment: { tokenMasking: 0.3, boxJitter: 20 },
  trainRelativeBias: true,
} satisfies Partial<RunnerOptions>;
const examples = [3, 6, 4, 5, 7, 2, 5, 6].map((words, i) => tinyExample(i, words));
const updates: AdamWSettings[] = [4e-3, 3e-3, 2e-3, 1e-3].map((learningRate) => ({
  ...ADAMW_DEFAULTS,
  learningRate,
  weightDecay: 0.01,
}));
const batch = (run: TinyRun, i: number) => run.input(examples.slice(2 * i, 2 * i + 2), 9);

function worst(a: TrainingState, b: TrainingState): number {
  let most = 0;
  for (const views of ['parameters', 'firstMoments', 'secondMoments'] as const)
    for (const [name, x] of a[views]) {
      const y = b[views].get(name)!;
      const largest = x.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-3);
      most = x.reduce((m, v, i) => Math.max(m, Math.abs(v - y[i]) / largest), most);
    }
  return most;
}

/** Four steps, in runs of so many. */
async function inRuns(run: TinyRun, device: RunnerOptions['device'], runs: readonly number[]) {
  const runner = new LoopRunner({ ...run.options, device }, run.state, 4);
  const told: { loss: number; gradientNorm: number }[] = [];
  let at = 0;
  for (const count of runs) {
    const inputs = Array.from({ length: count }, (_, i) => batch(run, at + i));
    told.push(...(await runner.trainSteps(inputs, updates.slice(at, at + count), at + 1, 1)));
    at += count;
  }
  const [generator, scale] = [runner.generatorState(), runner.lossScale()];
  await runner.release();
  return { told, generator, scale };
}

async function oneByOne(run: TinyRun) {
  const told: { loss: number; gradientNorm: number }[] = [];
  for (const [i, settings] of updates.entries()) {
    const loss = await run.runner.train(batch(run, i), 1, true);
    told.push({ loss, ...(await run.runner.update(settings, i + 1, 1)) });
  }
  return { told, generator: run.runner.generatorState() };
}

const states = await listDevices();

describe.each(['cpu', 'cuda'] as const)('steps in one run, on %s', (device) => {
  const state = states.find((s) => s.device === device)!;
  const ready = state.available ? '' : ` (skipped: ${state.reason})`;

  it.skipIf(!state.available)(`are those taken one by one${ready}`, async () => {
    const [alone, together] = [tinyRun({}, options), tinyRun({}, options)];
    const [a, b] = [await oneByOne(alone), await inRuns(together, device, [4])];
    for (const [i, { loss, gradientNorm }] of a.told.entries()) {
      expect(Math.abs(loss - b.told[i].loss) / loss).toBeLessThan(1e-5);
      expect(Math.abs(gradientNorm - b.told[i].gradientNorm) / gradientNorm).toBeLessThan(1e-4);
    }
    expect(b.generator).toEqual(a.generator);
    expect(worst(alone.state, together.state)).toBeLessThan(1e-3);
  });

  it.skipIf(!state.available).each([
    ['', {}],
    ['with a frozen prefix', { freezeLayers: 1, trainRelativeBias: false }],
    ['with activation checkpointing', { checkpointing: true }],
    ['in float16', { precision: 'float16' as const }],
  ])(`are the same however they are put together %s${ready}`, async (_, more) => {
    const runs = await Promise.all(
      [[4], [1, 3], [2, 1, 1]].map(async (counts) => {
        const run = tinyRun({}, { ...options, ...more });
        return { run, ...(await inRuns(run, device, counts)) };
      }),
    );
    const [first, ...others] = runs;
    expect(first.told[3].loss).toBeLessThan(first.told[0].loss * 1.5);
    for (const other of others) {
      expect(other.told).toEqual(first.told);
      expect(other.generator).toEqual(first.generator);
      expect(other.scale).toEqual(first.scale);
      expect(worst(first.run.state, other.run.state)).toBe(0);
    }
  });

  it.skipIf(!state.available)(
    `leave out one whose gradient is not finite, and halve the scale${ready}`,
    async () => {
      const half = { ...options, precision: 'float16' as const };
      const run = tinyRun({}, half);
      const runner = new LoopRunner({ ...run.options, device }, run.state, 4);
      // A picture so bright that the second step runs over.
      const bright = (i: number) => ({
        ...batch(run, i),
        pixelValues: batch(run, i).pixelValues!.map((p) => p.map(() => Number.POSITIVE_INFINITY)),
      });
      const told = await runner.trainSteps(
        [batch(run, 0), bright(1), batch(run, 2)],
        updates.slice(0, 3),
        1,
        1,
      );
      expect(told.map((t) => Number.isFinite(t.gradientNorm))).toEqual([true, false, true]);
      expect(runner.lossScale()).toEqual({ scale: 32_768, goodSteps: 1, skipped: 1 });
      await runner.release();

      // Up to the step that was left out nothing is different from a training that never met it.
      const [before, without] = [tinyRun({}, half), tinyRun({}, half)];
      for (const [tiny, inputs] of [
        [before, [batch(before, 0), bright(1)]],
        [without, [batch(without, 0)]],
      ] as const) {
        const short = new LoopRunner({ ...tiny.options, device }, tiny.state, 4);
        await short.trainSteps(inputs, updates.slice(0, inputs.length), 1, 1);
        await short.release();
      }
      expect(worst(before.state, without.state)).toBe(0);
      expect(worst(before.state, run.state)).toBeGreaterThan(0);
      for (const view of run.state.parameters.values()) expect(view.every(Number.isFinite)).toBe(true);
    },
  );
});

describe('a trainer whose runner takes several steps at once', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'galley-loop-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function train(steps: number, name: string) {
    const input = tinyTraining(join(folder, name), {
      accumulation: 1,
      evalSteps: 3,
      saveSteps: 6,
      epochs: 3,
    });
    const runner = new LoopRunner({ ...input.options, buckets: [9] }, input.state, steps);
    const events: TrainingEvent[] = [];
    const result = await new Trainer({ ...input, runner }, { onEvent: (e) => events.push(e) }).run();
    await runner.release();
    return { state: input.state, result, events };
  }

  it('ends with the same weights and tells the same', async () => {
    const [one, several] = [await train(1, 'one'), await train(4, 'several')];
    expect(several.result.plan).toEqual(one.result.plan);
    for (const [name, x] of one.state.parameters) expect(several.state.parameters.get(name), name).toEqual(x);
    const told = (events: readonly TrainingEvent[]) =>
      events.map((e) =>
        e.kind === 'step' ? ['step', e.step, e.epoch, e.loss, e.gradientNorm, e.learningRate] : [e.kind],
      );
    expect(told(several.events)).toEqual(told(one.events));
    const rows = (result: typeof one.result) =>
      result.trainer.log_history.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([key]) => !/runtime|per_second/.test(key))),
      );
    expect(rows(several.result)).toEqual(rows(one.result));
  });
});
