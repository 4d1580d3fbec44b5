import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { LabelMap } from '../labels/labels.ts';
import { recipePage } from '../weak-labels/testing/pages.ts';
import { fileImporters } from './file-importers.ts';
import { planImport, planText } from './import-plan.ts';
import { type RunOptions, runImport } from './import-run.ts';
import type { Importer } from './importer.ts';

const OPTIONS: RunOptions = {
  overwrite: false,
  linkImages: false,
  labelMapping: null,
  labelSet: null,
  valFraction: 0,
  seed: 1,
};
let work: string;
let from: string;
let out: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'galley-import-'));
  from = join(work, 'from');
  out = join(work, 'out');
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

const put = (name: string, text: string) => {
  const path = join(from, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};
const hocr = (words: string, more = '') =>
  `<html><body><div class="ocr_page" title="image &quot;scan.png&quot;; bbox 0 0 100 100${more}">${words
    .split(' ')
    .map((w, i) => `<span class="ocrx_word" title="bbox ${i} 10 ${i + 1} 20">${w}</span>`)
    .join('')}</div></body></html>`;
const funsd = (label: string) =>
  JSON.stringify({
    form: [{ box: [0, 0, 9, 9], text: 'w', label, words: [{ box: [0, 0, 9, 9], text: 'w' }], id: 0 }],
  });

async function run(options: Partial<RunOptions> = {}, hooks = {}, importers: Importer[] = fileImporters()) {
  const plan = await planImport([from], importers, {
    format: 'auto',
    outDir: out,
    overwrite: options.overwrite,
  });
  return { plan, done: await runImport(plan, importers, { ...OPTIONS, ...options }, hooks) };
}
const pagesOf = async () => {
  const dataset = await openDatasetDict(out);
  return [...dataset.splits.values()].flatMap((split) => [...split]).sort((a, b) => a.pageNum - b.pageNum);
};

describe('an import', () => {
  it('plans without writing, reads once, and skips what it has', async () => {
    put('a2.hocr', hocr('two'));
    put('a10.hocr', hocr('ten'));
    put('notes.txt', 'nothing');
    const importers = fileImporters();
    const plan = await planImport([from], importers, { format: 'auto', outDir: out });
    expect(existsSync(out)).toBe(false);
    expect(planText(plan).join('\n')).toMatch(/hocr: 2 items, 2 pages\n.*2 new.*\npassed over: 1 files/);
    expect((await run()).done).toMatchObject({ read: 2, skipped: 0, pages: { train: 2, validation: 0 } });
    expect((await pagesOf()).map((page) => [page.pageNum, page.words[0]])).toEqual([
      [1, 'two'],
      [2, 'ten'],
    ]);
    expect((await run()).done).toMatchObject({ read: 0, skipped: 2 });
  });

  it('does not import again what an import wrote beside the files', async () => {
    put('a.hocr', hocr('one'));
    const importers = fileImporters();
    const beside = join(from, 'galley-project');
    const first = await planImport([from], importers, { format: 'auto', outDir: beside });
    await runImport(first, importers, OPTIONS);
    const plan = await planImport([from], fileImporters(), { format: 'auto', outDir: out });
    expect(plan.items.map(({ item }) => item.title)).toEqual(['a.hocr']);
    expect(plan.passedOver).toEqual([{ reason: 'a project of pages imported before', files: 1 }]);
    // Named itself, it is what is meant.
    const named = await planImport([beside], fileImporters(), { format: 'auto', outDir: out });
    expect(named.items.map(({ item }) => item.kind)).toEqual(['hf']);
  });

  it('keeps the numbers and splits of pages while others come and change', async () => {
    for (let i = 10; i < 20; i++) put(`p${i}.hocr`, hocr(`word${i}`));
    await run({ valFraction: 0.3 });
    const before = new Map((await pagesOf()).map((page) => [page.words[0], page.pageNum]));
    const held = (await openDatasetDict(out)).split('validation').pageNumbers();
    put('p05.hocr', hocr('word05'));
    const changed = put('p12.hocr', hocr('changed'));
    utimesSync(changed, new Date(), new Date(Date.now() + 5000));
    expect((await run({ valFraction: 0.3 })).done).toMatchObject({ read: 2, skipped: 9 });
    const after = new Map((await pagesOf()).map((page) => [page.words[0], page.pageNum]));
    expect(after.get('changed')).toBe(before.get('word12'));
    expect(after.get('word05')).toBe(11);
    expect((await openDatasetDict(out)).split('validation').pageNumbers()).toEqual(
      expect.arrayContaining(held),
    );
  });

  it('names broken files and imports the rest', async () => {
    put('good.hocr', hocr('good'));
    put('cut.hocr', hocr('cut').slice(0, 120));
    put('empty.json', '');
    const warnings: string[] = [];
    const { done, plan } = await run({}, { onWarning: (message: string) => warnings.push(message) });
    expect(plan.items).toHaveLength(2);
    expect(done.read).toBe(1);
    expect(done.refused).toEqual([
      expect.objectContaining({ code: 'damaged', reason: expect.stringMatching(/cut\.hocr: line/) }),
    ]);
    await expect(
      planImport([join(from, 'empty.json')], fileImporters(), { format: 'auto', outDir: out }).then(
        (p) => p.refused,
      ),
    ).resolves.toEqual([expect.objectContaining({ reason: 'the file is empty' })]);
  });

  it('throws where nothing at all can be imported, and leaves nothing', async () => {
    put('bad.hocr', '<html class="ocr_page"');
    await expect(run()).rejects.toMatchObject({ code: 'invalid-data' });
    expect(existsSync(out)).toBe(false);
  });

  it('stopped, keeps the items it has read and goes on from there', async () => {
    for (let i = 0; i < 5; i++) put(`p${i}.hocr`, hocr(`word${i}`));
    const controller = new AbortController();
    let progress = 0;
    const hooks = {
      signal: controller.signal,
      onProgress: ({ done }: { done: number }) => {
        progress = done;
        if (done >= 2) controller.abort();
      },
    };
    await expect(run({}, hooks)).rejects.toMatchObject({
      code: 'cancelled',
      hint: expect.stringMatching(/again/),
    });
    expect(progress).toBeGreaterThanOrEqual(2);
    expect(await pagesOf()).toHaveLength(2);
    expect((await run()).done).toMatchObject({ read: 3, skipped: 2 });
    expect(await pagesOf()).toHaveLength(5);
  });

  it('copies pictures, once for the pages they belong to, and leaves them where asked', async () => {
    put('page.hocr', hocr('word'));
    await sharp({ create: { width: 10, height: 10, channels: 3, background: '#fff' } })
      .png()
      .toFile(join(from, 'scan.png'));
    await run();
    expect((await pagesOf())[0].imagePath?.startsWith(out)).toBe(true);
    expect(readdirSync(join(out, 'images'))).toHaveLength(1);
    await run({ overwrite: true, linkImages: true });
    expect((await pagesOf())[0].imagePath).toBe(join(from, 'scan.png'));
    expect(existsSync(join(out, 'images'))).toBe(false);
  });

  it('does not import the pictures of its pages apart', async () => {
    put('page.hocr', hocr('word'));
    put('other_PAGE.hocr', hocr('word'));
    for (const name of ['scan.png', 'page.jpg', 'other.tif', 'alone.png']) put(name, 'x');
    const pictures: Importer = {
      kind: 'images',
      detect: ({ path }) => (/\.(png|jpg|tif)$/.test(path) ? 1 : 0),
      plan: async (sources) => ({
        items: sources.map(({ path }) => ({
          kind: 'images',
          source: path,
          pageIndex: null,
          pages: 1,
          title: path,
        })),
        refused: [],
      }),
      read: async function* () {},
    };
    const plan = await planImport([from], [...fileImporters(), pictures], { format: 'auto', outDir: out });
    const images = plan.items.filter(({ item }) => item.kind === 'images');
    expect(images.map(({ item }) => item.source)).toEqual([join(from, 'alone.png')]);
    expect(plan.passedOver).toEqual([{ reason: expect.stringMatching(/^pictures/), files: 3 }]);
  });

  it('takes a picture that is none for what it is', async () => {
    put('page.hocr', hocr('word'));
    put('scan.png', 'not a picture');
    const warnings: string[] = [];
    await run({}, { onWarning: (message: string) => warnings.push(message) });
    expect((await pagesOf())[0].imagePath).toBeNull();
    expect(warnings.join()).toMatch(/scan\.png cannot be read as an image/);
  });

  it('labels by rules what came without labels, and keeps what people decided', async () => {
    const page = recipePage(4);
    const labels = page.words.map((_, i) => (i === 0 ? 'SERVINGS' : null));
    put(
      'pages.jsonl',
      `${JSON.stringify({ page_num: 4, width: page.width, height: page.height, words: page.words, bboxes: page.bboxes, labels })}\n`,
    );
    await run();
    const [back] = await pagesOf();
    const { labelMap } = await openDatasetDict(out);
    expect(labelMap.equals(LabelMap.default)).toBe(true);
    const names = back.labels.map((id) => labelMap.nameOf(id));
    expect(names[0]).toBe('SERVINGS');
    expect(names).toContain('INGREDIENT_LINE');
    expect(Array.from(back.extra?.gold_labels as number[]).filter((id) => id >= 0)).toEqual([
      labelMap.idOf('SERVINGS'),
    ]);
  });

  it('has a label set of its own for other labels, and refuses to mix it into Galley’s', async () => {
    put('a.json', funsd('question'));
    const { done } = await run();
    expect(done.labels).toEqual([
      'O',
      'B-HEADER',
      'I-HEADER',
      'B-QUESTION',
      'I-QUESTION',
      'B-ANSWER',
      'I-ANSWER',
    ]);
    put('b.json', funsd('stamp'));
    expect((await run()).done.labels.at(-1)).toBe('B-stamp');
    rmSync(out, { recursive: true });
    const mapped = await run({ labelMapping: { QUESTION: 'TITLE', '*': 'O' } });
    expect(mapped.done.labels).toEqual(LabelMap.default.names);
    // The mapping stays for what comes later.
    put('c.json', funsd('answer'));
    expect((await run()).done.labels).toEqual(LabelMap.default.names);
    await expect(run({ labelMapping: {} })).rejects.toMatchObject({ code: 'mismatch' });
  });

  it('is refused in a folder with a dataset that was not imported', async () => {
    put('a.hocr', hocr('word'));
    mkdirSync(join(out, 'dataset_dict'), { recursive: true });
    writeFileSync(join(out, 'dataset_dict', 'x'), '');
    await expect(run()).rejects.toMatchObject({ code: 'exists' });
  });

  it('leaves blank pages out and says so', async () => {
    put('a.hocr', hocr('word'));
    put('b.hocr', '<html><body><div class="ocr_page" title="bbox 0 0 9 9"/></body></html>');
    expect((await run()).done.blank).toEqual(['b.hocr']);
    expect(await pagesOf()).toHaveLength(1);
  });
});
