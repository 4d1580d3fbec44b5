import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatasetDict } from './dataset-dict.ts';
import type { Features } from './features.ts';
import { temporaryFolder } from './testing/pages.ts';
import { type Row, writeTable } from './write-table.ts';

const folder = temporaryFolder();
let count = 0;
const INT64 = { dtype: 'int64', _type: 'Value' };
const STRING = { dtype: 'string', _type: 'Value' };
const list = (feature: object) => ({ feature, _type: 'Sequence' });
const features: Features = {
  page_num: INT64,
  words: list(STRING),
  bboxes: list(list(INT64)),
  labels: list(INT64),
  width: INT64,
  height: INT64,
};
const row: Row = {
  page_num: 38,
  words: ['BREAD', 'flour'],
  bboxes: [
    [0, 0, 10, 10],
    [20, 0, 1000, 1000],
  ],
  labels: [1, 2],
  width: 500,
  height: 870,
};

/** A dataset in the form of `datasets` itself: splits in the root, no `dataset_dict` child. */
async function dataset(
  splits: Record<string, readonly Row[]>,
  declared: Features = features,
  files: Record<string, unknown> = {},
): Promise<string> {
  const root = join(folder, `${count++}`);
  for (const [name, rows] of Object.entries(splits)) {
    mkdirSync(join(root, name), { recursive: true });
    await writeTable(join(root, name), declared, rows, { split: name, maxShardBytes: 1e9, batchRows: 10 });
  }
  writeFileSync(join(root, 'dataset_dict.json'), JSON.stringify({ splits: Object.keys(splits) }));
  for (const [name, value] of Object.entries(files)) writeFileSync(join(root, name), JSON.stringify(value));
  return root;
}

const without = (...names: string[]): Features =>
  Object.fromEntries(Object.entries(features).filter(([name]) => !names.includes(name)));

describe('openDatasetDict', () => {
  it('understands val and validation alike, and names the splits it has', async () => {
    const opened = await openDatasetDict(await dataset({ train: [row], val: [row, row] }));
    expect(opened.split('validation')).toBe(opened.split('val'));
    expect(opened.split('validation').length).toBe(2);
    expect(opened.findSplit('test')).toBeUndefined();
    expect(() => opened.split('test')).toThrow(/no split "test", found train, val/);
  });

  it('finds pages by number', async () => {
    const rows = [5, 38, 7].map((page_num) => ({ ...row, page_num }));
    const split = (await openDatasetDict(await dataset({ train: rows }))).split('train');
    expect(split.pageNumbers()).toEqual([5, 38, 7]);
    expect(split.indexOf(7)).toBe(2);
    expect(split.indexOf(8)).toBeUndefined();
    expect(() => split.page(3)).toThrow(/there is no page 3/);
  });

  it('tells a page the last words of the page before it, in whichever split that is', async () => {
    const page = (pageNum: number, words: string[]): Row => ({
      ...row,
      page_num: pageNum,
      words,
      bboxes: words.map(() => [0, 0, 1, 1]),
      labels: words.map(() => 0),
    });
    const many = Array.from({ length: 200 }, (_, i) => `w${i}`);
    const opened = await openDatasetDict(
      await dataset({ train: [page(7, ['a', 'b']), page(9, many)], val: [page(10, ['c']), page(8, ['d'])] }),
    );
    const before = Object.fromEntries(
      [...opened.splits.values()].flatMap((split) =>
        [...split].map((p) => [p.pageNum, p.precedingWords ?? null]),
      ),
    );
    expect(before).toEqual({ 7: null, 8: ['a', 'b'], 9: ['d'], 10: many.slice(-128) });
    // It is not the page's own: what is written or copied does not hold it.
    expect(Object.keys(opened.split('val').page(0))).not.toContain('precedingWords');
  });

  it('takes the layout of LayoutLM datasets on the hub', async () => {
    const declared: Features = {
      id: STRING,
      tokens: list(STRING),
      bboxes: list(list(INT64)),
      ner_tags: list({ names: ['O', 'B-HEADER', 'I-HEADER'], _type: 'ClassLabel' }),
      labels: list(INT64),
      image: { _type: 'Image' },
    };
    // The smallest head of a PNG that tells its size.
    const bytes = Buffer.from('89504e470d0a1a0a0000000d49484452000002f8000003e80806000000', 'hex');
    const hub: Row = {
      id: '0',
      tokens: ['a', 'b'],
      bboxes: row.bboxes,
      ner_tags: [1, -1],
      labels: [-100, 1, 1, -100],
      image: { bytes, path: null },
    };
    const opened = await openDatasetDict(await dataset({ train: [hub] }, declared));
    expect(opened.labelMapSource).toBe('ClassLabel');
    expect(opened.labelMap.names).toEqual(['O', 'B-HEADER', 'I-HEADER']);
    const page = opened.split('train').page(0);
    expect(page).toMatchObject({
      words: ['a', 'b'],
      labels: [1, -100],
      width: 760,
      height: 1000,
      pageNum: 1,
    });
    expect(page.imageBytes).toEqual(Uint8Array.from(bytes));
    expect(page.extra).toEqual({ id: '0', labels: [-100, 1, 1, -100] });
    expect(opened.notices.map(({ message }) => message)).toEqual([expect.stringMatching(/no page numbers/)]);
  });

  it('reads pages without labels as undecided', async () => {
    const opened = await openDatasetDict(await dataset({ train: [row] }, without('labels')));
    expect(opened.split('train').hasLabels).toBe(false);
    expect(opened.split('train').page(0).labels).toEqual([-100, -100]);
  });

  it('assumes a size only where nothing tells it, and says so once', async () => {
    const opened = await openDatasetDict(await dataset({ train: [row, row] }, without('width', 'height')));
    expect([...opened.split('train')].map(({ width, height }) => [width, height])).toEqual([
      [1000, 1000],
      [1000, 1000],
    ]);
    expect(opened.notices.filter(({ message }) => message.includes('1000 x 1000 assumed'))).toHaveLength(1);
  });

  it('reads many pages in any order', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({
      ...row,
      page_num: i,
      words: [`w${i}`, 'x'.repeat(i * 9)],
    }));
    const split = (await openDatasetDict(await dataset({ train: rows }))).split('train');
    for (const i of [499, 0, 250, 3, 498, 250, 77]) expect(split.page(i)).toMatchObject(expected(rows[i]));
    expect([...split].map((page) => page.pageNum)).toEqual(rows.map((r) => r.page_num));
  });
  const expected = (from: Row) => ({ pageNum: from.page_num, words: from.words });
});

