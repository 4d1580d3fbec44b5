import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { LabelMap } from '../labels/labels.ts';
import { copyLearnedPages, learnedPages, writeLearnedPages } from './learned-pages.ts';

const page = (pageNum: number) => ({
  pageNum,
  width: 100,
  height: 100,
  words: ['flour'],
  bboxes: [[0, 0, 10, 10] as [number, number, number, number]],
  imagePath: null,
  labels: [0],
});

it('adds what a model learns from to what the model before it had learned from', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'galley-learned-'));
  const dataset = async (name: string, train: number[], held: number[]) =>
    (
      await writeDatasetDict(join(dir, name), {
        splits: { train: train.map(page), validation: held.map(page) },
        labelMap: new LabelMap(['O', 'TITLE']),
      })
    ).directory;
  const model = async (name: string) => {
    await mkdir(join(dir, name));
    return join(dir, name);
  };
  const [base, first, second, copy] = await Promise.all(['base', 'first', 'second', 'copy'].map(model));

  expect(await learnedPages(base)).toBeNull();
  await writeLearnedPages(first, { dataset: await dataset('a', [1, 2, 3, 9], [4]), model: base });
  expect([...(await learnedPages(first))!]).toEqual([1, 2, 3, 9]);
  // Another split: page 3 is kept aside now, but the weights have seen it.
  await writeLearnedPages(second, { dataset: await dataset('b', [4, 9], [3]), model: first });
  await copyLearnedPages(second, copy);
  expect([...(await learnedPages(copy))!]).toEqual([1, 2, 3, 4, 9]);
});

it('takes the dataset that an earlier version named, and says where nobody knows', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'galley-learned-'));
  const { directory } = await writeDatasetDict(join(dir, 'data'), {
    splits: { train: [page(7)], validation: [page(8)] },
    labelMap: new LabelMap(['O', 'TITLE']),
  });
  const stage = join(dir, 'models', 'layoutlmv3_boston_stageB_full');
  const final = join(dir, 'models', 'layoutlmv3_boston_final');
  await mkdir(stage, { recursive: true });
  await mkdir(final);
  const record = (dataset: string) =>
    writeFile(join(stage, 'galley_training.json'), JSON.stringify({ result: { dataset } }));
  await record(directory);
  expect([...(await learnedPages(final))!]).toEqual([7]);
  await record(join(dir, 'gone'));
  expect(await learnedPages(final)).toBeNull();
  // A model of Galley's that nobody knows about: what goes on from it is not known either.
  await writeFile(join(final, 'trainer_state.json'), '{}');
  const next = join(dir, 'next');
  await mkdir(next);
  await writeLearnedPages(next, { dataset: directory, model: final });
  expect(await learnedPages(next)).toBeNull();
});
