import { DataType, type Dictionary, type Field } from 'apache-arrow';
import { GalleyError } from '../errors/galley-error.ts';
import { ColumnReader } from './arrow/decode.ts';
import type { FileWindow } from './arrow/file-window.ts';
import { batchLayout, type ColumnLayout, dictionaryLayout } from './arrow/layout.ts';
import type { BatchEntry, StreamIndex } from './arrow/stream-index.ts';
import type { Features } from './features.ts';

/** One Arrow file of a dataset. */
export interface Shard {
  readonly file: FileWindow;
  readonly index: StreamIndex;
}

/** Rows of some columns, by column name: one value per row. */
export type Rows = Readonly<Record<string, readonly unknown[]>>;

/**
 * A dataset folder as a table of columns and rows (any columns, not only those of pages). Nothing is held but the
 * places of the batches; rows are read from the files when they are asked for.
 */
export class DatasetTable {
  readonly directory: string;
  readonly fields: readonly Field[];
  readonly features: Features;
  /** Rows of all shards. */
  readonly length: number;
  readonly #shards: readonly { readonly shard: Shard; readonly firstRow: number }[];
  #layouts: { entry: BatchEntry; columns: ColumnLayout[] } | null = null;
  readonly #dictionaries = new WeakMap<object, readonly unknown[]>();

  constructor(directory: string, fields: readonly Field[], features: Features, shards: readonly Shard[]) {
    this.directory = directory;
    this.fields = fields;
    this.features = features;
    let rows = 0;
    this.#shards = shards.map((shard) => {
      const firstRow = rows;
      rows += shard.index.rows;
      return { shard, firstRow };
    });
    this.length = rows;
  }

  get shards(): readonly Shard[] {
    return this.#shards.map(({ shard }) => shard);
  }

  field(name: string): Field | undefined {
    return this.fields.find((field) => field.name === name);
  }

  /**
   * Values of `columns` (`image.path` for a part of a struct) in rows `start` (inclusive) to `end` (exclusive), as storage values (arrow/decode.ts).
   * @throws GalleyError `damaged`, naming file and column; `mismatch` when the files were replaced since opening.
   */
  rows(columns: readonly string[], start: number, end: number): Rows {
    if (start < 0 || end < start || end > this.length)
      throw new GalleyError(
        'invalid-data',
        `rows ${start}..${end} were asked for, there are ${this.length}`,
        {
          where: this.directory,
        },
      );
    const found: Record<string, unknown[]> = Object.fromEntries(columns.map((name) => [name, []]));
    for (const { shard, firstRow } of this.#shards) {
      const from = Math.max(start - firstRow, 0);
      const to = Math.min(end - firstRow, shard.index.rows);
      if (from < to) this.#readShard(shard, columns, from, to, found);
    }
    return found;
  }

  /** Bytes of `columns` per row around a row: what reading ahead costs. */
  bytesPerRow(columns: readonly string[], row: number): number {
    for (const { shard, firstRow } of this.#shards) {
      if (row < firstRow || row >= firstRow + shard.index.rows) continue;
      const entry = shard.index.batches[entryAt(shard.index.batches, row - firstRow)];
      const layout = this.#layout(shard, entry);
      return columns.reduce((total, name) => total + bytesOf(columnOf(layout, name)), 0) / entry.rows;
    }
    return 0;
  }

  #readShard(
    shard: Shard,
    columns: readonly string[],
    from: number,
    to: number,
    found: Record<string, unknown[]>,
  ): void {
    const { batches } = shard.index;
    for (let b = entryAt(batches, from); b < batches.length && batches[b].firstRow < to; b++) {
      const entry = batches[b];
      const layout = this.#layout(shard, entry);
      const [start, end] = [Math.max(from - entry.firstRow, 0), Math.min(to - entry.firstRow, entry.rows)];
      shard.file.use((read) => {
        const reader = new ColumnReader(read, (type) => this.#values(shard, entry, type), shard.file.path);
        for (const name of columns) {
          for (const value of reader.values(columnOf(layout, name), start, end)) found[name].push(value);
        }
      });
    }
  }

  #layout(shard: Shard, entry: BatchEntry): ColumnLayout[] {
    if (this.#layouts?.entry !== entry) {
      const columns = shard.file.use((read) => batchLayout(read, entry, shard.index.schema, shard.file.path));
      this.#layouts = { entry, columns };
    }
    return this.#layouts.columns;
  }

  /** Values of a dictionary, read once and kept as long as its batches' places are. */
  #values(shard: Shard, entry: BatchEntry, type: Dictionary): readonly unknown[] {
    const places = entry.dictionaries.get(type.id);
    if (!places)
      throw new GalleyError('damaged', `dictionary ${type.id} is missing`, { where: shard.file.path });
    const known = this.#dictionaries.get(places);
    if (known) return known;
    const values = shard.file.use((read) => {
      const reader = new ColumnReader(read, (inner) => this.#values(shard, entry, inner), shard.file.path);
      return places.flatMap((place) => {
        const layout = dictionaryLayout(read, place, type.dictionary, shard.file.path);
        return reader.values(layout, 0, layout.length);
      });
    });
    this.#dictionaries.set(places, values);
    return values;
  }
}

/** A column, or a child of a struct column by its dotted name (children of a null struct are null too). */
function columnOf(layout: readonly ColumnLayout[], name: string): ColumnLayout {
  const children = layout
    .filter((column) => DataType.isStruct(column.type))
    .flatMap((column) => column.children);
  const found = [...layout, ...children].find((column) => column.name === name);
  if (!found) throw new GalleyError('invalid-data', `there is no column "${name}"`);
  return found;
}

/** Index of the batch that holds a row. */
function entryAt(batches: readonly BatchEntry[], row: number): number {
  let [low, high] = [0, batches.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (batches[middle].firstRow <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

function bytesOf(column: ColumnLayout): number {
  const own = column.buffers.reduce((total, region) => total + region.length, 0);
  return column.children.reduce((total, child) => total + bytesOf(child), own);
}

/** Arrow type with a dictionary replaced by the type of its values. */
export function valueType(type: DataType): DataType {
  return DataType.isDictionary(type) ? valueType(type.dictionary) : type;
}