describe('label maps', () => {
  const names = ['O', 'TITLE', 'NOTE', 'TIME'];
  const labelled = { ...row, labels: [2, 3] };
  const entries = names.map((name, id) => [name, id] as const);
  const label2id = Object.fromEntries(entries);
  const id2label = Object.fromEntries(entries.map(([name, id]) => [id, name]));

  it.each<[string, unknown]>([
    ['{name: id}', label2id],
    ['{id: name}', id2label],
    ['both', { id2label, label2id }],
    ['label_to_id', { label_to_id: label2id }],
    ['a list', names],
    ['{labels: [...]}', { labels: names }],
  ])('%s: NOTE is collapsed to O, the others keep their meaning', async (_, file) => {
    const opened = await openDatasetDict(
      await dataset({ train: [labelled] }, features, { 'label_map.json': file }),
    );
    expect(opened.labelMapSource).toBe('label_map.json');
    expect(opened.labelMap.names).toEqual(['O', 'TITLE', 'TIME']);
    expect(opened.split('train').page(0).labels).toEqual([0, 2]);
  });

  it.each<[string, unknown, RegExp]>([
    ['a gap', { O: 0, TITLE: 2 }, /each id of 0\.\.1 once, found 2/],
    ['an id twice', { O: 0, TITLE: 0 }, /each id of 0\.\.1 once, found 0/],
    ['no label', {}, /no labels/],
    ['something else', { O: true }, /"O": expected an id for a name or a name for an id, found true/],
    ['a name twice', ['O', 'A', 'A'], /twice/],
  ])('%s is refused', async (_, file, message) => {
    const path = await dataset({ train: [row] }, features, { 'label_map.json': file });
    const error = await openDatasetDict(path).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-data', where: expect.stringContaining('label_map.json') });
    expect(error.message).toMatch(message);
  });

  it('that disagree with the ClassLabel names are refused', async () => {
    const declared = { ...features, labels: list({ names: ['O', 'A'], _type: 'ClassLabel' }) };
    const path = await dataset({ train: [row] }, declared, { 'label_map.json': ['O', 'B'] });
    await expect(openDatasetDict(path)).rejects.toThrow(
      /its label names are O, A; label_map\.json says O, B/,
    );
  });

  it('are not needed where labels are names', async () => {
    const declared = { ...features, labels: list(STRING) };
    const path = await dataset({ train: [{ ...row, labels: ['TITLE', 'NOTE'] }] }, declared);
    expect((await openDatasetDict(path)).split('train').page(0).labels).toEqual([1, 0]);
  });

  it('that are nowhere to be found are named in a notice', async () => {
    const opened = await openDatasetDict(await dataset({ train: [row] }));
    expect(opened.labelMapSource).toBe('default');
    expect(opened.notices[0].message).toMatch(/neither label_map\.json nor label names/);
  });
});

