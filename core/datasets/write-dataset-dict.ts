import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { writeFileWhole, writeFolderWhole } from '../files/files.ts';
import type { LabelMap } from '../labels/labels.ts';
import { validatePage } from '../page/page.ts';
import type { FeatureJson, Features } from './features.ts';
import { storedImagePath } from './image-paths.ts';
import { LABEL_MAP_FILE, writeLabelMapFile } from './label-map-file.ts';
import { IGNORED_LABEL, type LabelledPage } from './labelled-page.ts';
import { type Row, writeTable } from './write-table.ts';

/** Pages of one split; taken one by one, so that a generator keeps memory flat. */
export type PageSource = Iterable<LabelledPage> | AsyncIterable<LabelledPage>;

export interface WriteOptions {
  /** Splits by name, in this order; `validation` is the name to use. An empty one is written as such. */
  splits: Readonly<Record<string, PageSource>>;
  labelMap: LabelMap;
  /** Features of columns to add; their values are taken from each page's `extra`. */
  extraColumns?: Features;
  /**
   * `path` stores file names, `embed` the encoded images too (an Image column). Default: embedded where the first
   * page holds its image in memory (`imageBytes`), else by name.
   */
  images?: 'path' | 'embed';
  /** Replace a dataset that is there already. */
  overwrite?: boolean;
  /** A file of the dataset is closed once it has this many bytes; default 500 MB, as `datasets` does. */
  maxShardBytes?: number;
}

export interface WrittenDataset {
  /** The folder with `dataset_dict.json`: what `datasets.load_from_disk` takes. */
  readonly directory: string;
  /** Pages by split. */
  readonly pages: Readonly<Record<string, number>>;
}

const SHARD_BYTES = 500_000_000;
/** Batch sizes of `datasets`: fewer rows where they hold images. */
const BATCH_ROWS = 1000;
const BATCH_ROWS_IMAGES = 100;
const INT64: FeatureJson = { dtype: 'int64', _type: 'Value' };
const STRING: FeatureJson = { dtype: 'string', _type: 'Value' };
const list = (feature: FeatureJson): FeatureJson => ({ feature, _type: 'Sequence' });

/**
 * Writes pages as a DatasetDict, whole or not at all: `dir/dataset_dict/` with the splits and `label_map.json`, and
 * `dir/label_map.json`. Whatever else lies in `dir` is left alone. Image paths are stored relative to `dir` where they
 * are near. Columns: image_path, words, bboxes (0..1000), labels (ClassLabel), width, height, page_num, `image` when
 * embedded, then the extra ones.
 * @throws GalleyError `exists` without `overwrite`, `invalid-data` naming the page, `io`.
 */
export async function writeDatasetDict(dir: string, options: WriteOptions): Promise<WrittenDataset> {
  const given = resolve(dir);
  const folder = basename(given) === 'dataset_dict' ? dirname(given) : given;
  const directory = join(folder, 'dataset_dict');
  const { splits, labelMap } = options;
  for (const name of Object.keys(splits))
    if (!/^\w+(\.\w+)*$/.test(name) || name === 'dataset_dict')
      throw new GalleyError('usage', `"${name}" cannot be the name of a split: letters, digits and _ only`);
  if (Object.keys(splits).length === 0) throw new GalleyError('usage', 'a dataset needs at least one split');
  if (!options.overwrite && existsSync(directory) && readdirSync(directory).length > 0)
    throw new GalleyError('exists', 'there is a dataset already', {
      where: directory,
      hint: 'say --overwrite to replace it',
    });

  const sources = await peekAll(splits);
  const first = sources.find(({ head }) => head !== undefined)?.head;
  const embed = options.images ? options.images === 'embed' : hasBytesOnly(first);
  const features = datasetFeatures(labelMap, embed, options.extraColumns ?? {});
  const pages: Record<string, number> = {};
  const isNew = !existsSync(folder);
  const writing = writeFolderWhole(directory, async (temporary) => {
    for (const { name, all } of sources) {
      await mkdir(join(temporary, name));
      pages[name] = await writeTable(join(temporary, name), features, rowsOf(all, folder, embed, options), {
        split: name,
        maxShardBytes: options.maxShardBytes ?? SHARD_BYTES,
        batchRows: embed ? BATCH_ROWS_IMAGES : BATCH_ROWS,
      });
    }
    await writeLabelMapFile(join(temporary, LABEL_MAP_FILE), labelMap);
    await writeFileWhole(
      join(temporary, 'dataset_dict.json'),
      JSON.stringify({ splits: Object.keys(splits) }),
    );
  });
  try {
    await writing;
    await writeLabelMapFile(join(folder, LABEL_MAP_FILE), labelMap);
  } catch (error) {
    // Leaves nothing behind, not even the folder; rmdir removes it only when it is empty.
    if (isNew) await rmdir(folder).catch(() => {});
    throw error;
  }
  return { directory, pages };
}

