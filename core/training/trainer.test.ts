import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyTraining } from './testing/tiny-run.ts';
import { Trainer } from './trainer.ts';
import { readTrainerState } from './trainer-state.ts';
import type { TrainerHooks, TrainerSettings, TrainingEvent } from './trainer-types.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-trainer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const checkpoints = () => readdirSync(folder).sort();

/** Runs to the end (or the error), and gives everything that must be equal however it was interrupted. */
async function train(
  where: string,
  settings: Partial<TrainerSettings>,
  hooks: TrainerHooks = {},
  resume = false,
) {
  const input = tinyTraining(where, settings, resume);
  const result = await new Trainer(input, hooks).run();
  await input.runner.release();
  const timed = /runtime|per_second/;
  const rows = result.trainer.log_history.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([key]) => !timed.test(key))),
  );
  const weights = [...input.state.parameters].map(([name, w]) => [
    name,
    Buffer.from(w.slice().buffer).toString('base64'),
  ]);
  return { result, rows, weights };
}

/** Stops when an event asks for it. */
function stopper(when: (event: TrainingEvent) => boolean, checkpointOnStop = true): TrainerHooks {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    checkpointOnStop: () => checkpointOnStop,
    onEvent: (event) => {
      if (when(event)) controller.abort();
    },
  };
}

describe('a training', () => {
  it('logs, evaluates and saves as transformers does, epoch by epoch', async () => {
    const { result, rows } = await train(folder, { accumulation: 1, loggingSteps: 3 });
    expect(result.plan).toMatchObject({ batchesPerEpoch: 4, totalSteps: 12, warmupSteps: 2 });
    const keys = rows.map((row) => `${row.step} ${Object.keys(row)[0]}`);
    expect(keys).toEqual([
      '3 loss',
      '4 eval_loss',
      '6 loss',
      '8 eval_loss',
      '9 loss',
      '12 loss',
      '12 eval_loss',
      '12 total_flos',
    ]);
    expect(rows[0]).toMatchObject({ epoch: 0.75, learning_rate: 5e-3 });
    expect(rows[0].grad_norm).toBeGreaterThan(0);
    expect(rows[6]).toMatchObject({ epoch: 3 });
    expect(result.trainer.best_metric).toBe(Math.max(...rows.flatMap((r) => r.eval_macro_f1 ?? [])));
    const state = await readTrainerState(join(folder, 'checkpoint-12', 'trainer_state.json'));
    expect(state.log_history).toEqual(result.trainer.log_history.slice(0, -1));
    expect(readdirSync(join(folder, 'checkpoint-12'))).toEqual([
      'config.json',
      'galley_resume.json',
      'model.safetensors',
      'optimizer.safetensors',
      'preprocessor_config.json',
      'trainer_state.json',
    ]);
  });

  it('weighs the micro-batches of a shorter last group by its real length', async () => {
    // 4 micro-batches an epoch in groups of 3: the second group is one micro-batch with share 1.
    const three = await train(folder, { accumulation: 3, loggingSteps: 1, epochs: 1, warmupRatio: 0 });
    expect(three.result.plan).toMatchObject({ stepsPerEpoch: 2, totalSteps: 2 });
    const losses = three.rows.flatMap((row) => row.loss ?? []);
    for (const loss of losses) expect(Math.abs(loss - Math.log(5))).toBeLessThan(0.4);
    const sum = await train(folder, {
      accumulation: 3,
      loggingSteps: 1,
      epochs: 1,
      warmupRatio: 0,
      accumulationLoss: 'sum',
    });
    expect(sum.rows[0].loss).toBeCloseTo(3 * losses[0], 5);
    expect(sum.rows[0].grad_norm / three.rows[0].grad_norm).toBeCloseTo(3, 5);
  });

  it('evaluates and saves by steps, at the last step too, and keeps the best', async () => {
    const { result } = await train(folder, { accumulation: 1, evalSteps: 5, saveTotalLimit: 1, epochs: 4 });
    const evaluated = result.trainer.log_history.filter((r) => 'eval_loss' in r).map((r) => r.step);
    expect(evaluated).toEqual([5, 10, 15, 16]);
    const best = `checkpoint-${result.trainer.best_global_step}`;
    expect(checkpoints()).toEqual([...new Set([best, 'checkpoint-16'])].sort());
    expect(result.trainer.best_model_checkpoint).toBe(join(folder, best));
  });

  it('ends with the weights of the best checkpoint', async () => {
    // The learning rate ruins what the first epochs learned.
    const input = tinyTraining(folder, {
      accumulation: 1,
      epochs: 6,
      learningRate: 0.05,
      warmupRatio: 0,
      maxGradNorm: 0,
    });
    const { trainer } = await new Trainer(input).run();
    const best = JSON.parse(readFileSync(join(trainer.best_model_checkpoint!, 'galley_resume.json'), 'utf8'));
    expect(best.best.step).toBe(trainer.best_global_step);
    const { loadModelFolder } = await import('../layoutlmv3/model-folder.ts');
    const saved = await loadModelFolder(trainer.best_model_checkpoint!);
    for (const [name, values] of saved.parameters)
      expect(input.state.parameters.get(name), name).toEqual(values);
  });

  it('refuses save_steps that are never evaluated, and an empty dataset', async () => {
    expect(() => new Trainer(tinyTraining(folder, { evalSteps: 2, saveSteps: 3 }))).toThrow(/multiple/);
    const input = tinyTraining(folder);
    const empty = { ...input, train: input.evaluation!, evaluation: null };
    Object.assign(empty.train, { set: { ...empty.train.set, examples: [] } });
    await expect(new Trainer(empty).run()).rejects.toThrow(/no page has a label/);
  });
});

