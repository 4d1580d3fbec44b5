import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Data, makeData, RecordBatch, type Schema, Struct, Table, tableToIPC } from 'apache-arrow';

/** Continuation mark and a length of zero. */
const END = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/**
 * Writes an Arrow IPC stream to a file, one record batch at a time, so that memory stays flat. Without a batch it
 * is a schema and the end mark, which every reader takes for an empty table.
 */
export class StreamWriter {
  readonly #file: FileHandle;
  readonly #schema: Schema;
  readonly #hash: Hash = createHash('sha256');
  readonly #prefix: Uint8Array;
  #bytes = 0;

  private constructor(file: FileHandle, schema: Schema) {
    this.#file = file;
    this.#schema = schema;
    this.#prefix = tableToIPC(new Table(schema), 'stream').subarray(0, -END.length);
  }

  static async create(path: string, schema: Schema): Promise<StreamWriter> {
    const writer = new StreamWriter(await open(path, 'wx'), schema);
    await writer.#put(writer.#prefix);
    return writer;
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds one batch: a {@link Data} per field of the schema, each of `rows` rows. */
  async batch(columns: readonly Data[], rows: number): Promise<void> {
    const data = makeData({
      type: new Struct(this.#schema.fields),
      length: rows,
      nullCount: 0,
      children: [...columns],
    });
    const table = new Table(this.#schema, [new RecordBatch(this.#schema, data)]);
    // A whole stream of one batch, of which only the batch is wanted.
    await this.#put(tableToIPC(table, 'stream').subarray(this.#prefix.length, -END.length));
  }

  /** Writes the end mark and closes. Returns a hash of all bytes, hexadecimal. */
  async end(): Promise<string> {
    await this.#put(END);
    await this.#file.sync();
    await this.#file.close();
    return this.#hash.digest('hex');
  }

  /** Closes without finishing. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  async #put(bytes: Uint8Array): Promise<void> {
    await this.#file.writeFile(bytes);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }
}
