import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { LabelMap } from '../labels/labels.ts';
import { validatePage } from '../page/page.ts';
import { altoFormat } from './alto.ts';
import { type FileFormat, fileImporter, READ_DEFAULTS } from './file-importer.ts';
import { funsdFormat } from './funsd.ts';
import { hfImporter } from './hf-dataset.ts';
import { hocrFormat } from './hocr.ts';
import { planImport } from './import-plan.ts';
import { runImport } from './import-run.ts';
import type { ImportedPage } from './importer.ts';
import { labelStudioFormat } from './label-studio.ts';
import { pageXmlFormat } from './page-xml.ts';
import { pagesJsonlFormat } from './pages-jsonl.ts';
import { mutate } from './testing/mutate.ts';
import { anyPage } from './testing/pages.ts';
import { PAGE_XML_SAMPLE } from './testing/samples.ts';
import { tokensCsvFormat } from './tokens-csv.ts';
import { writeAlto } from './write-alto.ts';
import { writeTokensCsv } from './write-csv.ts';
import { writeFunsd } from './write-funsd.ts';
import { writeHocr } from './write-hocr.ts';
import { writeLabelStudio } from './write-label-studio.ts';
import { writePageXml } from './write-page-xml.ts';

/** `GALLEY_FUZZ=500 npx vitest run core/formats/fuzz.test.ts`: so many mutated files of each kind. */
const FILES = Number(process.env.GALLEY_FUZZ ?? 40);
const SEED = Number(process.env.GALLEY_FUZZ_SEED ?? 1896);
const SHARED = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');

const [first, second] = fc.sample(anyPage, { seed: 11, numRuns: 2 });
const jsonl = (page: typeof first) =>
  `${JSON.stringify({ page_num: page.pageNum, width: page.width, height: page.height, words: page.words, bboxes: page.bboxes, labels: page.labels })}\n`;

interface Kind {
  readonly name: string;
  readonly format: FileFormat;
  readonly extension: string;
  /** Made here, so that the test runs anywhere. */
  readonly own: readonly string[];
  /** Of other programs, where the shared data is there. */
  readonly shared: string;
}

const KINDS: readonly Kind[] = [
  {
    name: 'hOCR',
    format: hocrFormat(READ_DEFAULTS),
    extension: '.hocr',
    own: [writeHocr(first), writeHocr(second)],
    shared: 'import-samples/hocr',
  },
  {
    name: 'ALTO',
    format: altoFormat(READ_DEFAULTS),
    extension: '.xml',
    own: [writeAlto(first), writeAlto(second)],
    shared: 'import-samples/alto',
  },
  {
    name: 'PAGE-XML',
    format: pageXmlFormat(READ_DEFAULTS),
    extension: '.xml',
    own: [PAGE_XML_SAMPLE, writePageXml(first)],
    shared: 'import-samples/page_xml',
  },
  {
    name: 'FUNSD',
    format: funsdFormat(READ_DEFAULTS),
    extension: '.json',
    own: [writeFunsd(first), writeFunsd(second)],
    shared: 'funsd/training_data/annotations',
  },
  {
    name: 'Label Studio',
    format: labelStudioFormat(READ_DEFAULTS),
    extension: '.json',
    own: [writeLabelStudio([first, second])],
    shared: '',
  },
  {
    name: 'JSON Lines',
    format: pagesJsonlFormat(READ_DEFAULTS),
    extension: '.jsonl',
    own: [jsonl(first) + jsonl(second)],
    shared: '',
  },
  {
    name: 'CSV of tokens',
    format: tokensCsvFormat(READ_DEFAULTS),
    extension: '.csv',
    own: [writeTokensCsv([first, { ...second, pageNum: first.pageNum + 1 }])],
    shared: '',
  },
];