describe('a training that was interrupted', () => {
  const settings = { epochs: 4, saveSteps: 3, evalSteps: 3 };

  it.each<[string, Partial<TrainerSettings>, (e: TrainingEvent) => boolean, boolean]>([
    ['between steps, with a checkpoint', settings, (e) => e.kind === 'step' && e.step === 4, true],
    ['without a last checkpoint', settings, (e) => e.kind === 'step' && e.step === 5, false],
    ['in an evaluation', settings, (e) => e.kind === 'evaluating' && e.done === 1, true],
    ['at the end of an epoch', { epochs: 3 }, (e) => e.kind === 'evaluating', true],
    ['after its last step', { epochs: 2 }, (e) => e.kind === 'step' && e.step === 4, true],
  ])('%s ends with the same bytes', async (_, changes, when, keep) => {
    const whole = await train(join(folder, 'whole'), changes);
    const cut = join(folder, 'cut');
    await expect(train(cut, changes, stopper(when, keep))).rejects.toThrow(/stopped after step/);
    const resumed = await train(cut, changes, {}, true);
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.rows).toEqual(whole.rows);
    expect(resumed.result.best).toEqual(whole.result.best);
  });

  it('within a group of micro-batches ends with the same bytes and rows', async () => {
    const changes = { accumulation: 3, loggingSteps: 1, epochs: 2 };
    const whole = await train(join(folder, 'whole'), changes);
    const cut = join(folder, 'cut');
    const input = tinyTraining(cut, changes);
    const controller = new AbortController();
    let micro = 0;
    const run = input.runner.train.bind(input.runner);
    // The second group of the first epoch is one micro-batch, the next group has three: stops after its first.
    input.runner.train = async (...args) => {
      if (++micro === 5) controller.abort();
      return run(...args);
    };
    await expect(new Trainer(input, { signal: controller.signal }).run()).rejects.toThrow(
      /stopped after step 2/,
    );
    const resumed = await train(cut, changes, {}, true);
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.rows).toEqual(whole.rows);
  });

  it('by SIGKILL resumes from its last whole checkpoint to the same bytes', async () => {
    const changes = { saveSteps: 1, epochs: 5 };
    const whole = await train(join(folder, 'whole'), changes);
    const cut = join(folder, 'cut');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/killable.ts'), cut]);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        if (Number(text.toString().trim().split('\n').pop()) >= 4) child.kill('SIGKILL');
      });
      child.on('exit', (code, signal) =>
        signal === 'SIGKILL' ? resolve() : reject(new Error(`exit ${code}`)),
      );
    });
    const resumed = await train(cut, changes, {}, true);
    expect(resumed.result.resumedFrom).toBeGreaterThanOrEqual(3);
    expect(resumed.result.resumedFrom).toBeLessThan(10);
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.rows).toEqual(whole.rows);
  }, 180_000);

  it('goes on only with the options and data it was started with', async () => {
    await expect(
      train(
        folder,
        settings,
        stopper((e) => e.kind === 'step' && e.step === 4),
      ),
    ).rejects.toThrow();
    await expect(train(folder, { ...settings, learningRate: 1e-3 }, {}, true)).rejects.toThrow(
      /learningRate 0\.005, now it is 0\.001/,
    );
    const input = tinyTraining(folder, settings, true);
    const other = { ...input, fingerprint: { ...input.fingerprint, data: 'x' } };
    await expect(new Trainer(other).run()).rejects.toThrow(/pages or labels of the dataset changed/);
  });

  it('says which file of a checkpoint is damaged', async () => {
    await expect(
      train(
        folder,
        settings,
        stopper((e) => e.kind === 'step' && e.step === 4),
      ),
    ).rejects.toThrow();
    const last = join(folder, 'checkpoint-4');
    const optimizer = readFileSync(join(last, 'optimizer.safetensors'));
    writeFileSync(join(last, 'optimizer.safetensors'), optimizer.subarray(0, 3000));
    await expect(train(folder, settings, {}, true)).rejects.toThrow(
      expect.objectContaining({ code: 'damaged' }),
    );
    writeFileSync(join(last, 'galley_resume.json'), '{"format": 1}');
    await expect(train(folder, settings, {}, true)).rejects.toThrow(/older checkpoint|fingerprint/);
  });

  it('ignores a checkpoint that is not whole', async () => {
    await expect(
      train(
        folder,
        settings,
        stopper((e) => e.kind === 'step' && e.step === 4),
      ),
    ).rejects.toThrow();
    rmSync(join(folder, 'checkpoint-4', 'galley_resume.json'));
    const { result } = await train(folder, settings, {}, true);
    expect(result.resumedFrom).toBe(3);
  });
});

