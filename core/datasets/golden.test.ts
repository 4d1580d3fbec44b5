import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LABELS } from '../labels/labels.ts';
import { openDatasetDict } from './dataset-dict.ts';
import { temporaryFolder } from './testing/pages.ts';
import { writeDatasetDict } from './write-dataset-dict.ts';

const folder = temporaryFolder();
const testing = join(import.meta.dirname, 'testing');
const goldens = readdirSync(testing).filter((name) => name.endsWith('.golden.json'));

/** What scripts/reference/check_datasets.py packed, as files again. */
function unpacked(name: string): string {
  const { files } = JSON.parse(readFileSync(join(testing, name), 'utf8')) as {
    files: Record<string, string>;
  };
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, Buffer.from(content, 'base64'));
  }
  return join(folder, name);
}

const pages = [
  {
    pageNum: 38,
    width: 4,
    height: 3,
    words: ['BREAD', '½', 'cup'],
    bboxes: [
      [0, 0, 9, 9],
      [10, 0, 19, 9],
      [20, 0, 1000, 1000],
    ],
    labels: [1, 2, -100],
    imagePath: null,
    imageName: '38.png',
    extra: {
      id: 'p38',
      lines: { first: [0], text: ['BREAD'] },
      spans: [{ start: 0, label: 'TITLE' }],
      size_known: true,
      non_o_ratio: 0.5,
    },
  },
  {
    pageNum: 39,
    width: 500,
    height: 870,
    words: ['漢字'],
    bboxes: [[5, 5, 5, 5]],
    labels: [0],
    imagePath: null,
    imageBytes: null,
    extra: { id: 'p39', lines: { first: [], text: [] }, spans: [], size_known: null, non_o_ratio: 0 },
  },
  {
    pageNum: 40,
    width: 500,
    height: 870,
    words: ['e\u0301', ''],
    bboxes: [
      [0, 0, 1, 1],
      [1, 1, 2, 2],
    ],
    labels: [6, 4],
    imagePath: null,
    imageBytes: null,
    extra: {
      id: 'p40',
      lines: { first: [1, 2], text: ['a', null] },
      spans: [{ start: 7, label: null }],
      size_known: false,
      non_o_ratio: null,
    },
  },
];

describe.each(goldens)('a dataset saved by Hugging Face: %s', (name) => {
  it('opens, page for page, and again after Galley wrote it', async () => {
    const original = await openDatasetDict(unpacked(name));
    const copy = join(folder, `copy of ${name}`);
    await writeDatasetDict(copy, {
      splits: Object.fromEntries(original.splits),
      labelMap: original.labelMap,
      extraColumns: original.split('train').extraColumns,
    });
    for (const dataset of [original, await openDatasetDict(copy)]) {
      expect(dataset.labelMap.names).toEqual(DEFAULT_LABELS);
      expect([...dataset.splits.keys()]).toEqual(['train', 'val']);
      const found = [...dataset.split('train'), ...dataset.split('validation')];
      expect(found).toMatchObject(pages);
      expect(Buffer.from(found[0].imageBytes!).toString('latin1', 1, 4)).toBe('PNG');
      expect(dataset.notices).toEqual([]);
    }
  });
});

it('golden datasets of several versions are there', () => expect(goldens.length).toBeGreaterThanOrEqual(3));
