import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModelFolder } from '../layoutlmv3/model-folder.ts';
import { MEMORY_LIMIT_VARIABLE } from './memory-check.ts';
import { recipeOf } from './options.ts';
import { planText, planTraining, STAGE_FOLDERS, trainStage, trainStages } from './stages.ts';
import { smallProject } from './testing/small-project.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-stages-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const json = (...path: string[]) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));

describe('both stages', () => {
  it('end in complete model folders, reports and logs', async () => {
    const options = await smallProject(folder, { fp16: true });
    const warnings: string[] = [];
    const { stages, finalFolder } = await trainStages(options, { onWarning: (m) => warnings.push(m) });
    expect(stages.map((s) => [s.name, s.pages, s.evaluatedOn])).toEqual([
      ['A', 4, 'val split of the full dataset'],
      ['B', 6, 'val split'],
    ]);
    // Pages 4..9 are held out; page 4 is trained on in Stage A.
    expect(stages[0].evalPages).toBe(5);
    expect(warnings.join()).toMatch(/--fp16 does nothing on the CPU/);
    expect(warnings.join()).toMatch(/page 1: has no image/);
    for (const name of Object.values(STAGE_FOLDERS)) {
      const files = readdirSync(join(folder, 'models', name));
      for (const file of [
        'config.json',
        'model.safetensors',
        'trainer_state.json',
        'tokenizer.json',
        'preprocessor_config.json',
      ])
        expect(files, name).toContain(file);
    }
    const final = await loadModelFolder(finalFolder);
    expect(final.newlyInitialised).toEqual([]);
    expect(final.config.galley).toMatchObject({ line_boxes: false, max_length: 32, visual: true });
    const stageB = await loadModelFolder(stages[1].folder);
    expect(final.parameters).toEqual(stageB.parameters);
    // A fresh optimizer and schedule: Stage B counts its own steps.
    expect(json('models', STAGE_FOLDERS.full, 'trainer_state.json').global_step).toBe(stages[1].steps);
    expect(stages[1].startedFrom).toContain(STAGE_FOLDERS.highconf);
    const reports = readdirSync(join(folder, 'reports'));
    for (const ending of [
      'metrics.json',
      'metrics.md',
      'confusion.json',
      'confusion.md',
      'confusion.png',
      'curves.png',
    ])
      expect(reports).toContain(`${STAGE_FOLDERS.highconf}_${ending}`);
    const rows = readFileSync(join(folder, 'reports/logs', `${STAGE_FOLDERS.full}.jsonl`), 'utf8');
    expect(
      rows
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row)),
    ).toEqual(stages[1].logHistory);
  });

  it('refuses to train over a training, unless told to', async () => {
    const options = await smallProject(folder, { text_only: true, max_steps: 1 });
    await trainStage('highconf', options);
    await expect(trainStage('highconf', options)).rejects.toThrow(
      expect.objectContaining({ code: 'exists' }),
    );
    const again = await trainStage('highconf', { ...options, overwrite: true });
    expect(again.checkpoints).toHaveLength(1);
  });

  it('resume skips a finished stage and goes on with the other', async () => {
    const options = await smallProject(folder, { text_only: true });
    const stop = new AbortController();
    await expect(
      trainStages(options, {
        signal: stop.signal,
        onEvent: (e) => {
          if (e.stage === 'full' && e.kind === 'step' && e.step === 2) stop.abort();
        },
      }),
    ).rejects.toThrow(expect.objectContaining({ code: 'cancelled' }));
    const trained: string[] = [];
    const { stages } = await trainStages(
      { ...options, resume: true },
      { onEvent: (e) => e.kind === 'step' && trained.push(`${e.stage} ${e.step}`) },
    );
    expect(trained).toEqual(['full 3']);
    expect(stages.map((s) => s.name)).toEqual(['A', 'B']);
    await expect(trainStages({ ...options, resume: true, learning_rate: 1 })).rejects.toThrow(
      /learning_rate/,
    );
  });

  it('asks for a high-confidence set where there is none, or too few pages', async () => {
    const options = await smallProject(folder, { text_only: true, max_steps: 1, stage: 'highconf' });
    const reasons: string[] = [];
    const hooks = { regenerateHighConfidence: async (reason: string) => void reasons.push(reason) };
    await trainStages(options, hooks);
    await expect(
      trainStages({ ...options, highconf_dataset_dir: join(folder, 'none') }, hooks),
    ).rejects.toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(reasons).toEqual(['4 training pages, fewer than 10', 'there is none yet']);
  });
});

