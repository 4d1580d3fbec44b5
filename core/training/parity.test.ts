import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../layoutlmv3/config.ts';
import { parameterSpecs } from '../layoutlmv3/parameters.ts';
import { BatchSource } from './batch-source.ts';
import type { Example } from './examples.ts';
import { stageFingerprint } from './fingerprint.ts';
import { ModelRunner, trainableNames } from './model-runner.ts';
import { TrainingState } from './state.ts';
import { TINY_IDS, tinySet } from './testing/tiny-run.ts';
import golden from './testing/trainer.golden.json' with { type: 'json' };
import { Trainer } from './trainer.ts';
import type { TrainerSettings } from './trainer-types.ts';

// What the Hugging Face Trainer logs for the same training: scripts/reference/check_trainer.py --golden.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-parity-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function example(row: { input_ids: number[]; bbox: number[][]; labels: number[] }): Example {
  const labels = Int32Array.from(row.labels);
  const window = {
    length: labels.length,
    inputIds: Int32Array.from(row.input_ids),
    bbox: Int32Array.from(row.bbox.flat()),
    labels,
    wordIndex: labels.map((_, i) => i - 1),
    labelled: labels.filter((l) => l !== -100).length,
    heads: new Int32Array(0),
  };
  return { window, page: 0, weights: null };
}

async function train(settings: TrainerSettings) {
  const config = parseConfig({ ...golden.config, model_type: 'layoutlmv3' });
  const shape = { visual: false, trainRelativeBias: false };
  const trainable = trainableNames(config, shape);
  const state = new TrainingState(parameterSpecs(config), (spec) => trainable.has(spec.name));
  for (const [index, [name, values]] of [...state.parameters].entries()) {
    const base = /norm\.weight$/i.test(name) ? 1 : 0;
    for (let i = 0; i < values.length; i++) values[i] = 0.1 * Math.sin(1.7 * i + index) + base;
  }
  const buckets = [16, 28];
  const runner = new ModelRunner(
    {
      ...shape,
      config,
      ids: TINY_IDS,
      batch: settings.batchSize,
      evalBatch: settings.evalBatchSize,
      device: 'cpu',
      targets: { labels: 7, smoothing: 0, labelWeights: null },
      augment: { tokenMasking: 0, boxJitter: 0 },
      seed: settings.seed,
      buckets,
    },
    state,
  );
  const [trainSet, heldSet] = [golden.train, golden.held].map((rows) => tinySet(rows.map(example), 7));
  const { trainer } = await new Trainer({
    config,
    state,
    runner,
    train: new BatchSource(trainSet, buckets, null),
    evaluation: new BatchSource(heldSet, buckets, null),
    settings,
    folder,
    tokenizerFrom: folder,
    fingerprint: stageFingerprint('parity', {}, config, [trainSet, heldSet]),
    resume: false,
  }).run();
  await runner.release();
  return { trainer, state };
}

describe('a training without dropout', () => {
  it.each(golden.runs)('logs what the Trainer of transformers logs (%#)', async (run) => {
    const s = run.settings;
    const { trainer, state } = await train({
      learningRate: 1e-3,
      epochs: s.epochs,
      maxSteps: -1,
      batchSize: s.batch,
      evalBatchSize: 2,
      accumulation: s.accumulation,
      accumulationLoss: 'mean',
      warmupRatio: 0.1,
      weightDecay: 0.01,
      maxGradNorm: 1,
      seed: s.seed,
      loggingSteps: 1,
      ...(s.eval_steps === undefined ? {} : { evalSteps: s.eval_steps, saveSteps: s.save_steps }),
      saveTotalLimit: 10,
    });
    const rows = trainer.log_history.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([key]) => !/runtime|per_second|total_flos/.test(key))),
    );
    expect(rows.map((row) => Object.keys(row).sort())).toEqual(
      run.log_history.map((row) => Object.keys(row).sort()),
    );
    for (const [i, expected] of run.log_history.entries())
      for (const [key, value] of Object.entries(expected))
        expect(Math.abs(rows[i][key] - value), `row ${i}, ${key}`).toBeLessThanOrEqual(
          1e-5 * Math.abs(value),
        );
    expect(trainer.best_global_step).toBe(run.best_step);
    for (const [name, sum] of Object.entries(run.sums)) {
      // The gradient of the key's bias is rounding noise: see check_trainer.py.
      if (name.endsWith('self.key.bias')) continue;
      const found = state.parameters.get(name)!.reduce((a, b) => a + b, 0);
      const size = state.parameters.get(name)!.reduce((a, b) => a + Math.abs(b), 0);
      expect(Math.abs(found - (sum as number)) / size, name).toBeLessThan(1e-5);
    }
  });
});