describe('pages that break the rules', () => {
  it.each<[string, Row, RegExp]>([
    ['no words', { words: [], bboxes: [], labels: [] }, /no words/],
    ['words that are null', { words: null }, /no words/],
    ['a word that is null', { words: ['a', null] }, /word 1: expected a string, found null/],
    ['a box too few', { bboxes: [[0, 0, 1, 1]] }, /one box per word, found 2 words and 1 boxes/],
    ['a label too many', { labels: [0, 0, 0] }, /one label per word, found 2 words and 3 labels/],
    ['a label id outside the map', { labels: [0, 7] }, /label id 7 is not in the label map \(0\.\.6\)/],
    ['a negative label id', { labels: [0, -2] }, /label id -2/],
    [
      'a box of three',
      {
        bboxes: [
          [0, 0, 1],
          [0, 0, 1, 1],
        ],
      },
      /word 0 \("BREAD"\): expected a box of 4 numbers, found a list of 3/,
    ],
    [
      'a box out of range',
      {
        bboxes: [
          [0, 0, 1, 1],
          [0, 0, 1001, 1],
        ],
      },
      /word 1 \("flour"\): box \[0, 0, 1001, 1\] is outside/,
    ],
    [
      'a negative box',
      {
        bboxes: [
          [-1, 0, 1, 1],
          [0, 0, 1, 1],
        ],
      },
      /box \[-1, 0, 1, 1\] is outside/,
    ],
    [
      'an inverted box',
      {
        bboxes: [
          [5, 0, 1, 1],
          [0, 0, 1, 1],
        ],
      },
      /box \[5, 0, 1, 1\] is inverted/,
    ],
    ['no width', { width: 0 }, /"width": expected a whole number of at least 1, found 0/],
    ['a negative page number', { page_num: -3 }, /"page_num": expected a whole number/],
  ])('%s', async (_, change, message) => {
    const opened = await openDatasetDict(await dataset({ train: [row, { ...row, ...change }] }));
    expect(opened.split('train').page(0).words).toHaveLength(2);
    let error: unknown;
    try {
      opened.split('train').page(1);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'invalid-data', where: expect.stringMatching(/page 38|row 1/) });
    expect((error as Error).message).toMatch(message);
  });
});

describe('columns that are not those of pages', () => {
  it.each<[string, Features, RegExp]>([
    ['no words', without('words'), /no column of words: expected words or tokens, found page_num, bboxes/],
    ['no boxes', without('bboxes'), /no column of boxes: expected bboxes or bbox or boxes/],
    [
      'words in one string',
      { ...features, words: STRING },
      /"words": expected a list of strings, found Utf8/,
    ],
    [
      'flat boxes',
      { ...features, bboxes: list(INT64) },
      /"bboxes": expected a list of boxes.*found List<Int64>/,
    ],
    [
      'labels that are scores',
      { ...features, labels: list({ dtype: 'float32', _type: 'Value' }) },
      /"labels": expected a list of label ids/,
    ],
    ['a width in words', { ...features, width: STRING }, /"width": expected an integer, found Utf8/],
  ])('%s', async (_, declared, message) => {
    const path = await dataset({ train: [] }, declared);
    await expect(openDatasetDict(path)).rejects.toMatchObject({ code: 'invalid-data' });
    await expect(openDatasetDict(path)).rejects.toThrow(message);
  });
});
