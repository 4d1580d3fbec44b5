import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { LabelMap } from '../labels/labels.ts';
import { EXPORT_FORMATS, exportDataset, exportSchema } from './export-dataset.ts';
import type { ExportPage } from './export-page.ts';
import { fileImporters } from './file-importers.ts';
import { planImport } from './import-plan.ts';
import { runImport } from './import-run.ts';
import { anyPage } from './testing/pages.ts';

const OPTIONS = {
  overwrite: false,
  linkImages: false,
  labelMapping: null,
  labelSet: null,
  valFraction: 0,
  seed: 1,
};

let work: string;
let scan: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'galley-formats-'));
  scan = join(work, 'scan.png');
  await sharp({ create: { width: 60, height: 80, channels: 3, background: '#eee' } })
    .png()
    .toFile(scan);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A dataset of these pages in the label set of the first, the first page with a scan. */
async function datasetOf(pages: readonly ExportPage[], dir: string): Promise<LabelMap> {
  const labelMap = new LabelMap(pages[0].labelSet, { [pages[0].labelSet[1]]: { colour: '#112233' } });
  await writeDatasetDict(dir, {
    labelMap,
    splits: {
      train: pages.map((page, i) => ({
        pageNum: i + 1,
        width: page.width,
        height: page.height,
        words: page.words,
        bboxes: page.bboxes,
        imagePath: i === 0 ? scan : null,
        labels: page.words.map((_, w) => {
          const label = page.labels?.[w] ?? null;
          return label === null ? -100 : Math.max(0, labelMap.names.indexOf(label));
        }),
        // A column of nothing known is as good as none.
        extra: {
          ocr_confidence: page.confidences?.some((c) => c !== null)
            ? page.confidences.map((c) => c ?? -1)
            : null,
        },
      })),
    },
    extraColumns: { ocr_confidence: { feature: { dtype: 'float64', _type: 'Value' }, _type: 'Sequence' } },
    overwrite: true,
  });
  return labelMap;
}

const everyWord = async (dir: string) => {
  const { splits, labelMap } = await openDatasetDict(dir);
  const pages = [...splits.values()].flatMap((split) => [...split]);
  return pages
    .sort((a, b) => a.pageNum - b.pageNum)
    .map((page) => ({
      pageNum: page.pageNum,
      size: [page.width, page.height],
      words: page.words,
      bboxes: page.bboxes.map((box) => [...box]),
      labels: page.labels.map((id) => (id < 0 ? null : labelMap.nameOf(id))),
      confidences: Array.from((page.extra?.ocr_confidence ?? []) as number[], (c) => Math.round(c * 1e4)),
      picture: page.imagePath === null ? null : readFileSync(page.imagePath).length,
    }));
};

