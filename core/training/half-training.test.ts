import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModelFolder } from '../layoutlmv3/model-folder.ts';
import { listDevices } from '../runtime/device.ts';
import type { Device } from '../runtime/session.ts';
import { createRunner } from './create-runner.ts';
import { ADAMW_DEFAULTS } from './kernels/kernels.ts';
import type { RunnerOptions } from './model-runner.ts';
import { trainStage } from './stages.ts';
import { smallProject } from './testing/small-project.ts';
import { tinyExample, tinyRun } from './testing/tiny-run.ts';

const states = await listDevices();
const examples = [tinyExample(1, 7), tinyExample(2, 4)];

/** A runner on a device over the tiny model; on the CPU the graph is run as it is, with what products it has. */
function runOn(device: Device, precision: RunnerOptions['precision']) {
  const tiny = tinyRun({}, { buckets: [9], precision });
  const runner = device === 'cpu' ? tiny.runner : createRunner({ ...tiny.options, device }, tiny.state);
  const input = tiny.input(examples, 9);
  const parameters = async () => {
    await runner.download();
    return new Map([...tiny.state.parameters].map(([name, values]) => [name, values.slice()]));
  };
  return { runner, input, parameters };
}

describe.each(states)('a training with float16 products on $device', ({ device, available, reason }) => {
  const why = available ? '' : ` (skipped: ${reason})`;

  it.skipIf(!available)(`goes down as one in float32 does${why}`, async () => {
    const losses: Record<string, number[]> = {};
    for (const precision of ['float32', 'float16'] as const) {
      const { runner, input } = runOn(device, precision);
      const found: number[] = [];
      for (let step = 1; step <= 20; step++) {
        found.push(await runner.train(input, 1, true));
        await runner.update({ ...ADAMW_DEFAULTS, learningRate: 5e-3 }, step, 1);
      }
      losses[precision] = found;
      if (precision === 'float16') expect(runner.lossScale()?.skipped).toBe(0);
      await runner.release();
    }
    expect(losses.float16.at(-1)).toBeLessThan(0.8 * losses.float16[0]);
    for (const [i, loss] of losses.float32.entries())
      expect(Math.abs(losses.float16[i] / loss - 1), `step ${i + 1}`).toBeLessThan(0.05);
  });

  // Nothing overflows on the CPU, whose products are float32 between the casts.
  it.skipIf(!available || device === 'cpu')(
    `leaves weights as they were where a gradient ran over, and finds a scale that holds${why}`,
    async () => {
      const { runner, input, parameters } = runOn(device, 'float16');
      const before = await parameters();
      runner.restoreLossScale({ scale: 2 ** 24, goodSteps: 7, skipped: 0 });
      await runner.train(input, 1, true);
      const { gradientNorm } = await runner.update(ADAMW_DEFAULTS, 1, 1);
      expect(Number.isFinite(gradientNorm)).toBe(false);
      expect(runner.lossScale()).toEqual({ scale: 2 ** 23, goodSteps: 0, skipped: 1 });
      expect(await parameters()).toEqual(before);
      let norm = Number.NaN;
      for (let tries = 0; tries < 24 && !Number.isFinite(norm); tries++) {
        await runner.train(input, 1, true);
        norm = (await runner.update(ADAMW_DEFAULTS, 1, 1)).gradientNorm;
      }
      expect(runner.lossScale()!.goodSteps).toBe(1);
      expect(Number.isFinite(norm)).toBe(true);
      expect(await parameters()).not.toEqual(before);
      await runner.release();
    },
  );
});

describe.each(states.filter(({ device }) => device !== 'cpu'))(
  'galley train --fp16 on $device',
  ({ device, available, reason }) => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'galley-half-'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it.skipIf(!available)(
      `resumes to the same bytes, only as it began${available ? '' : ` (skipped: ${reason})`}`,
      async () => {
        const options = await smallProject(folder, { text_only: true, fp16: true, device, save_steps: 1 });
        const whole = await trainStage('full', { ...options, output_dir: join(folder, 'whole') });
        expect(whole.hyperparameters).toMatchObject({ precision: 'float16' });
        const stop = new AbortController();
        const cut = trainStage('full', options, {
          signal: stop.signal,
          onEvent: (e) => e.kind === 'step' && e.step === 2 && stop.abort(),
        });
        await expect(cut).rejects.toThrow(/stopped after step 2/);
        const point = readFileSync(
          join(options.output_dir, 'layoutlmv3_boston_stageB_full/checkpoint-2/galley_resume.json'),
          'utf8',
        );
        expect(JSON.parse(point).lossScale).toEqual({ scale: 65536, goodSteps: 2, skipped: 0 });
        for (const other of [{ fp16: false }, { device: 'cpu' as const }])
          await expect(trainStage('full', { ...options, ...other, resume: true })).rejects.toThrow(
            /trained with precision "float16", now it is "float32"/,
          );
        const resumed = await trainStage('full', { ...options, resume: true });
        const [a, b] = [await loadModelFolder(whole.folder), await loadModelFolder(resumed.folder)];
        expect(b.parameters).toEqual(a.parameters);
      },
    );
  },
);
