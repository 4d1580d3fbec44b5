import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { galley, writeTinyModel } from './testing/run-galley.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let dir: string;
const at = (...parts: string[]) => join(dir, ...parts);
const retrain = (out: string, ...more: string[]) =>
  galley(
    'retrain',
    '--dataset_dir',
    at('full'),
    '--model_dir',
    at('models/layoutlmv3_boston_final'),
    '--output_dir',
    at(out),
    '--max_steps',
    '2',
    '--device',
    'cpu',
    ...more,
  );
const comparison = async (out: string) => JSON.parse(await readFile(at(out, 'comparison.json'), 'utf8'));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-retrain-'));
  const model = await writeTinyModel(at('tiny'));
  await galley('demo-data', '--pages', '10', '--seed', '3', '--out_dir', at('pages'));
  const label = ['label', '--pages', at('pages/pages.jsonl'), '--out_dir', at('full')];
  const labelled = await galley(...label, '--val-fraction', '0.3');
  expect(labelled.code, labelled.stderr).toBe(0);
  const trained = await galley(
    'train',
    '--model',
    model,
    '--stage',
    'full',
    '--full_dataset_dir',
    at('full'),
    '--output_dir',
    at('models'),
    '--reports_dir',
    at('reports'),
    '--max_length',
    '64',
    '--max_steps',
    '2',
    '--device',
    'cpu',
  );
  expect(trained.code, trained.stderr).toBe(0);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('galley retrain', () => {
  it('learns from gold labels and says what became of each label', async () => {
    const gold = ['--gold_labels', at('pages/labels.jsonl')];
    const plan = await retrain('round', ...gold, '--dry_run');
    expect(plan.code, plan.stderr).toBe(0);
    expect(plan.stdout).toMatch(/Gold labels learned from: \d+ words on 7 training pages[\s\S]*Stage B/);
    expect(existsSync(at('round'))).toBe(false);

    const done = await retrain('round', ...gold, '--learning_rate', '0.01');
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout).toMatch(/Against gold labels of \d+ validation pages/);

    const found = await comparison('round');
    const rebuilt = await openDatasetDict(at('round/dataset'));
    const held = rebuilt.split('validation');
    expect(found).toMatchObject({ reference: 'gold', pages: held.length, learned_before: [] });
    expect(found.gold.train.pages).toBe(rebuilt.split('train').length);
    expect(found.changed_pages.length).toBeGreaterThan(0);
    expect(await readFile(at('round/comparison.md'), 'utf8')).toMatch(/against gold labels[\s\S]*\| Label/);
    // The labels learned from are the person's, not the rules'.
    const person = (await readFile(at('pages/labels.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const page = rebuilt.split('train').page(0);
    const truth = person.find((p) => p.page_num === page.pageNum).labels as (string | null)[];
    expect(Array.from(page.labels)).toEqual(
      truth.map((name, i) => (name === null ? page.labels[i] : rebuilt.labelMap.idOf(name))),
    );

    const model = at('round/layoutlmv3_boston_stageB_full');
    const files = await readdir(model);
    for (const name of ['config.json', 'model.safetensors', 'tokenizer.json', 'preprocessor_config.json'])
      expect(files).toContain(name);
    // It went on from the last model, windows as before.
    expect(JSON.parse(await readFile(join(model, 'config.json'), 'utf8')).galley.max_length).toBe(64);

    const again = await retrain('round', ...gold);
    expect(again.code).toBe(5);
    expect(again.stderr).toMatch(/already there.*--overwrite/);
  });

  it('says so where no validation page has gold labels', async () => {
    const held = new Set((await openDatasetDict(at('full'))).split('validation').pageNumbers());
    const lines = (await readFile(at('pages/labels.jsonl'), 'utf8')).trim().split('\n');
    const some = lines.filter((line) => !held.has(JSON.parse(line).page_num));
    await writeFile(at('some.jsonl'), `${some.join('\n')}\n`);
    const done = await retrain('weak', '--gold_labels', at('some.jsonl'));
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout).toMatch(/the dataset's own labels of \d+ validation pages: none has gold/);
    expect((await comparison('weak')).reference).toBe('weak');
    expect(await readFile(at('weak/comparison.md'), 'utf8')).toMatch(/No validation page has gold labels/);
  });

  it('never writes over the model it goes on from', async () => {
    const same = await retrain(
      'weak',
      '--overwrite',
      '--model_dir',
      at('weak/layoutlmv3_boston_stageB_full'),
    );
    expect(same.code).toBe(2);
    expect(same.stderr).toMatch(/another --output_dir/);
  });
});