describe('one stage', () => {
  it('learns from weighted, smoothed, augmented pages too', async () => {
    const options = await smallProject(folder, {
      text_only: true,
      word_weights: 'confidence',
      label_smoothing_factor: 0.1,
      label_weight_power: 0.5,
      token_masking: 0.3,
      box_jitter: 20,
      line_boxes: true,
    });
    const result = await trainStage('full', options);
    expect(result.hyperparameters).toMatchObject({ ...pick(recipeOf(options)), relative_bias: 'trained' });
    expect((await loadModelFolder(result.folder)).config.galley).toMatchObject({
      line_boxes: true,
      visual: false,
    });
  });

  it('says what is wrong with its input, one line each, and leaves nothing', async () => {
    const options = await smallProject(folder, { text_only: true });
    const where = (code: string) => expect.objectContaining({ code });
    await expect(trainStage('full', { ...options, max_length: 64 })).rejects.toThrow(/positions for 38/);
    await expect(trainStage('full', { ...options, model: 'no-such-model' })).rejects.toThrow(
      where('not-found'),
    );
    await expect(trainStage('full', { ...options, full_dataset_dir: '/none' })).rejects.toThrow(
      where('not-found'),
    );
    writeFileSync(join(folder, 'tiny/model.safetensors'), 'version https://git-lfs.github.com/spec/v1\n');
    await expect(trainStage('full', options)).rejects.toThrow(/LFS/);
    expect(existsSync(options.output_dir)).toBe(false);
  });
});

describe('the plan', () => {
  it('counts pages, windows, steps and parameters, and writes nothing', async () => {
    const options = await smallProject(folder, { batch_size: 4 });
    const plan = await planTraining(options);
    expect(plan.stages.map((s) => [s.name, s.pages, s.windows, s.steps, s.warmupSteps])).toEqual([
      ['A', 4, 4, 2, 1],
      ['B', 6, 6, 2, 1],
    ]);
    expect(plan.stages[0].parameters).toBeGreaterThan(6000 * 24);
    expect(plan.stages[0].memory.total).toBeGreaterThan(plan.stages[0].memory.state);
    expect(planText(plan)[0]).toBe('device: cpu, float32');
    expect(planText(plan).join('\n')).toMatch(/steps: 2 \(2 an epoch, 1 epochs, 1 to warm up\)/);
    expect(existsSync(options.output_dir)).toBe(false);
    expect(existsSync(options.reports_dir)).toBe(false);
  });

  it('takes a step to say how long an epoch will take, when asked', async () => {
    const options = await smallProject(folder, { stage: 'full' });
    expect((await planTraining(options)).stages[0].time).toBeNull();
    const plan = await planTraining(options, {}, true);
    const { secondsPerStep, secondsPerEpoch } = plan.stages[0].time!;
    expect(secondsPerStep).toBeGreaterThan(0);
    expect(secondsPerEpoch).toBeGreaterThan(3 * secondsPerStep);
    expect(planText(plan).join('\n')).toMatch(/time: about .* an epoch/);
  });

  it('says which setting to change where memory is short, and a training then does not start', async () => {
    const options = await smallProject(folder, { batch_size: 4, stage: 'full' });
    process.env[MEMORY_LIMIT_VARIABLE] = '0.1';
    try {
      expect(planText(await planTraining(options, {}, true)).join('\n')).toMatch(
        /too little memory: 0.10 GiB/,
      );
      await expect(trainStage('full', options)).rejects.toThrow(
        /would take about 0\.\d GiB of memory, 0\.1 GiB are free/,
      );
      expect(existsSync(options.output_dir)).toBe(false);
    } finally {
      delete process.env[MEMORY_LIMIT_VARIABLE];
    }
  });
});

const pick = ({ batch_size, token_masking, box_jitter }: Record<string, unknown>) => ({
  batch_size,
  token_masking,
  box_jitter,
});
