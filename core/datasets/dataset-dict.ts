import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { LabelMap } from '../labels/labels.ts';
import { MAX_PRECEDING_WORDS } from '../page/page.ts';
import { openTables } from './dataset-folder.ts';
import { DatasetSplit } from './dataset-split.ts';
import type { DatasetTable } from './dataset-table.ts';
import { classNames } from './features.ts';
import { folderAndParents, imageResolver } from './image-paths.ts';
import { collapsed, LABEL_MAP_FILE, readLabelMapFile, type StoredLabelMap } from './label-map-file.ts';
import type { Notice } from './labelled-page.ts';
import { pageColumns } from './page-columns.ts';
import { labelReader } from './page-reader.ts';

export interface OpenOptions {
  /** Called for each notice as it comes up; reading pages can bring up more. */
  onNotice?: (notice: Notice) => void;
}

/** Where a dataset's label names come from; `default` means the ids are taken for Galley's own. */
export type LabelMapSource = 'label_map.json' | 'ClassLabel' | 'default';

/** Folders above the dataset in which relative image paths are looked for. */
const PARENTS = 4;
/** Notices kept for {@link DatasetDict.notices}; all of them go to `onNotice`. */
const KEPT_NOTICES = 1000;
const SPLIT_NAMES: readonly (readonly string[])[] = [
  ['train', 'training'],
  ['validation', 'val', 'valid', 'dev', 'eval'],
  ['test', 'testing'],
];

/** A dataset of labelled pages in several splits. */
export class DatasetDict {
  /** The folder that holds `dataset_dict.json`. */
  readonly directory: string;
  readonly labelMap: LabelMap;
  readonly labelMapSource: LabelMapSource;
  /** By the name on disk, in stored order. */
  readonly splits: ReadonlyMap<string, DatasetSplit>;
  /** What came up so far, missing images first of all (the first 1000). */
  readonly notices: readonly Notice[];

  constructor(
    directory: string,
    labels: { labelMap: LabelMap; source: LabelMapSource },
    splits: ReadonlyMap<string, DatasetSplit>,
    notices: readonly Notice[],
  ) {
    this.directory = directory;
    this.labelMap = labels.labelMap;
    this.labelMapSource = labels.source;
    this.splits = splits;
    this.notices = notices;
  }

  /** A split by its name or a synonym (`val` is `validation`), undefined where there is none. */
  findSplit(name: string): DatasetSplit | undefined {
    const exact = this.splits.get(name);
    if (exact) return exact;
    const synonyms = SPLIT_NAMES.find((group) => group.includes(name)) ?? [];
    return synonyms.map((synonym) => this.splits.get(synonym)).find((split) => split !== undefined);
  }

  /** {@link findSplit}. @throws GalleyError `not-found` naming the splits that are there. */
  split(name: string): DatasetSplit {
    const found = this.findSplit(name);
    if (found) return found;
    throw new GalleyError('not-found', `no split "${name}", found ${[...this.splits.keys()].join(', ')}`, {
      where: this.directory,
    });
  }
}

/**
 * Opens a dataset of labelled pages as `save_to_disk` or {@link file://./write-dataset-dict.ts} wrote it, with or
 * without its `dataset_dict` child. No page is read yet.
 * @throws GalleyError `not-found`, `damaged`, `mismatch`, or `invalid-data` for columns that are not those of pages.
 */
export async function openDatasetDict(path: string, options: OpenOptions = {}): Promise<DatasetDict> {
  const { directory, tables } = await openTables(path);
  const notices: Notice[] = [];
  const onNotice = (notice: Notice) => {
    if (notices.length < KEPT_NOTICES) notices.push(notice);
    options.onNotice?.(notice);
  };
  const columns = new Map([...tables].map(([name, table]) => [name, pageColumns(table)]));
  const labelled = [...tables].map(([name, table]): [DatasetTable, string | undefined] => [
    table,
    columns.get(name)?.labels,
  ]);
  const labels = await labelsOf(directory, labelled);
  if (labels.source === 'default' && labelled.some(([, column]) => column !== undefined))
    onNotice({
      pageNum: null,
      message: `neither ${LABEL_MAP_FILE} nor label names: the label ids are taken for ${LabelMap.default.names.join(', ')}`,
      where: directory,
    });
  for (const [name, table] of tables)
    for (const shard of table.shards)
      if (!shard.index.ended)
        onNotice({
          pageNum: null,
          message: `split "${name}": no end-of-stream mark; rows may be missing at the end`,
          where: shard.file.path,
        });
  const context = {
    readLabel: labelReader(labels.stored.labelMap, labels.stored.idOf),
    findImage: imageResolver([...folderAndParents(directory, PARENTS), process.cwd()]),
    onNotice,
    precedingWords: precedingWordsOf(() => splits),
  };
  const splits: ReadonlyMap<string, DatasetSplit> = new Map(
    [...tables].map(([name, table]) => [name, new DatasetSplit(name, table, columns.get(name)!, context)]),
  );
  return new DatasetDict(
    directory,
    { labelMap: labels.stored.labelMap, source: labels.source },
    splits,
    notices,
  );
}

/** Finds the last words of the page before one, by its number in any of the splits; their rows are looked up once. */
function precedingWordsOf(splits: () => ReadonlyMap<string, DatasetSplit>) {
  let rows: Map<number, readonly [DatasetSplit, number]> | undefined;
  return (pageNum: number): string[] | undefined => {
    rows ??= new Map(
      [...splits().values()].flatMap((split) =>
        split.pageNumbers().map((number, row) => [number, [split, row]] as const),
      ),
    );
    const before = rows.get(pageNum - 1);
    return before?.[0].words(before[1]).slice(-MAX_PRECEDING_WORDS);
  };
}

/** The file beside the splits wins over the file one folder up, then come the ClassLabel names, then our own labels. */
async function labelsOf(
  directory: string,
  labelled: readonly (readonly [DatasetTable, string | undefined])[],
): Promise<{ stored: StoredLabelMap; source: LabelMapSource }> {
  const folders = basename(directory) === 'dataset_dict' ? [directory, dirname(directory)] : [directory];
  const file = folders.map((folder) => join(folder, LABEL_MAP_FILE)).find((path) => existsSync(path));
  const stored = file === undefined ? null : await readLabelMapFile(file);
  let known: { names: readonly string[]; where: string } | null = stored && {
    names: stored.names,
    where: LABEL_MAP_FILE,
  };
  for (const [table, column] of labelled) {
    const names = column === undefined ? null : classNames(table.features[column]);
    if (!names) continue;
    if (known && known.names.join('\0') !== names.join('\0'))
      throw new GalleyError(
        'mismatch',
        `its label names are ${names.join(', ')}; ${known.where} says ${known.names.join(', ')}`,
        { where: table.directory, hint: 'put the right label_map.json there, or remove the wrong one' },
      );
    known ??= { names, where: table.directory };
  }
  if (stored) return { stored, source: 'label_map.json' };
  if (known) return { stored: collapsed(known.names, known.where), source: 'ClassLabel' };
  return { stored: collapsed(LabelMap.default.names, directory), source: 'default' };
}