function datasetFeatures(labelMap: LabelMap, embed: boolean, extra: Features): Features {
  const own: Features = {
    image_path: STRING,
    words: list(STRING),
    bboxes: list(list(INT64)),
    labels: list({ names: [...labelMap.names], _type: 'ClassLabel' }),
    width: INT64,
    height: INT64,
    page_num: INT64,
    ...(embed ? { image: { _type: 'Image' } } : {}),
  };
  const clash = Object.keys(extra).find((name) => Object.hasOwn(own, name));
  if (clash !== undefined)
    throw new GalleyError('usage', `the extra column "${clash}" has the name of a column of the page itself`);
  return { ...own, ...extra };
}

async function* rowsOf(
  source: PageSource,
  folder: string,
  embed: boolean,
  { labelMap, extraColumns = {} }: WriteOptions,
): AsyncGenerator<Row> {
  for await (const page of source) {
    const where = `page ${page.pageNum}`;
    if (page.words.length === 0)
      throw new GalleyError('invalid-data', 'the page has no words', {
        where,
        hint: 'leave blank pages out',
      });
    validatePage(page, where);
    requireLabels(page, labelMap, where);
    yield {
      image_path:
        page.imagePath === null ? (page.imageName ?? null) : storedImagePath(page.imagePath, folder),
      words: page.words,
      bboxes: page.bboxes,
      labels: page.labels,
      width: page.width,
      height: page.height,
      page_num: page.pageNum,
      ...(embed ? { image: await embedded(page, where) } : refuseBytes(page, where)),
      ...Object.fromEntries(Object.keys(extraColumns).map((name) => [name, page.extra?.[name]])),
    };
  }
}

function requireLabels(page: LabelledPage, labelMap: LabelMap, where: string): void {
  if (page.labels.length !== page.words.length)
    throw new GalleyError(
      'invalid-data',
      `expected one label per word, found ${page.words.length} words and ${page.labels.length} labels`,
      { where },
    );
  for (const [i, id] of page.labels.entries())
    if (id !== IGNORED_LABEL) labelMap.nameOf(id, `${where}, word ${i} ("${page.words[i]}")`);
}

/** `{bytes, path}` as `datasets` stores an image: the file as it is, and its bare name. */
async function embedded(page: LabelledPage, where: string): Promise<Row | null> {
  const bytes = page.imageBytes ?? (page.imagePath === null ? null : await readImage(page.imagePath, where));
  const name = page.imagePath ?? page.imageName;
  return bytes && { bytes, path: name === undefined ? null : basename(name) };
}

async function readImage(path: string, where: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw toGalleyError(error, `${where}, ${path}`);
  }
}

function hasBytesOnly(page: LabelledPage | undefined): boolean {
  return page !== undefined && page.imagePath === null && Boolean(page.imageBytes);
}

function refuseBytes(page: LabelledPage, where: string): Record<string, never> {
  if (hasBytesOnly(page))
    throw new GalleyError('usage', 'its image is held in the dataset it comes from and would be lost', {
      where,
      hint: "write the dataset with images: 'embed'",
    });
  return {};
}

/** The first page of each source, and a source that still gives all of them. */
async function peekAll(splits: Readonly<Record<string, PageSource>>) {
  return Promise.all(
    Object.entries(splits).map(async ([name, source]) => {
      const iterator =
        Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
      const head = await iterator.next();
      async function* all(): AsyncGenerator<LabelledPage> {
        for (let next = head; !next.done; next = await iterator.next()) yield next.value;
      }
      return { name, head: head.done ? undefined : (head.value as LabelledPage), all: all() };
    }),
  );
}
