import { Message, type Schema } from 'apache-arrow';
import { GalleyError } from '../../errors/galley-error.ts';
import type { FileWindow, ReadBytes } from './file-window.ts';
import { isWholeMessage } from './verify-message.ts';

/** Where one record or dictionary batch lies in its file. Its header is decoded again when it is wanted. */
export interface BatchPlace {
  readonly metadataOffset: number;
  readonly metadataLength: number;
  readonly bodyOffset: number;
  readonly bodyLength: number;
}

/** A batch of dictionary values; a delta is appended to what came before under its id. */
export type Dictionaries = ReadonlyMap<number, readonly BatchPlace[]>;

export interface BatchEntry extends BatchPlace {
  /** Rows of the stream before this batch. */
  readonly firstRow: number;
  readonly rows: number;
  /** The dictionaries in force here, by dictionary id. */
  readonly dictionaries: Dictionaries;
}

/** What a stream holds and where, without any of its rows. */
export interface StreamIndex {
  readonly schema: Schema;
  readonly batches: readonly BatchEntry[];
  readonly rows: number;
  /** False where the end-of-stream mark is missing: legal, but also what a file cut between batches looks like. */
  readonly ended: boolean;
}

const CONTINUATION = -1;
/** No honest header comes near this; beyond it the length is garbage. */
const MAXIMUM_METADATA = 1 << 28;
const PREFETCH = 4096;

/**
 * Walks the messages of an Arrow IPC stream by their headers, skipping the bodies.
 * @throws GalleyError `damaged`: truncated, not a stream, a Git LFS pointer, or the IPC file format.
 */
export function indexStream(file: FileWindow): StreamIndex {
  return file.use((read) => new Walker(file, read).walk());
}

class Walker {
  readonly #file: FileWindow;
  readonly #read: ReadBytes;
  #schema: Schema | undefined;
  readonly #batches: BatchEntry[] = [];
  #dictionaries: Dictionaries = new Map();
  #rows = 0;

  constructor(file: FileWindow, read: ReadBytes) {
    this.#file = file;
    this.#read = read;
  }

  walk(): StreamIndex {
    this.#refuseOtherFormats();
    let at = 0;
    let ended = false;
    while (at < this.#file.size && !ended) {
      const message = this.#messageAt(at);
      if (message === null) ended = true;
      else {
        this.#take(message.message, message.place);
        at = message.place.bodyOffset + message.place.bodyLength;
      }
    }
    if (!this.#schema) throw this.#damaged('there is no schema in it');
    return { schema: this.#schema, batches: this.#batches, rows: this.#rows, ended };
  }

  #refuseOtherFormats(): void {
    if (this.#file.size === 0) throw this.#damaged('the file is empty');
    const start = this.#read(0, Math.min(24, this.#file.size)).toString('latin1');
    if (start.startsWith('ARROW1'))
      throw this.#damaged(
        'this is the Arrow IPC file format, expected the stream format',
        'save_to_disk and Galley write the stream format; convert it with pyarrow',
      );
    if (start.startsWith('version https://git-lfs'))
      throw this.#damaged('this is a Git LFS pointer, not the data itself', 'run git lfs pull');
    if (start.startsWith('PAR1'))
      throw this.#damaged(
        'this is a Parquet file',
        'load it with load_dataset and save it with save_to_disk',
      );
  }

  /** The message at a byte offset; null for the end-of-stream mark. */
  #messageAt(at: number): { message: Message; place: BatchPlace } | null {
    const head = this.#read(at, Math.min(PREFETCH, this.#file.size - at));
    if (head.length < 4) throw this.#truncated(at);
    // Streams from before Arrow 0.15 have no continuation mark before the length.
    const marked = head.readInt32LE(0) === CONTINUATION;
    if (marked && head.length < 8) throw this.#truncated(at);
    const metadataLength = head.readInt32LE(marked ? 4 : 0);
    const prefix = marked ? 8 : 4;
    if (metadataLength === 0) return null;
    if (metadataLength < 0 || metadataLength > MAXIMUM_METADATA)
      throw this.#damaged(`byte ${at} is not the start of an Arrow message`);
    if (at + prefix + metadataLength > this.#file.size) throw this.#truncated(at);
    const metadata =
      prefix + metadataLength <= head.length
        ? head.subarray(prefix, prefix + metadataLength)
        : this.#read(at + prefix, metadataLength);
    const message = this.#decode(metadata, at);
    const bodyOffset = at + prefix + metadataLength;
    const { bodyLength } = message;
    if (!Number.isSafeInteger(bodyLength) || bodyLength < 0)
      throw this.#damaged(`the message at byte ${at} has an impossible length`);
    if (bodyOffset + bodyLength > this.#file.size) throw this.#truncated(at, bodyOffset + bodyLength);
    return { message, place: { metadataOffset: at + prefix, metadataLength, bodyOffset, bodyLength } };
  }

  #decode(metadata: Buffer, at: number): Message {
    if (!isWholeMessage(metadata)) throw this.#damaged(`the header of the message at byte ${at} is damaged`);
    try {
      return Message.decode(metadata);
    } catch (error) {
      throw this.#damaged(`the message at byte ${at} cannot be read: ${(error as Error).message}`);
    }
  }

  #take(message: Message, place: BatchPlace): void {
    if (message.isSchema()) {
      if (this.#schema) throw this.#damaged('there is a second schema in it');
      this.#schema = message.header();
      return;
    }
    if (!this.#schema) throw this.#damaged('it does not start with a schema');
    if (message.isDictionaryBatch()) {
      const { id, isDelta } = message.header();
      const earlier = isDelta ? (this.#dictionaries.get(id) ?? []) : [];
      this.#dictionaries = new Map(this.#dictionaries).set(id, [...earlier, place]);
    } else if (message.isRecordBatch()) {
      const rows = message.header().length;
      if (!Number.isSafeInteger(rows) || rows < 0) throw this.#damaged(`a batch claims to have ${rows} rows`);
      if (rows > 0)
        this.#batches.push({ ...place, firstRow: this.#rows, rows, dictionaries: this.#dictionaries });
      this.#rows += rows;
    }
  }

  #truncated(at: number, needed?: number): GalleyError {
    const expected = needed === undefined ? '' : `, expected at least ${needed} bytes`;
    return this.#damaged(
      `truncated: the file has ${this.#file.size} bytes${expected}; its last message starts at byte ${at}`,
      'copy or save the dataset again',
    );
  }

  #damaged(message: string, hint?: string): GalleyError {
    return new GalleyError('damaged', message, { where: this.#file.path, hint });
  }
}
