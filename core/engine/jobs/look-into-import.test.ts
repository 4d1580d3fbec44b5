import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importFlagsSchema } from '../../ocr/scan-options.ts';
import { drawPage, writePdf } from '../../ocr/testing/scans.ts';
import type { CommonEvent, JobContext } from '../job-context.ts';
import { planImportJob } from './import-files.ts';
import { importLabelsJob, previewImportJob } from './look-into-import.ts';

const TEXT = Array.from({ length: 14 }, () => 'two cups of flour and one egg with some milk');
const context = {
  signal: new AbortController().signal,
  emit: () => {},
  keepOnStop: () => false,
  whilePaused: async () => {},
} as unknown as JobContext<CommonEvent>;

let work: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'galley-look-'));
  mkdirSync(join(work, 'scans'));
  mkdirSync(join(work, 'forms'));
  const page = sharp(await drawPage(TEXT).encode('png')).removeAlpha();
  await page
    .rotate(3, { background: '#ffffff' })
    .png()
    .toFile(join(work, 'scans', 'askew.png'));
  writeFileSync(join(work, 'scans', 'book.pdf'), writePdf([TEXT]));
  const word = (text: string, label: string) => ({
    box: [0, 0, 10, 10],
    text,
    label,
    words: [{ box: [0, 0, 10, 10], text }],
    linking: [],
    id: 0,
  });
  writeFileSync(
    join(work, 'forms', 'one.json'),
    JSON.stringify({
      form: [word('a', 'question'), word('b', 'answer'), word('c', 'answer'), word('d', 'other')],
    }),
  );
  writeFileSync(join(work, 'forms', 'torn.json'), '{"form": [{');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const plan = (folder: string, changes: object = {}) => {
  const flags = importFlagsSchema.parse({
    paths: [join(work, folder)],
    out_dir: join(work, folder, 'galley-project'),
    ...changes,
  });
  return planImportJob(flags, context).then((planned) => ({ flags, items: planned.items }));
};

it('shows a scan and a PDF page as they are and as they will be read', async () => {
  const { items } = await plan('scans');
  expect(items.map(({ item }) => item.kind)).toEqual(['images', 'pdf']);
  const [askew, pdf] = items.map(({ item }) => item);
  const level = await previewImportJob({ item: askew, deskew: true, crop: true }, context);
  expect(Math.abs(Math.abs(level.skew) - 3)).toBeLessThan(0.3);
  expect(level.block).not.toEqual([0, 0, 1, 1]);
  expect(level.after).not.toBe(level.before);
  for (const png of [level.before, level.after]) {
    const { format, width = 0, height = 0 } = await sharp(Buffer.from(png, 'base64')).metadata();
    expect(format).toBe('png');
    expect(Math.max(width, height)).toBeLessThanOrEqual(600);
  }
  const plain = await previewImportJob({ item: pdf, deskew: false, crop: false }, context);
  expect(plain).toMatchObject({ skew: 0, block: [0, 0, 1, 1] });
  expect(plain.after).toBe(plain.before);
});

it('plans to read scans again that were to be read otherwise', async () => {
  const prints = async (changes: object) =>
    (await plan('scans', changes)).items.map(({ fingerprint }) => fingerprint);
  const plain = await prints({});
  expect(await prints({ deskew: false, repair: true, dpi: 200, threads: 3 })).toEqual(plain);
  const [picture, pdf] = plain;
  const finer = await prints({ dpi: 300 });
  expect(finer[0]).toBe(picture);
  expect(finer[1]).not.toBe(pdf);
  for (const changes of [{ deskew: true }, { crop: true }, { repair: false }])
    for (const [i, print] of (await prints(changes)).entries()) expect(print).not.toBe(plain[i]);
});

it('counts the labels of files, without B- and I-, and passes over what cannot be read', async () => {
  const { flags, items } = await plan('forms');
  const found = await importLabelsJob({ flags, items: items.map(({ item }) => item) }, context);
  expect(found.more).toBe(false);
  const words = Object.fromEntries(found.labels.map(({ label, words }) => [label.toLowerCase(), words]));
  expect(words).toMatchObject({ answer: 2, question: 1 });
  expect(Object.keys(words)).not.toContain('o');
});
