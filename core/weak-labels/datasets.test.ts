import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { writePagesJsonl } from '../datasets/pages-jsonl.ts';
import { LabelMap } from '../labels/labels.ts';
import { labelPagesFile, labelSchema } from './label-book.ts';
import { labelBook } from './label-pages.ts';
import { decodeLines, encodeLines } from './lines-column.ts';
import { regenerateHighConfidenceDataset, regenerateSchema } from './regenerate-dataset.ts';
import { essayPage, recipePage } from './testing/pages.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-weak-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const book = () => Array.from({ length: 12 }, (_, i) => (i % 4 === 3 ? essayPage(i + 1) : recipePage(i + 1)));

async function label(options: Record<string, unknown> = {}, pages = book()) {
  await writePagesJsonl(join(folder, 'pages.jsonl'), pages);
  return labelPagesFile(
    labelSchema.parse({
      pages: join(folder, 'pages.jsonl'),
      out_dir: join(folder, 'full'),
      val_fraction: 0.25,
      ...options,
    }),
  );
}

describe('labelPagesFile', () => {
  it('writes the full dataset with confidences, gold labels beside the weak ones, and signals', async () => {
    const [first] = book();
    const gold = first.expected.map((name, i) => (i < 3 ? null : name));
    await writeFile(
      join(folder, 'gold.jsonl'),
      `${JSON.stringify({ page_num: 1, quality: 'gold', labels: gold })}\n`,
    );
    const made = await label({ gold_labels: join(folder, 'gold.jsonl') });
    expect(made.pages).toEqual({ train: 9, validation: 3 });
    expect(made.goldPages).toBe(1);
    expect(made.words.TITLE).toBe(9 * 5);

    const dataset = await openDatasetDict(join(folder, 'full'));
    const pages = [...dataset.splits.values()].flatMap((split) => [...split]);
    const weak = labelBook(book());
    for (const page of pages) {
      const expected = weak.find(({ page: { pageNum } }) => pageNum === page.pageNum)!;
      expect(page.labels).toEqual(expected.labels);
      const extra = page.extra!;
      expect(extra.label_source).toBe('weak');
      const confidence = Array.from(extra.token_confidence as ArrayLike<number>);
      expect(confidence).toHaveLength(page.words.length);
      for (const [i, value] of confidence.entries()) expect(value).toBeCloseTo(expected.wordConfidence[i], 5);
      const goldColumn = Array.from(extra.gold_labels as ArrayLike<number | bigint>, Number);
      if (page.pageNum === 1)
        expect(goldColumn).toEqual(gold.map((name) => (name === null ? -1 : LabelMap.default.idOf(name))));
      else expect(new Set(goldColumn)).toEqual(new Set([-1]));
      expect(extra.gold_quality).toBe(page.pageNum === 1 ? 'gold' : '');
      const lines = decodeLines(extra.lines as string, page);
      expect(lines.map(({ text, label, kind }) => ({ text, label, kind }))).toEqual(
        expected.lines.map(({ text, label, kind }) => ({ text, label, kind })),
      );
    }
  });

  it('refuses to replace a dataset unasked, and gold labels of another reading', async () => {
    await label();
    await expect(label()).rejects.toMatchObject({ code: 'exists' });
    await expect(label({ overwrite: true })).resolves.toBeTruthy();
    await writeFile(join(folder, 'gold.jsonl'), `${JSON.stringify({ page_num: 1, labels: ['O'] })}\n`);
    await expect(label({ overwrite: true, gold_labels: join(folder, 'gold.jsonl') })).rejects.toMatchObject({
      code: 'mismatch',
    });
  });

  it('names an image folder that is not there', async () => {
    await expect(label({ images_dir: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('regenerateHighConfidenceDataset', () => {
  const regenerate = (options: Record<string, unknown> = {}) =>
    regenerateHighConfidenceDataset(
      regenerateSchema.parse({
        full_dataset_dir: join(folder, 'full'),
        highconf_dataset_dir: join(folder, 'high'),
        reports_dir: join(folder, 'reports'),
        min_pages: 5,
        ...options,
      }),
    );

  it('needs the full dataset alone, keeps splits and columns, and writes its report', async () => {
    await label();
    await rm(join(folder, 'pages.jsonl'));
    const made = await regenerate();
    expect(made.result.kept.map(({ quality }) => quality.pageNum).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 5, 6, 7, 9, 10, 11,
    ]);
    const [full, high] = await Promise.all([
      openDatasetDict(join(folder, 'full')),
      openDatasetDict(join(folder, 'high')),
    ]);
    for (const name of ['train', 'validation']) {
      const kept = high.split(name).pageNumbers();
      expect(kept.every((n) => full.split(name).indexOf(n) !== undefined)).toBe(true);
      expect(made.pages[name]).toBe(kept.length);
    }
    expect(Object.keys(high.split('train').extraColumns)).toEqual(
      Object.keys(full.split('train').extraColumns),
    );
    const page = high.split('train').page(0);
    expect(decodeLines(page.extra!.lines as string, page).length).toBeGreaterThan(10);
    expect(await readFile(made.report, 'utf8')).toContain('9 of 12 pages kept');
    expect(JSON.parse(await readFile(made.reportJson, 'utf8'))).toMatchObject({
      kept_pages: 9,
      enough: true,
    });
  });

  it('writes nothing where nothing is good enough', async () => {
    await label({}, [essayPage(1), essayPage(2)]);
    await expect(regenerate()).rejects.toMatchObject({
      code: 'training',
      message: expect.stringContaining('no_title 2'),
    });
    expect(existsSync(join(folder, 'high'))).toBe(false);
    expect(existsSync(join(folder, 'reports'))).toBe(false);
  });

  it('takes single thresholds instead of the preset', async () => {
    await label();
    const made = await regenerate({ min_tokens: 5000, max_iterations: 1 }).catch((error: unknown) => error);
    expect(made).toMatchObject({
      code: 'training',
      message: expect.stringContaining('too_short 12 (threshold 5000)'),
    });
  });
});

describe('the column of lines', () => {
  it('comes back whole, and damage is named', () => {
    const [weak] = labelBook([recipePage(3)]);
    const back = decodeLines(encodeLines(weak.lines), weak.page);
    for (const [i, line] of weak.lines.entries()) {
      const { confidence, signals, ...rest } = line;
      expect(back[i]).toMatchObject(rest);
      expect(back[i].confidence).toBeCloseTo(confidence, 2);
      const total = (all: typeof signals, kind: string) =>
        all.filter((s) => s.kind === kind).reduce((sum, s) => sum + s.weight, 0);
      expect(total(back[i].signals, 'step')).toBeCloseTo(total(signals, 'step'), 1);
    }
    expect(() => decodeLines('{', weak.page)).toThrow(/not valid JSON/);
    expect(() => decodeLines('{"lines":[{}],"signals":{}}', weak.page)).toThrow(/cannot be read/);
    const far = JSON.stringify({
      lines: [{ words: [9999], row: 0, label: 'O', kind: 'essay', confidence: 1 }],
      signals: {},
    });
    expect(() => decodeLines(far, weak.page)).toThrow(/words the page does not have/);
  });
});
