import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJson } from '../files/files.ts';
import { LabelMap } from '../labels/labels.ts';
import { openDatasetDict } from './dataset-dict.ts';
import { openTables } from './dataset-folder.ts';
import { type Features, fieldOfFeature, portableFeature } from './features.ts';
import { goldLabelsFor, readLabelsJsonl } from './labels-jsonl.ts';
import { readPagesJsonl } from './pages-jsonl.ts';
import { temporaryFolder } from './testing/pages.ts';
import { writeDatasetDict } from './write-dataset-dict.ts';

const shared = join(import.meta.dirname, '../../../shared/data');
const real = join(shared, 'hf-datasets');
const here = existsSync(real);
if (!here) console.warn(`skipped: no real datasets at ${real}`);

describe.skipIf(!here)('datasets that other programs saved', () => {
  it.each<[string, Record<string, number>, string[]]>([
    ['clinical_ner/data/processed', { train: 5228, validation: 5330, test: 5865 }, ['tokens', 'ner_tags']],
    ['maslegal/dataset', { train: 4913 }, ['content', 'type', 'source']],
    ['poubelle/dataset', { train: 1859, val: 868, test: 372 }, ['filename', 'label', '__index_level_0__']],
    ['rblstm_v1/data', { train: 8000, test: 2717 }, ['sentence', 'relation']],
    ['spanish_ocr/hf_dataset', { train: 20, validation: 2 }, ['image_path', 'text']],
  ])('%s opens, and every row is read', async (name, lengths, columns) => {
    const { tables } = await openTables(join(real, name));
    expect(Object.fromEntries([...tables].map(([split, table]) => [split, table.length]))).toEqual(lengths);
    for (const table of tables.values()) {
      expect(table.fields.map((field) => field.name)).toEqual(columns);
      const rows = table.rows(columns, 0, table.length);
      for (const column of columns) {
        expect(rows[column]).toHaveLength(table.length);
        expect(rows[column]).not.toContain(undefined);
      }
      const some = Math.floor(table.length / 2);
      const one = table.rows(columns, some, some + 1);
      for (const column of columns) expect(one[column][0]).toEqual(rows[column][some]);
    }
  });

  it('are no pages, which is said by naming the columns', async () => {
    await expect(openDatasetDict(join(real, 'clinical_ner/data/processed'))).rejects.toThrow(
      /no column of boxes: expected bboxes or bbox or boxes, found tokens, ner_tags/,
    );
    await expect(openDatasetDict(join(real, 'maslegal/dataset'))).rejects.toThrow(/no column of words/);
  });

  it('but for the damaged one, which lacks everything beside its Arrow files', async () => {
    const path = join(real, 'ethiomart_root');
    await expect(openTables(path)).rejects.toMatchObject({
      code: 'not-found',
      where: path,
      message: expect.stringMatching(
        /dataset_dict\.json is missing, and eval_dataset, train_dataset hold Arrow files without state\.json and dataset_info\.json/,
      ),
    });
    await expect(openTables(join(path, 'train_dataset'))).rejects.toThrow(/only the data is there/);
  });

  it('describe pages in the spelling of datasets 4, which becomes portable', async () => {
    const info = (await readJson(join(real, 'schema_only/docdude_UDS_LayoutLM_train_dataset_info.json'))) as {
      features: Features;
    };
    const types = Object.entries(info.features).map(
      ([name, f]) => `${name}: ${fieldOfFeature(name, f).type}`,
    );
    expect(types).toEqual([
      'image: Struct<{bytes:Binary, path:Utf8}>',
      'words: List<Utf8>',
      'boxes: List<List<Int64>>',
      'labels: List<Int64>',
      'source_file: Utf8',
    ]);
    expect(JSON.stringify(portableFeature(info.features.boxes))).toBe(
      '{"feature":{"feature":{"dtype":"int64","_type":"Value"},"_type":"Sequence"},"_type":"Sequence"}',
    );
  });
});

describe.skipIf(!here)('the real book', () => {
  const book = join(shared, 'boston-ocr');
  const folder = temporaryFolder();

  it('goes from JSON Lines into a dataset and back without a difference', async () => {
    const { pages, notices } = await readPagesJsonl(join(book, 'pages.jsonl'), { boxSpace: '0-1000' });
    const gold = await readLabelsJsonl(join(book, 'labels.jsonl'), LabelMap.default);
    expect([pages.length, gold.size, notices.length]).toEqual([485, 400, 0]);
    expect(pages.filter((page) => page.imagePath !== null)).toHaveLength(6);
    const labelled = pages.map(({ extra, ...page }) => ({
      ...page,
      labels: goldLabelsFor(gold, page) ?? page.words.map(() => -100),
    }));
    await writeDatasetDict(folder, { splits: { train: labelled }, labelMap: LabelMap.default });
    const split = (await openDatasetDict(folder)).split('train');
    expect([...split]).toEqual(labelled);
  });

  it('is not taken for pixels', async () => {
    await expect(readPagesJsonl(join(book, 'pages.jsonl'), { boxSpace: 'pixels' })).rejects.toThrow(
      /line 1: page 2: .* outside the page of 500 x 870 pixels .*--box_space 0-1000/,
    );
  });
});
