import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Field, Schema } from 'apache-arrow';
import { writeJsonWhole } from '../files/files.ts';
import { encodeColumn } from './arrow/encode.ts';
import { StreamWriter } from './arrow/stream-writer.ts';
import { type Features, fieldOfFeature, portableFeature } from './features.ts';

/** One row: values by column name, as storage values (arrow/decode.ts). */
export type Row = Readonly<Record<string, unknown>>;

export interface WriteTableOptions {
  /** Name for state.json. */
  split: string;
  /** A shard is closed once it has this many bytes. */
  maxShardBytes: number;
  /** Rows of a record batch at most. */
  batchRows: number;
}

/** A batch is also closed at about this many bytes: it is held in memory, and its offsets must stay below 2 GiB. */
const BATCH_BYTES = 8 << 20;

/**
 * Writes a Dataset folder (`data-*.arrow`, `dataset_info.json`, `state.json`) into an existing empty folder, in the
 * form that every version of `datasets` since 2.0 opens. Rows are taken one by one.
 * @returns the number of rows
 * @throws GalleyError `invalid-data` naming column and value.
 */
export async function writeTable(
  directory: string,
  declared: Features,
  rows: Iterable<Row> | AsyncIterable<Row>,
  options: WriteTableOptions,
): Promise<number> {
  const features = Object.fromEntries(
    Object.entries(declared).map(([name, feature]) => [name, portableFeature(feature)]),
  );
  const fields = Object.entries(features).map(([name, feature]) => fieldOfFeature(name, feature));
  // datasets reads this when dataset_info.json is not at hand, so both must say the same.
  const metadata = new Map([['huggingface', JSON.stringify({ info: { features } })]]);
  const shards = new ShardWriter(directory, new Schema(fields, metadata), options);
  try {
    for await (const row of rows) await shards.add(row);
    const files = await shards.finish();
    await writeJsonWhole(join(directory, 'dataset_info.json'), {
      citation: '',
      description: '',
      features,
      homepage: '',
      license: '',
    });
    await writeJsonWhole(join(directory, 'state.json'), {
      _data_files: files.names.map((filename) => ({ filename })),
      _fingerprint: files.fingerprint,
      _format_columns: null,
      _format_kwargs: {},
      _format_type: null,
      _output_all_columns: false,
      _split: options.split,
    });
    return files.rows;
  } catch (error) {
    await shards.abandon();
    throw error;
  }
}

/** Rows into batches, batches into shards. */
class ShardWriter {
  readonly #directory: string;
  readonly #schema: Schema;
  readonly #options: WriteTableOptions;
  readonly #hashes: string[] = [];
  #writer: StreamWriter | null = null;
  #pending: Row[] = [];
  #pendingBytes = 0;
  #rows = 0;

  constructor(directory: string, schema: Schema, options: WriteTableOptions) {
    this.#directory = directory;
    this.#schema = schema;
    this.#options = options;
  }

  async add(row: Row): Promise<void> {
    this.#pending.push(row);
    this.#pendingBytes += weight(row);
    const limit = Math.min(BATCH_BYTES, this.#options.maxShardBytes);
    if (this.#pending.length >= this.#options.batchRows || this.#pendingBytes >= limit) await this.#flush();
  }

  async finish(): Promise<{ names: string[]; fingerprint: string; rows: number }> {
    if (this.#pending.length > 0) await this.#flush();
    // No rows at all: one stream of schema and end mark, which all versions read; no file at all breaks 4.5 to 5.0.
    if (this.#hashes.length === 0) this.#writer ??= await this.#open();
    await this.#close();
    const count = this.#hashes.length;
    const names = this.#hashes.map((_, i) => `data-${five(i)}-of-${five(count)}.arrow`);
    for (const [i, name] of names.entries()) await rename(this.#unnumbered(i), join(this.#directory, name));
    const fingerprint = this.#hashes.map((hash) => hash.slice(0, 16)).reduce(xorHex);
    return { names, fingerprint, rows: this.#rows };
  }

  async abandon(): Promise<void> {
    await this.#writer?.abandon();
  }

  async #flush(): Promise<void> {
    const rows = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#writer ??= await this.#open();
    const columns = this.#schema.fields.map((field: Field) =>
      encodeColumn(
        field.name,
        field.type,
        rows.map((row) => row[field.name]),
      ),
    );
    await this.#writer.batch(columns, rows.length);
    this.#rows += rows.length;
    if (this.#writer.bytes >= this.#options.maxShardBytes) await this.#close();
  }

  #open(): Promise<StreamWriter> {
    return StreamWriter.create(this.#unnumbered(this.#hashes.length), this.#schema);
  }

  async #close(): Promise<void> {
    if (!this.#writer) return;
    this.#hashes.push(await this.#writer.end());
    this.#writer = null;
  }

  /** Name of a shard while their number is not known yet. */
  #unnumbered(i: number): string {
    return join(this.#directory, `shard-${i}.partial`);
  }
}

const five = (n: number) => String(n).padStart(5, '0');

const xorHex = (a: string, b: string) =>
  ((BigInt(`0x${a}`) * 31n) ^ BigInt(`0x${b}`)).toString(16).padStart(16, '0').slice(-16);

/** About how many bytes the images and texts of a row take. */
function weight(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string') return value.length + 4;
  if (typeof value !== 'object' || value === null) return 8;
  let total = 0;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) total += weight(inner);
  return total;
}
