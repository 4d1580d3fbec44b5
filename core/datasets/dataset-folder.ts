import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { DataType } from 'apache-arrow';
import { z } from 'zod';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { readJson, requireFolder } from '../files/files.ts';
import { FileWindow } from './arrow/file-window.ts';
import { indexStream } from './arrow/stream-index.ts';
import { DatasetTable, type Shard, valueType } from './dataset-table.ts';
import { type FeatureJson, type Features, featureOfType, fieldOfFeature, sameType } from './features.ts';

const stateSchema = z.object({ _data_files: z.array(z.object({ filename: z.string().min(1) })) });
const infoSchema = z.object({
  features: z
    .record(z.string(), z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]))
    .nullish(),
});
const dictSchema = z.object({ splits: z.array(z.string().regex(/^[\w.-]+$/)).min(1) });

/** Tables of a DatasetDict (or of one lone Dataset, under its own split name), in their stored order. */
export interface TableFolder {
  /** The folder that holds `dataset_dict.json`, or the lone Dataset. */
  readonly directory: string;
  readonly tables: ReadonlyMap<string, DatasetTable>;
}

/**
 * Opens what `save_to_disk` writes, with or without a `dataset_dict` child folder in between.
 * @throws GalleyError `not-found` saying which file is missing and what is there instead, `damaged`, `mismatch`.
 */
export async function openTables(path: string): Promise<TableFolder> {
  const given = resolve(path);
  await requireFolder(given, 'dataset', 'expected a folder written by save_to_disk or by Galley');
  const child = join(given, 'dataset_dict');
  const directory = !holdsDataset(given) && holdsDataset(child) ? child : given;
  const dictFile = join(directory, 'dataset_dict.json');
  // The order of `datasets`: a folder with both files of a Dataset is one, whatever else lies in it.
  if (existsSync(join(directory, 'state.json')) && existsSync(join(directory, 'dataset_info.json'))) {
    const table = await openTable(directory);
    const state = (await readJson(join(directory, 'state.json'))) as { _split?: unknown };
    return {
      directory,
      tables: new Map([[typeof state._split === 'string' ? state._split : 'train', table]]),
    };
  }
  if (!existsSync(dictFile)) throw notADataset(directory);
  const { splits } = parse(dictSchema, await readJson(dictFile), dictFile);
  const tables = new Map<string, DatasetTable>();
  for (const name of splits) tables.set(name, await openTable(join(directory, name)));
  return { directory, tables };
}

function holdsDataset(folder: string): boolean {
  return existsSync(join(folder, 'dataset_dict.json')) || existsSync(join(folder, 'state.json'));
}

