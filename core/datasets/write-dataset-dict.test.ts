import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../files/files.ts';
import { LabelMap } from '../labels/labels.ts';
import { openDatasetDict } from './dataset-dict.ts';
import type { Features } from './features.ts';
import type { LabelledPage } from './labelled-page.ts';
import { anyPage, pageOf, temporaryFolder } from './testing/pages.ts';
import { type WriteOptions, writeDatasetDict } from './write-dataset-dict.ts';

const folder = temporaryFolder();
let count = 0;
const fresh = () => join(folder, `${count++}`);
const labelMap = LabelMap.default;

async function roundTrip(splits: Record<string, LabelledPage[]>, options: Partial<WriteOptions> = {}) {
  const dir = fresh();
  await writeDatasetDict(dir, { splits, labelMap, ...options });
  return { dir, dataset: await openDatasetDict(dir) };
}

describe('writeDatasetDict', () => {
  it('gives every page back, any words, any number of splits, empty ones too', async () => {
    const pages = fc.array(anyPage, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom('train', 'validation', 'test', 'held_out'), pages, { minKeys: 1 }),
        fc.constantFrom(1, 700, undefined),
        async (splits, maxShardBytes) => {
          const { dataset } = await roundTrip(splits, { maxShardBytes });
          expect(Object.keys(splits)).toEqual([...dataset.splits.keys()]);
          for (const [name, split] of dataset.splits) expect([...split]).toEqual(splits[name]);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('keeps columns it does not know, with their types', async () => {
    const extraColumns: Features = {
      quality: { dtype: 'string', _type: 'Value' },
      lines: [{ start: { dtype: 'int32', _type: 'Value' } }],
      scores: { feature: { dtype: 'float32', _type: 'Value' }, _type: 'Sequence' },
      far: { dtype: 'uint64', _type: 'Value' },
      hint: { names: ['page', 'plate'], _type: 'ClassLabel' },
    };
    const extra = { quality: null, lines: [{ start: 4 }], scores: [0.5, null], far: 2n ** 64n - 1n, hint: 1 };
    const pages = [{ ...pageOf(1, ['a']), extra }];
    const { dataset } = await roundTrip({ train: pages }, { extraColumns });
    const split = dataset.split('train');
    expect(split.page(0)).toEqual(pages[0]);
    expect(split.extraColumns).toEqual(extraColumns);
    const again = fresh();
    await writeDatasetDict(again, { splits: { train: split }, labelMap, extraColumns: split.extraColumns });
    expect((await openDatasetDict(again)).split('train').page(0)).toEqual(pages[0]);
  });

  it('writes the seven keys of state.json, Sequence for lists, and the same features twice', async () => {
    const { dir } = await roundTrip({ train: [pageOf(1, ['a'])], validation: [] });
    const at = (...names: string[]) => join(dir, 'dataset_dict', ...names);
    expect(readFileSync(at('dataset_dict.json'), 'utf8')).toBe('{"splits":["train","validation"]}');
    const state = (await readJson(at('validation', 'state.json'))) as Record<string, unknown>;
    expect(state).toEqual({
      _data_files: [{ filename: 'data-00000-of-00001.arrow' }],
      _fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      _format_columns: null,
      _format_kwargs: {},
      _format_type: null,
      _output_all_columns: false,
      _split: 'validation',
    });
    const info = (await readJson(at('train', 'dataset_info.json'))) as { features: Features };
    expect(JSON.stringify(info.features)).not.toMatch(/"List"/);
    expect(info.features.labels).toEqual({
      feature: { names: [...labelMap.names], _type: 'ClassLabel' },
      _type: 'Sequence',
    });
    expect(readFileSync(at('train', 'data-00000-of-00001.arrow'), 'latin1')).toContain(
      JSON.stringify({ info: { features: info.features } }),
    );
    for (const path of [join(dir, 'label_map.json'), at('label_map.json')])
      expect(await readJson(path)).toEqual({
        id2label: labelMap.toId2Label(),
        label2id: labelMap.toLabel2Id(),
      });
  });

  it('changes the fingerprint with the content, and only then', async () => {
    const fingerprint = async (words: string[]) => {
      const { dir } = await roundTrip({ train: [pageOf(1, words)] });
      return ((await readJson(join(dir, 'dataset_dict', 'train', 'state.json'))) as { _fingerprint: string })
        ._fingerprint;
    };
    expect(await fingerprint(['a'])).toBe(await fingerprint(['a']));
    expect(await fingerprint(['a'])).not.toBe(await fingerprint(['b']));
  });

  it('refuses to overwrite unless told, and leaves other files alone when told', async () => {
    const dir = fresh();
    const write = (words: string[], overwrite?: boolean) =>
      writeDatasetDict(dir, { splits: { train: [pageOf(1, words)] }, labelMap, overwrite });
    await write(['old']);
    writeFileSync(join(dir, 'labels.jsonl'), 'mine');
    await expect(write(['new'])).rejects.toMatchObject({ code: 'exists' });
    await write(['new'], true);
    expect((await openDatasetDict(dir)).split('train').page(0).words).toEqual(['new']);
    expect(readFileSync(join(dir, 'labels.jsonl'), 'utf8')).toBe('mine');
  });

  it('leaves the old dataset whole when the new one fails half way', async () => {
    const dir = fresh();
    await writeDatasetDict(dir, { splits: { train: [pageOf(1, ['old'])] }, labelMap });
    function* failing() {
      for (let i = 0; i < 3000; i++) yield pageOf(i, ['new']);
      yield pageOf(7, ['bad'], [9]);
    }
    await expect(
      writeDatasetDict(dir, { splits: { train: failing() }, labelMap, overwrite: true }),
    ).rejects.toThrow(/label id 9/);
    expect([...(await openDatasetDict(dir)).split('train')].map((page) => page.words)).toEqual([['old']]);
    expect(readdirSync(dir).sort()).toEqual(['dataset_dict', 'label_map.json']);
  });

  it('can replace the dataset it reads from', async () => {
    const { dir, dataset } = await roundTrip({ train: [pageOf(1, ['a', 'b']), pageOf(2, ['c'])] });
    function* upper() {
      for (const page of dataset.split('train'))
        yield { ...page, words: page.words.map((w) => w.toUpperCase()) };
    }
    await writeDatasetDict(dir, { splits: { train: upper() }, labelMap, overwrite: true });
    expect([...(await openDatasetDict(dir)).split('train')].map((page) => page.words)).toEqual([
      ['A', 'B'],
      ['C'],
    ]);
  });

  it.each([
    ['no words', pageOf(7, []), /no words/],
    ['a label too few', pageOf(7, ['a', 'b'], [0]), /2 words and 1 labels/],
    ['an unknown label id', pageOf(7, ['a'], [7]), /label id 7/],
    ['a box out of range', { ...pageOf(7, ['a']), bboxes: [[0, 0, 1200, 5]] as const }, /outside 0\.\.1000/],
    ['a box too few', { ...pageOf(7, ['a']), bboxes: [] }, /1 words and 0 boxes/],
  ])('refuses a page with %s, naming it', async (_, page, message) => {
    const dir = fresh();
    const error = await writeDatasetDict(dir, { splits: { train: [page] }, labelMap }).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: 'invalid-data', where: expect.stringContaining('page 7') });
    expect(error.message).toMatch(message);
    expect(existsSync(dir)).toBe(false);
  });

  it('refuses names that datasets could not load', async () => {
    for (const name of ['a-b', '../x', '', 'dataset_dict'])
      await expect(writeDatasetDict(fresh(), { splits: { [name]: [] }, labelMap })).rejects.toMatchObject({
        code: 'usage',
      });
    await expect(
      writeDatasetDict(fresh(), { splits: { train: [] }, labelMap, extraColumns: { words: {} } }),
    ).rejects.toThrow(/"words" has the name of a column/);
  });
});

describe('images', () => {
  const png = (dir: string, name: string, content = 'not decoded here') => {
    mkdirSync(join(dir, 'images'), { recursive: true });
    const path = join(dir, 'images', name);
    writeFileSync(path, content);
    return path;
  };

  it('are stored by a path relative to the dataset folder, and found from there after a move', async () => {
    const dir = fresh();
    const imagePath = png(dir, '1.png');
    await writeDatasetDict(dir, { splits: { train: [{ ...pageOf(1, ['a']), imagePath }] }, labelMap });
    const split = (await openDatasetDict(dir)).split('train');
    expect(split.page(0).imagePath).toBe(imagePath);
    expect(
      readFileSync(join(dir, 'dataset_dict', 'train', 'data-00000-of-00001.arrow'), 'latin1'),
    ).not.toContain(folder);
  });

  it('that are missing give one notice a page and keep their name', async () => {
    const dir = fresh();
    const page = { ...pageOf(3, ['a']), imageName: 'scans/3.png' };
    await writeDatasetDict(dir, { splits: { train: [page, pageOf(4, ['b'])] }, labelMap });
    const dataset = await openDatasetDict(dir);
    const split = dataset.split('train');
    expect(split.page(0)).toEqual(page);
    split.page(0);
    split.page(1);
    expect(dataset.notices).toMatchObject([
      { pageNum: 3, message: expect.stringContaining('"scans/3.png"') },
    ]);
  });

  it('can be embedded, and stay inside from then on', async () => {
    const dir = fresh();
    const imagePath = png(dir, '5.png', 'PNG bytes');
    const pages = [{ ...pageOf(5, ['a']), imagePath }, pageOf(6, ['b'])];
    await writeDatasetDict(dir, { splits: { train: pages }, labelMap, images: 'embed' });
    const split = (await openDatasetDict(dir)).split('train');
    expect(split.hasImages).toBe(true);
    expect(Buffer.from(split.page(0).imageBytes!).toString()).toBe('PNG bytes');
    expect(split.page(1).imageBytes).toBeNull();

    const bytesOnly = { ...pageOf(5, ['a']), imageBytes: Buffer.from('only here'), imageName: '5.png' };
    const { dataset } = await roundTrip({ train: [bytesOnly] });
    const page = dataset.split('train').page(0);
    expect(Buffer.from(page.imageBytes!).toString()).toBe('only here');
    expect(page.imageName).toBe('5.png');
    await expect(roundTrip({ train: [page] }, { images: 'path' })).rejects.toThrow(/would be lost/);
  });
});