function samplesOf({ own, shared, extension }: Kind): Uint8Array[] {
  const folder = join(SHARED, shared);
  const foreign =
    shared !== '' && existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => [extension, '.html'].includes(extname(name)))
          .slice(0, 3)
          .map((name) => readFileSync(join(folder, name)))
      : [];
  return [...own.map((text) => new TextEncoder().encode(text)), ...foreign];
}

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'galley-fuzz-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('mutated files', () => {
  it.each(KINDS)(`$name: ${FILES} of them are read or refused with a reason`, (kind) => {
    const samples = samplesOf(kind);
    let read = 0;
    for (let n = 0; n < FILES; n++) {
      const bytes = mutate(samples, SEED + n);
      const pages: ImportedPage[] = [];
      try {
        for (const page of kind.format.pages(
          { path: join(work, `f${n}${kind.extension}`), bytes },
          { onNotice: () => {} },
        ))
          pages.push(page);
        read++;
      } catch (error) {
        // Anything else is a reader that trusted the file.
        expect(error, `seed ${SEED + n}`).toBeInstanceOf(GalleyError);
        expect((error as GalleyError).message).not.toBe('');
      }
      for (const page of pages) {
        validatePage({ ...page, pageNum: 0, imagePath: null }, `seed ${SEED + n}`);
        for (const values of [page.labels, page.confidences])
          if (values) expect(values).toHaveLength(page.words.length);
      }
    }
    // Mutations are small enough that some files are still what they were.
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(FILES);
  });

  it(`dataset folders: ${FILES} of them are read or refused with a reason`, async () => {
    const whole = join(work, 'dataset');
    const labelMap = new LabelMap(first.labelSet);
    const page = { ...first, labels: first.words.map((_, i) => i % labelMap.size), imagePath: null };
    await writeDatasetDict(whole, {
      labelMap,
      splits: { train: [page, { ...page, pageNum: first.pageNum + 1 }] },
    });
    const directory = join(whole, 'dataset_dict');
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(json|arrow)$/.test(name),
    );
    const hf = hfImporter();
    const ends = { read: 0, refused: 0 };
    for (let n = 0; n < FILES; n++) {
      const name = files[n % files.length];
      const sound = readFileSync(join(directory, name));
      writeFileSync(join(directory, name), mutate([sound], SEED + n));
      const source = { path: directory, isFolder: true, size: 0, head: new Uint8Array() };
      const { items, refused } = await hf.plan([source]);
      for (const { reason } of refused) expect(reason).not.toMatch(/is not a function|Cannot read propert/);
      for (const item of items)
        try {
          for await (const read of hf.read(item, { onNotice: () => {} }))
            validatePage({ ...read, pageNum: 0, imagePath: null }, `seed ${SEED + n}`);
          ends.read++;
        } catch (error) {
          expect(error, `seed ${SEED + n}`).toBeInstanceOf(GalleyError);
          ends.refused++;
        }
      ends.refused += refused.length;
      writeFileSync(join(directory, name), sound);
    }
    expect(ends.read + ends.refused).toBe(FILES);
    expect(Math.min(ends.read, ends.refused)).toBeGreaterThan(0);
  });

  it('in one folder: the sound ones are imported, the others named, nothing is left half done', async () => {
    const folder = join(work, 'mixed');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const each = Math.max(4, Math.round(FILES / 10));
    let written = 0;
    for (const [k, kind] of KINDS.entries())
      for (let n = 0; n < each; n++) {
        const name = `${k}-${n}${kind.extension}`;
        writeFileSync(
          join(folder, name),
          n === 0 ? kind.own[0] : mutate([new TextEncoder().encode(kind.own[0])], SEED + 7 * n + k),
        );
        written++;
      }
    const importers = KINDS.map(({ format }) => fileImporter(format));
    const outDir = join(work, 'out');
    const plan = await planImport([folder], importers, { format: 'auto', outDir });
    const options = {
      overwrite: false,
      linkImages: false,
      labelMapping: { '*': 'X' },
      labelSet: null,
      valFraction: 0.2,
      seed: 1,
    };
    const done = await runImport(plan, importers, options);
    expect(done.read + done.refused.length + plan.passedOver.reduce((sum, { files }) => sum + files, 0)).toBe(
      written,
    );
    expect(done.read).toBeGreaterThanOrEqual(KINDS.length);
    for (const { reason } of done.refused)
      expect(reason).not.toMatch(/is not a function|Cannot read propert/);
    const dataset = await openDatasetDict(outDir);
    const pages = [...dataset.splits.values()].flatMap((split) => [...split]);
    expect(pages.length).toBe(Object.values(done.pages).reduce((a, b) => a + b));
    expect(new Set(pages.map(({ pageNum }) => pageNum)).size).toBe(pages.length);
    expect(readdirSync(join(outDir, 'import')).filter((name) => name.includes('.tmp'))).toEqual([]);
    for (const name of readdirSync(outDir)) expect(statSync(join(outDir, name)).size).toBeGreaterThan(0);
  });
});