/** Opens one Dataset folder. @throws GalleyError as {@link openTables}. */
export async function openTable(directory: string): Promise<DatasetTable> {
  await requireFolder(directory, 'dataset split');
  for (const name of ['state.json', 'dataset_info.json'])
    if (!existsSync(join(directory, name))) throw notADataset(directory);
  const stateFile = join(directory, 'state.json');
  const infoFile = join(directory, 'dataset_info.json');
  const state = parse(stateSchema, await readJson(stateFile), stateFile);
  const features = parse(infoSchema, await readJson(infoFile), infoFile).features as
    | Features
    | null
    | undefined;
  const shards = state._data_files.map(({ filename }) => openShard(directory, filename, stateFile));
  // datasets 4.5 and later save an empty split without any file.
  if (shards.length === 0) {
    if (!features)
      throw new GalleyError('damaged', 'neither data files nor features: nothing is known of its columns', {
        where: directory,
      });
    const fields = Object.entries(features).map(([name, feature]) => fieldOfFeature(name, feature));
    return new DatasetTable(directory, fields, features, []);
  }
  const { fields } = shards[0].index.schema;
  const names = fields.map((field) => field.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new GalleyError('damaged', `the column "${twice}" is there twice`, { where: shards[0].file.path });
  for (const shard of shards.slice(1)) requireSameColumns(shards[0], shard);
  if (features) requireSameNames(Object.keys(features), names, infoFile);
  const known: Features = Object.fromEntries(
    fields.map((field) => [
      field.name,
      trustedFeature(field.name, valueType(field.type), features?.[field.name], infoFile),
    ]),
  );
  return new DatasetTable(directory, fields, known, shards);
}

/**
 * The declared feature where the column is stored as it says, else what the stored type means.
 * @throws GalleyError `invalid-data` for a feature type Galley does not know.
 */
function trustedFeature(
  name: string,
  type: DataType,
  declared: FeatureJson | undefined,
  infoFile: string,
): FeatureJson {
  try {
    if (declared !== undefined && sameType(fieldOfFeature(name, declared).type, type)) return declared;
    return featureOfType(name, type);
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    const where = `${infoFile}, ${error.where ?? name}`;
    throw new GalleyError(error.code, error.message, { where, hint: error.hint, cause: error });
  }
}

function openShard(directory: string, filename: string, stateFile: string): Shard {
  if (basename(filename) !== filename || filename === '..')
    throw new GalleyError('invalid-data', `data file "${filename}" is not a plain file name`, {
      where: stateFile,
    });
  const path = join(directory, filename);
  if (!existsSync(path))
    throw new GalleyError('not-found', `the data file "${filename}" that state.json names is missing`, {
      where: directory,
      hint: 'copy or save the dataset again',
    });
  const file = new FileWindow(path);
  return { file, index: indexStream(file) };
}

function requireSameColumns(first: Shard, other: Shard): void {
  const columnsOf = (shard: Shard) =>
    shard.index.schema.fields.map((field) => `${field.name}: ${field.type}`).join(', ');
  const same =
    first.index.schema.fields.length === other.index.schema.fields.length &&
    first.index.schema.fields.every((field, i) => {
      const twin = other.index.schema.fields[i];
      return field.name === twin.name && sameType(valueType(field.type), valueType(twin.type));
    });
  if (!same)
    throw new GalleyError(
      'mismatch',
      `its columns (${columnsOf(other)}) differ from those of ${basename(first.file.path)} (${columnsOf(first)})`,
      { where: other.file.path },
    );
}

function requireSameNames(declared: readonly string[], stored: readonly string[], where: string): void {
  const missing = declared.filter((name) => !stored.includes(name));
  const undeclared = stored.filter((name) => !declared.includes(name));
  if (missing.length || undeclared.length)
    throw new GalleyError(
      'mismatch',
      `it declares the columns ${declared.join(', ')}, the data files hold ${stored.join(', ')}`,
      { where },
    );
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new GalleyError('damaged', `"${issue.path.join('.')}": ${issue.message}`, { where });
}

/** Says which file is missing and what the folder holds instead. */
function notADataset(directory: string): GalleyError {
  let names: string[] = [];
  try {
    names = readdirSync(directory).sort();
  } catch (error) {
    return toGalleyError(error, directory);
  }
  const has = (name: string) => names.includes(name);
  const where = directory;
  if (has('state.json') !== has('dataset_info.json')) {
    const [there, missing] = has('state.json')
      ? ['state.json', 'dataset_info.json']
      : ['dataset_info.json', 'state.json'];
    return new GalleyError('not-found', `${missing} is missing (${there} is there)`, {
      where,
      hint: 'copy or save the dataset again',
    });
  }
  const arrows = names.filter((name) => name.endsWith('.arrow'));
  if (arrows.length)
    return new GalleyError(
      'not-found',
      `state.json and dataset_info.json are missing, only the data is there (${arrows.slice(0, 3).join(', ')})`,
      { where, hint: 'copy the whole folder again, or save the dataset again with save_to_disk' },
    );
  const children = names.filter((name) => isFolder(join(directory, name)));
  const whole = children.filter((name) => existsSync(join(directory, name, 'state.json')));
  if (whole.length)
    return new GalleyError('not-found', `dataset_dict.json is missing (splits found: ${whole.join(', ')})`, {
      where,
      hint: `it should hold {"splits": ${JSON.stringify(whole)}}`,
    });
  const bare = children.filter((name) =>
    readdirSync(join(directory, name)).some((file) => file.endsWith('.arrow')),
  );
  if (bare.length)
    return new GalleyError(
      'not-found',
      `dataset_dict.json is missing, and ${bare.join(', ')} hold Arrow files without state.json and dataset_info.json`,
      { where, hint: 'copy the whole folder again, or save the dataset again with save_to_disk' },
    );
  const found = names.length
    ? `it holds ${names.slice(0, 5).join(', ')}${names.length > 5 ? '…' : ''}`
    : 'it is empty';
  return new GalleyError(
    'not-found',
    `not a dataset: neither dataset_dict.json nor state.json is there (${found})`,
    {
      where,
      hint: 'expected a folder written by save_to_disk or by Galley',
    },
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
