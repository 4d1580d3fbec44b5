import { cpSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readJson } from '../files/files.ts';
import { LabelMap } from '../labels/labels.ts';
import { openTables } from './dataset-folder.ts';
import { pageOf, temporaryFolder } from './testing/pages.ts';
import { writeDatasetDict } from './write-dataset-dict.ts';

const folder = temporaryFolder();
const whole = join(folder, 'whole');
const copy = join(folder, 'copy');
const at = (...names: string[]) => join(copy, 'dataset_dict', ...names);
const json = (path: string, value: unknown) => writeFileSync(path, JSON.stringify(value));

beforeEach(async () => {
  if (!readdirSync(folder).includes('whole'))
    await writeDatasetDict(whole, {
      splits: {
        train: Array.from({ length: 30 }, (_, i) => pageOf(i, ['a', 'b', 'c'])),
        validation: [pageOf(99, ['d'])],
      },
      labelMap: LabelMap.default,
      maxShardBytes: 3000,
    });
  rmSync(copy, { recursive: true, force: true });
  cpSync(whole, copy, { recursive: true });
});

describe('opening folders', () => {
  it('takes the folder, its dataset_dict child, or one split alone', async () => {
    for (const path of [copy, at()])
      expect([...(await openTables(path)).tables].map(([name, table]) => [name, table.length])).toEqual([
        ['train', 30],
        ['validation', 1],
      ]);
    const alone = await openTables(at('validation'));
    expect([...alone.tables.keys()]).toEqual(['validation']);
  });

  it('joins several shards', async () => {
    expect(readdirSync(at('train')).filter((name) => name.endsWith('.arrow')).length).toBeGreaterThan(1);
    const table = (await openTables(copy)).tables.get('train')!;
    expect(table.rows(['page_num'], 0, 30).page_num).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(table.rows(['page_num'], 7, 23).page_num).toEqual(Array.from({ length: 16 }, (_, i) => i + 7));
  });

  it('takes a split without a data file for an empty one, as datasets 4.5 saves it', async () => {
    json(at('validation', 'state.json'), { _data_files: [] });
    expect((await openTables(copy)).tables.get('validation')?.length).toBe(0);
  });
});

describe('a folder that is not whole', () => {
  const cases: [string, () => void | Promise<void>, string, RegExp][] = [
    ['no folder', () => rmSync(copy, { recursive: true }), 'not-found', /no such folder/],
    [
      'no state.json',
      () => rmSync(at('train', 'state.json')),
      'not-found',
      /state\.json is missing \(dataset_info\.json is there\)/,
    ],
    [
      'no dataset_info.json',
      () => rmSync(at('train', 'dataset_info.json')),
      'not-found',
      /dataset_info\.json is missing \(state\.json is there\)/,
    ],
    [
      'arrow files only',
      () => ['state.json', 'dataset_info.json'].forEach((name) => void rmSync(at('train', name))),
      'not-found',
      /state\.json and dataset_info\.json are missing, only the data is there \(data-/,
    ],
    [
      'no dataset_dict.json',
      () => rmSync(at('dataset_dict.json')),
      'not-found',
      /dataset_dict\.json is missing \(splits found: train, validation\)|neither dataset_dict\.json nor state\.json/,
    ],
    ['no split folder', () => rmSync(at('validation'), { recursive: true }), 'not-found', /no such folder/],
    [
      'no shard',
      () => rmSync(at('validation', 'data-00000-of-00001.arrow')),
      'not-found',
      /"data-00000-of-00001\.arrow" that state\.json names is missing/,
    ],
    [
      'a cut shard',
      () => truncateSync(at('validation', 'data-00000-of-00001.arrow'), 1500),
      'damaged',
      /truncated: the file has 1500 bytes/,
    ],
    ['broken JSON', () => writeFileSync(at('train', 'state.json'), '{"_data'), 'damaged', /not valid JSON/],
    ['another JSON', () => json(at('train', 'state.json'), { files: [] }), 'damaged', /"_data_files"/],
    [
      'a path out of the folder',
      () => json(at('train', 'state.json'), { _data_files: [{ filename: '../x.arrow' }] }),
      'invalid-data',
      /not a plain file name/,
    ],
    [
      'a split out of the folder',
      () => json(at('dataset_dict.json'), { splits: ['../x'] }),
      'damaged',
      /splits/,
    ],
    [
      'columns that are not those declared',
      async () => {
        const path = at('train', 'dataset_info.json');
        const info = (await readJson(path)) as { features: Record<string, unknown> };
        const { words, ...features } = info.features;
        json(path, { features: { ...features, tokens: words } });
      },
      'mismatch',
      /declares the columns .*tokens, the data files hold image_path, words/,
    ],
    [
      'an unknown feature type',
      async () => {
        const path = at('train', 'dataset_info.json');
        const info = (await readJson(path)) as { features: Record<string, unknown> };
        json(path, { features: { ...info.features, width: { _type: 'Hologram' } } });
      },
      'invalid-data',
      /feature type "Hologram" is not known/,
    ],
  ];

  it.each(cases)('%s', async (_, harm, code, message) => {
    await harm();
    const error = await openTables(copy).then(
      () => null,
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ name: 'GalleyError', code, where: expect.stringContaining(copy) });
    expect(error.message).toMatch(message);
  });

  it('names splits without state.json, and says what it found instead of a dataset', async () => {
    mkdirSync(join(copy, 'bare', 'train'), { recursive: true });
    cpSync(
      at('validation', 'data-00000-of-00001.arrow'),
      join(copy, 'bare', 'train', 'data-00000-of-00001.arrow'),
    );
    await expect(openTables(join(copy, 'bare'))).rejects.toThrow(
      /train hold Arrow files without state\.json/,
    );
    await expect(openTables(at('train', '..', '..', 'bare', 'train'))).rejects.toThrow(
      /only the data is there/,
    );
    mkdirSync(join(copy, 'nothing'));
    await expect(openTables(join(copy, 'nothing'))).rejects.toThrow(/not a dataset.*it is empty/);
  });

  it('refuses shards whose columns differ', async () => {
    const other = join(folder, 'other');
    await writeDatasetDict(other, {
      splits: { train: [{ ...pageOf(1, ['x']), extra: { more: 'y' } }] },
      labelMap: LabelMap.default,
      extraColumns: { more: { dtype: 'string', _type: 'Value' } },
      overwrite: true,
    });
    cpSync(
      join(other, 'dataset_dict', 'train', 'data-00000-of-00001.arrow'),
      at('validation', 'other.arrow'),
    );
    json(at('validation', 'state.json'), {
      _data_files: [{ filename: 'data-00000-of-00001.arrow' }, { filename: 'other.arrow' }],
    });
    await expect(openTables(copy)).rejects.toThrow(
      /its columns .*more: Utf8.* differ from those of data-00000/,
    );
  });
});
