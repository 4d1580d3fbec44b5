import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { trainStages } from '../training/stages.ts';
import { smallProject } from '../training/testing/small-project.ts';
import { modelCard, withoutFolders } from './card.ts';
import { modelFacts } from './facts.ts';
import { writeModelCards } from './write-cards.ts';

let work: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'galley-card-'));
  await trainStages(await smallProject(work, { eval_batch_size: 2 }), {});
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const card = (name: string) => readFileSync(join(work, 'models', name, 'README.md'), 'utf8');

it('stands in every model folder of a training, and says what its records say', async () => {
  const written = await writeModelCards(join(work, 'models'));
  expect(written).toHaveLength(3);
  const final = card('layoutlmv3_boston_final');
  const { stages, datasets } = await modelFacts(join(work, 'models/layoutlmv3_boston_final'));
  expect(stages.map(({ name }) => name)).toEqual(['A', 'B']);
  expect(datasets.map(({ splits }) => splits)).toEqual([
    { train: 4, validation: 0 },
    { train: 6, val: 6 },
  ]);
  expect(final).toContain('| pages, train | 4 | 6 |');
  expect(final).toContain(`| optimizer steps | ${stages[0].steps} | ${stages[1].steps} |`);
  expect(final).toContain('has not been measured');
  const front = parse(final.split('---\n')[1]);
  const [result] = front['model-index'][0].results;
  expect(result.metrics[0].value).toBeCloseTo(stages[1].evaluation!.metrics.macro_f1, 5);
  expect(card('layoutlmv3_boston_stageA_highconf')).not.toContain('Stage B');
  expect(final).not.toContain(work);
});

it('tells scores against gold, and never those of the other stage', async () => {
  const metrics = (f1: number) => ({
    macro_f1: f1,
    accuracy: 0.5,
    entity_f1: 0.25,
    per_label: { TITLE: { precision: 1, recall: 1, f1, support: 7 } },
    macro_labels: ['TITLE'],
    pages: 3,
    tokens: 70,
  });
  writeFileSync(
    join(work, 'metrics.json'),
    JSON.stringify({
      split: 'validation',
      weak_labels: { gold: metrics(0.75) },
      stage_a: { gold: metrics(0.125) },
      stage_b: { gold: metrics(0.875) },
    }),
  );
  await writeModelCards(join(work, 'models'));
  const final = card('layoutlmv3_boston_final');
  expect(final).toContain('| macro F1 | 0.8750 | 0.7500 |');
  expect(final).not.toContain('0.1250');
  expect(card('layoutlmv3_boston_stageA_highconf')).toContain('| macro F1 | 0.1250 | 0.7500 |');
});

it('is short where nothing is known, and holds with damaged records', async () => {
  const lone = join(work, 'lone');
  mkdirSync(lone);
  const config = JSON.parse(readFileSync(join(work, 'models/layoutlmv3_boston_final/config.json'), 'utf8'));
  config.id2label['1'] = 'a|b <script>';
  writeFileSync(join(lone, 'config.json'), JSON.stringify({ ...config, label2id: undefined }));
  for (const name of ['galley_training.json', 'trainer_state.json', 'run.json'])
    writeFileSync(join(lone, name), '{"result": 3');
  rmSync(join(work, 'metrics.json'));
  const text = modelCard(await modelFacts(lone));
  expect(text).toContain('| a\\|b &lt;script> |');
  expect(text).not.toMatch(/## (Scores|Training|Data)\n/);
});

it('leaves the folders of its maker out', () => {
  expect(
    withoutFolders('galley train --config /home/ann/x/run.yaml --out "C:\\Users\\Ann\\m" --seed 1'),
  ).toBe('galley train --config run.yaml --out "m" --seed 1');
  expect(withoutFolders('owner/name and 384/448/512')).toBe('owner/name and 384/448/512');
});
