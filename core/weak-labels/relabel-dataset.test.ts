import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { DEMO_LABELS, readBook } from '../demo/demo-pages.ts';
import { LabelMap } from '../labels/labels.ts';
import { toLabelledPage, WEAK_COLUMNS } from './label-book.ts';
import { labelBook } from './label-pages.ts';
import { relabelDataset } from './relabel-dataset.ts';

const book = readBook(5, 10).map((page) => ({ ...page, imagePath: null }));

async function dataset(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'galley-relabel-'));
  const gold = book[0].labels.map((name) => DEMO_LABELS.idOf(name));
  const pages = labelBook(book).map((weak, i) =>
    toLabelledPage(book[i], weak, i === 0 ? gold : null, i === 0 ? 'gold' : ''),
  );
  const imported = { ...pages[9], extra: { ...pages[9].extra, label_source: 'import' } };
  await writeDatasetDict(dir, {
    splits: { train: pages.slice(0, 8), validation: [pages[8], imported] },
    labelMap: LabelMap.default,
    extraColumns: WEAK_COLUMNS,
  });
  return dir;
}

it('labels anew what rules labelled, and leaves gold, splits and other labels alone', async () => {
  const dir = await dataset();
  const before = await openDatasetDict(dir);
  const was = new Map([...before.splits.values()].flatMap((s) => [...s]).map((p) => [p.pageNum, p]));
  const weights = { time: 0, quantity: 0 };
  const expected = new Map(labelBook(book, {}, weights).map((weak) => [weak.page.pageNum, weak.labels]));

  expect(await relabelDataset(dir, weights)).toBe(9);
  const after = await openDatasetDict(dir);
  expect([...after.splits].map(([name, split]) => [name, split.length])).toEqual([
    ['train', 8],
    ['validation', 2],
  ]);
  let changed = 0;
  for (const page of [...after.splits.values()].flatMap((split) => [...split])) {
    const old = was.get(page.pageNum)!;
    const source = old.extra?.label_source;
    expect([...page.labels]).toEqual([...(source === 'import' ? old.labels : expected.get(page.pageNum)!)]);
    expect(Array.from(page.extra?.gold_labels as number[], Number)).toEqual(
      Array.from(old.extra?.gold_labels as number[], Number),
    );
    expect(page.extra?.gold_quality).toBe(old.extra?.gold_quality);
    changed += page.labels.filter((label, i) => label !== old.labels[i]).length;
  }
  expect(changed).toBeGreaterThan(0);
});

it('refuses labels the rules know nothing of, and rules that are not there', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'galley-relabel-'));
  await writeDatasetDict(dir, {
    splits: { train: [{ ...book[0], labels: book[0].words.map(() => 0) }] },
    labelMap: new LabelMap(['O', 'HEADER']),
  });
  await expect(relabelDataset(dir, {})).rejects.toThrow(/labels of recipes only/);
  await expect(relabelDataset(await dataset(), { colours: 0 })).rejects.toThrow(/no rule "colours"/);
});