describe('export and import of whole folders', () => {
  it.each([
    ...EXPORT_FORMATS.map((format) => ({ format, images: 'copy' })),
    { format: 'hf', images: 'embed' },
  ])('$format comes back equal, pictures too ($images)', ({ format, images }) =>
    fc.assert(
      fc.asyncProperty(fc.array(anyPage, { minLength: 1, maxLength: 3 }), async (pages) => {
        // One label set a dataset: not Galley's own, in which rules would label what is undecided.
        const labelSet = ['O', 'B-x', 'x', 'a "b" & <c>; d'];
        const own = pages.map((page) => ({
          ...page,
          labelSet,
          labels: page.words.map((_, i) =>
            i % 3 === 2 ? null : labelSet[(i + page.pageNum) % labelSet.length],
          ),
        }));
        const from = join(work, `from-${format}-${images}`);
        const labelMap = await datasetOf(own, from);
        const out = join(work, `out-${format}-${images}`);
        await exportDataset(exportSchema.parse({ dataset_dir: from, format, images, out, overwrite: true }));
        const back = join(work, `back-${format}-${images}`);
        rmSync(back, { recursive: true, force: true });
        const importers = fileImporters();
        const plan = await planImport([out], importers, { format: 'auto', outDir: back });
        expect(plan.refused).toEqual([]);
        await runImport(plan, importers, OPTIONS);
        expect(await everyWord(back)).toEqual(await everyWord(from));
        expect((await openDatasetDict(back)).labelMap.names).toEqual(labelMap.names);
      }),
      { numRuns: 3 },
    ),
  );

  it('embeds images in a dataset', async () => {
    const from = join(work, 'embed-from');
    await datasetOf(fc.sample(anyPage, { seed: 3, numRuns: 1 }), from);
    const out = join(work, 'embed-out');
    await exportDataset(exportSchema.parse({ dataset_dir: from, format: 'hf', images: 'embed', out }));
    const page = (await openDatasetDict(out)).split('train').page(0);
    expect(page.imageBytes?.length).toBe(readFileSync(scan).length);
  });

  it('refuses to write over a folder, and to embed where that cannot be', async () => {
    const from = join(work, 'refuse-from');
    await datasetOf(fc.sample(anyPage, { seed: 4, numRuns: 1 }), from);
    const flags = { dataset_dir: from, format: 'csv' as const, out: from };
    await expect(exportDataset(exportSchema.parse(flags))).rejects.toMatchObject({ code: 'exists' });
    const embed = { dataset_dir: from, format: 'alto' as const, images: 'embed' as const, out: `${from}-x` };
    await expect(exportDataset(exportSchema.parse(embed))).rejects.toThrow(/cannot be embedded in alto/);
  });

  it('lets labels of people win over weak ones, and says which is which', async () => {
    const from = join(work, 'gold-from');
    const box = [0, 0, 9, 9] as const;
    const weak = { pageNum: 1, width: 50, height: 50, imagePath: null, bboxes: [box, box, box] };
    await writeDatasetDict(from, {
      labelMap: new LabelMap(['O', 'A', 'B']),
      splits: {
        train: [
          {
            ...weak,
            words: ['one', 'two', 'three'],
            labels: [0, 1, 1],
            extra: { label_source: 'weak', gold_labels: [2, -1, -1] },
          },
          {
            ...weak,
            pageNum: 2,
            words: ['x', 'y', 'z'],
            labels: [1, 1, 1],
            extra: { label_source: 'weak', gold_labels: [-1, -1, -1] },
          },
        ],
      },
      extraColumns: {
        label_source: { dtype: 'string', _type: 'Value' },
        gold_labels: { feature: { dtype: 'int64', _type: 'Value' }, _type: 'Sequence' },
      },
    });
    const decided = new Map([
      [1, [-1, 2, 1]],
      [2, [0, 0, 0]],
    ]);
    const out = (format: string) => join(work, `gold-${format}`);
    const write = (format: 'hf' | 'csv' | 'jsonl', labels: 'dataset' | 'gold' = 'dataset') =>
      exportDataset(
        exportSchema.parse({ dataset_dir: from, format, out: out(format), labels, overwrite: true }),
        {},
        decided,
      );
    await write('hf');
    const [first, second] = [...(await openDatasetDict(out('hf'))).split('train')];
    expect(first.labels).toEqual([0, 2, 1]);
    expect(Array.from(first.extra?.label_sources as string[])).toEqual(['weak', 'gold', 'gold']);
    expect(Array.from(first.extra?.gold_labels as number[], Number)).toEqual([2, 2, 1]);
    expect([first, second].map(({ extra }) => extra?.label_source)).toEqual(['predicted', 'exported']);
    await write('csv');
    const rows = readFileSync(join(out('csv'), 'tokens.csv'), 'utf8')
      .split('\r\n')
      .slice(1, 4);
    expect(rows.map((row) => row.split(',').slice(7, 10))).toEqual([
      ['O', 'weak', 'predicted'],
      ['B', 'gold', 'predicted'],
      ['A', 'gold', 'predicted'],
    ]);
    await write('jsonl', 'gold');
    const [line] = readFileSync(join(out('jsonl'), 'pages.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(line)).toMatchObject({
      labels: ['B', 'B', 'A'],
      label_sources: ['gold', 'gold', 'gold'],
    });
    await expect(
      exportDataset(
        exportSchema.parse({ dataset_dir: from, out: join(work, 'gold-x') }),
        {},
        new Map([[1, [0]]]),
      ),
    ).rejects.toMatchObject({ code: 'mismatch' });
  });

  it('writes a row a word as CSV, formulas harmless', async () => {
    const from = join(work, 'csv-from');
    const [page] = fc.sample(anyPage, { seed: 5, numRuns: 1 });
    await datasetOf(
      [
        {
          ...page,
          words: ['=1+1', 'a,b'],
          bboxes: [
            [0, 0, 5, 5],
            [1, 2, 3, 4],
          ],
          labels: null,
          confidences: null,
        },
      ],
      from,
    );
    const out = join(work, 'csv-out');
    await exportDataset(exportSchema.parse({ dataset_dir: from, format: 'csv', out }));
    const lines = readFileSync(join(out, 'tokens.csv'), 'utf8').trim().split('\r\n');
    expect(lines[1]).toMatch(/^1,0,'=1\+1,0,0,5,5,,,,,,\d+,\d+,images\/page_0001.png,"\[/);
    expect(lines[2]).toMatch(/^1,1,"a,b",1,2,3,4,,,,,,\d+,\d+,images\/page_0001.png,$/);
  });
});