describe('a training with float16 products', () => {
  const changes = { accumulation: 1, loggingSteps: 1, epochs: 2, warmupRatio: 0, saveSteps: 3 };
  const resumePoint = (where: string) =>
    JSON.parse(readFileSync(join(where, 'galley_resume.json'), 'utf8')) as Record<string, unknown>;

  /** Of the eight steps the first two run over, as they do when the scale is still too large. */
  async function halfTraining(where: string, stopAt = 0, resume = false) {
    const input = tinyTraining(where, changes, resume, { precision: 'float16' });
    const { runner, state } = input;
    const [train, upload] = [runner.train.bind(runner), runner.upload.bind(runner)];
    let step = 0;
    runner.upload = async () => {
      step = 3;
      await upload();
    };
    runner.train = async (...args) => {
      const loss = await train(...args);
      if (++step <= 2) state.gradients.get('classifier.bias')![0] = Number.POSITIVE_INFINITY;
      return loss;
    };
    const result = await new Trainer(
      input,
      stopper((e) => e.kind === 'step' && e.step === stopAt, false),
    ).run();
    const weights = [...state.parameters].map(([name, w]) => [name, Buffer.from(w.slice().buffer)]);
    return { result, weights, lossScale: runner.lossScale() };
  }

  it('counts a step that ran over, without an update or a warning, and learns at the rate it had', async () => {
    const { result, lossScale } = await halfTraining(folder);
    expect(lossScale).toEqual({ scale: 16384, goodSteps: 6, skipped: 2 });
    expect(result.trainer.global_step).toBe(8);
    expect(result.warnings).toEqual([]);
    const rows = result.trainer.log_history.filter((row) => 'loss' in row);
    const rate = (taken: number) => 5e-3 * (1 - taken / 8);
    expect(rows.map((row) => row.learning_rate)).toEqual([0, 0, 0, 1, 2, 3, 4, 5].map(rate));
    expect(rows.map((row) => Number.isFinite(row.grad_norm))).toEqual([false, false, ...Array(6).fill(true)]);
  });

  it('resumes to the same bytes, its scale included', async () => {
    const whole = await halfTraining(join(folder, 'whole'));
    const cut = join(folder, 'cut');
    await expect(halfTraining(cut, 5)).rejects.toThrow(/stopped after step 5/);
    expect(resumePoint(join(cut, 'checkpoint-3')).lossScale).toEqual({
      scale: 16384,
      goodSteps: 1,
      skipped: 2,
    });
    const resumed = await halfTraining(cut, 0, true);
    expect(resumed.result.resumedFrom).toBe(3);
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.lossScale).toEqual(whole.lossScale);
  });

  it('is told from one in float32, whose checkpoints have no scale', async () => {
    await train(folder, { epochs: 1 });
    expect(resumePoint(join(folder, 'checkpoint-2'))).not.toHaveProperty('lossScale');
  });
});

describe('the watch', () => {
  it('says that the loss is no number, once, and keeps it', async () => {
    const seen: string[] = [];
    const input = tinyTraining(folder, { learningRate: 1e18, warmupRatio: 0, maxGradNorm: 0 });
    const result = await new Trainer(input, {
      onEvent: (e) => {
        if (e.kind === 'warning') seen.push(e.warning.code);
      },
    }).run();
    expect(seen.filter((code) => code === 'nan-loss' || code === 'nan-gradient').length).toBeGreaterThan(0);
    expect(new Set(seen).size).toBe(seen.length);
    expect(result.warnings.map((w) => w.code)).toEqual(seen);
    for (const row of result.trainer.log_history) if ('loss' in row) expect(row.loss).not.toBeNaN();
  });
});
