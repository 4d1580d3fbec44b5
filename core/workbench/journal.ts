import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { readJson, writeJsonWhole } from '../files/files.ts';
import { type Delta, deltaSchema } from './contract.ts';

/** No person has decided about the word. */
export const UNDECIDED = -1;

const batchSchema = z.object({ seq: z.int().min(1), at: z.string(), deltas: z.array(deltaSchema).min(1) });
type Batch = z.output<typeof batchSchema>;

const snapshotSchema = z.object({
  format: z.literal(1),
  /** Journal that the snapshot was taken of: bytes and batches that it covers. */
  bytes: z.int().min(0),
  seq: z.int().min(0),
  revisions: z.record(z.string(), z.int()),
  /** Decided words by page: `[index, label, index, label, ...]`. */
  gold: z.record(z.string(), z.array(z.int())),
});

/** Number of words of a page, undefined where there is no such page. */
export type WordCount = (pageNum: number) => number | undefined;

export interface JournalOptions {
  readonly wordCount: WordCount;
  /** Number of labels of the project: `after` must be one of them, or {@link UNDECIDED}. */
  readonly labels: () => number;
  /** Why nothing may be added, or null; asked before each change. */
  readonly readOnly: () => string | null;
}

/** The change that takes `delta` back. */
export function inverse(delta: Delta, origin: 'undo' | 'redo' = 'undo'): Delta {
  return { ...delta, before: delta.after, after: delta.before, origin, scores: null };
}

/** Batches between two snapshots. */
const SNAPSHOT_EVERY = 500;
const JOURNAL = 'journal.jsonl';
const SNAPSHOT = 'snapshot.json';

/**
 * Gold labels as an append-only file of changes: a line per batch, on disk before it counts. A crash can tear the last
 * line only; it is cut off when the journal is opened again. A line damaged in the middle makes the journal read-only
 * from there, so that nothing is built on labels that are not known.
 */
export class Journal {
  /** Why nothing can be added, or null. */
  readonly damage: string | null;
  readonly #folder: string;
  readonly #options: JournalOptions;
  readonly #gold: Map<number, Map<number, number>>;
  readonly #revisions: Map<number, number>;
  readonly #lines: string[];
  #seq: number;
  #bytes: number;
  #sinceSnapshot = 0;
  #handle: FileHandle | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, options: JournalOptions, read: ReadJournal) {
    this.#folder = folder;
    this.#options = options;
    this.#gold = read.gold;
    this.#revisions = read.revisions;
    this.#lines = read.lines;
    this.#seq = read.seq;
    this.#bytes = read.bytes;
    this.damage = read.damage;
  }

  /** Replays the journal of a folder; one that is not there is empty. @throws GalleyError `io` */
  static async open(folder: string, options: JournalOptions): Promise<Journal> {
    const read = await readJournal(folder);
    const journal = new Journal(folder, options, read);
    if (read.torn && options.readOnly() === null && read.damage === null) await journal.#cutTo(read.bytes);
    return journal;
  }

  /** Gold labels of a page, {@link UNDECIDED} where nobody decided; null where nobody decided anything. */
  gold(pageNum: number): number[] | null {
    const decided = this.#gold.get(pageNum);
    const words = this.#options.wordCount(pageNum);
    if (!decided || decided.size === 0 || words === undefined) return null;
    return Array.from({ length: words }, (_, i) => decided.get(i) ?? UNDECIDED);
  }

  /** Pages with at least one decided word. */
  pages(): number[] {
    return [...this.#gold].filter(([, decided]) => decided.size > 0).map(([pageNum]) => pageNum);
  }

  /** Share of the words of a page that a person decided. */
  share(pageNum: number): number {
    const words = this.#options.wordCount(pageNum) ?? 0;
    return words === 0 ? 0 : Math.min(1, (this.#gold.get(pageNum)?.size ?? 0) / words);
  }

  revision(pageNum: number): number {
    return this.#revisions.get(pageNum) ?? 0;
  }

  /** The last changes, oldest first. */
  history(limit: number): Delta[] {
    const deltas: Delta[] = [];
    for (let i = this.#lines.length - 1; i >= 0 && deltas.length < limit; i--)
      deltas.unshift(...(parseBatch(this.#lines[i])?.deltas ?? []));
    return deltas.slice(-limit);
  }

  /**
   * Adds changes, all or none, and answers when they are on the disk.
   * @throws GalleyError `mismatch` where a `before` is not what stands there now, `invalid-data` naming the page,
   * `usage` where the project is read-only, `io` (no space: nothing is changed)
   */
  apply(
    deltas: readonly Delta[],
  ): Promise<{ savedAt: string; revisions: { pageNum: number; revision: number }[] }> {
    const done = this.#queue.then(() => this.#apply(deltas));
    this.#queue = done.catch(() => {});
    return done;
  }

  async #apply(deltas: readonly Delta[]) {
    if (this.damage) throw new GalleyError('damaged', this.damage, { where: join(this.#folder, JOURNAL) });
    const readOnly = this.#options.readOnly();
    if (readOnly)
      throw new GalleyError('usage', `this project is open for reading only: ${readOnly}`, {
        hint: 'close the other window that has it open, and open it again',
      });
    const labels = this.#options.labels();
    this.#check(deltas, labels);
    const at = new Date().toISOString();
    const batch: Batch = { seq: this.#seq + 1, at, deltas: [...deltas] };
    const line = JSON.stringify(batch);
    await this.#append(`${line}\n`);
    this.#seq++;
    this.#lines.push(line);
    for (const delta of deltas) put(this.#gold, this.#revisions, delta);
    if (++this.#sinceSnapshot >= SNAPSHOT_EVERY) await this.#snapshot().catch(() => {});
    const pages = [...new Set(deltas.map((d) => d.pageNum))];
    return {
      savedAt: at,
      revisions: pages.map((pageNum) => ({ pageNum, revision: this.revision(pageNum) })),
    };
  }

  /** Everything about the changes that can be wrong, before one byte is written. */
  #check(deltas: readonly Delta[], labels: number): void {
    const now = new Map<string, number>();
    for (const { pageNum, indices, before, after, scores } of deltas) {
      const where = `page ${pageNum}`;
      const fail = (message: string) => new GalleyError('invalid-data', message, { where });
      const words = this.#options.wordCount(pageNum);
      if (words === undefined) throw new GalleyError('not-found', `there is no page ${pageNum}`);
      const lists = [before, after, ...(scores ? [scores] : [])];
      if (lists.some((list) => list.length !== indices.length))
        throw fail(
          `expected one value per word, found ${indices.length} words and ${lists.map((l) => l.length).join(', ')} values`,
        );
      if (new Set(indices).size !== indices.length) throw fail('a word is named twice in one change');
      for (const [k, index] of indices.entries()) {
        if (index >= words) throw fail(`there is no word ${index}, the page has ${words}`);
        const label = after[k];
        if (label !== UNDECIDED && (label < 0 || label >= labels))
          throw fail(`unknown label id ${label}, expected 0..${labels - 1} or -1`);
        const key = `${pageNum}/${index}`;
        const stands = now.get(key) ?? this.#gold.get(pageNum)?.get(index) ?? UNDECIDED;
        if (stands !== before[k])
          throw new GalleyError(
            'mismatch',
            `word ${index} has been labelled meanwhile: expected ${before[k]}, found ${stands}`,
            { where, hint: 'the page is shown anew; label it again' },
          );
        now.set(key, label);
      }
    }
  }

  async #append(text: string): Promise<void> {
    const path = join(this.#folder, JOURNAL);
    try {
      if (!this.#handle) {
        await mkdir(dirname(path), { recursive: true });
        this.#handle = await open(path, constants.O_RDWR | constants.O_CREAT);
      }
      const bytes = Buffer.from(text);
      let written = 0;
      while (written < bytes.length) {
        const step = await this.#handle.write(bytes, written, bytes.length - written, this.#bytes + written);
        written += step.bytesWritten;
      }
      await this.#handle.sync();
      this.#bytes += bytes.length;
    } catch (error) {
      // Half a line must not stay: the next one would be glued to it.
      await this.#handle?.truncate(this.#bytes).catch(() => {});
      throw toGalleyError(error, path);
    }
  }

  async #cutTo(bytes: number): Promise<void> {
    const handle = await open(join(this.#folder, JOURNAL), 'r+');
    try {
      await handle.truncate(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async #snapshot(): Promise<void> {
    this.#sinceSnapshot = 0;
    await writeJsonWhole(
      join(this.#folder, SNAPSHOT),
      {
        format: 1,
        bytes: this.#bytes,
        seq: this.#seq,
        revisions: Object.fromEntries(this.#revisions),
        gold: Object.fromEntries([...this.#gold].map(([page, decided]) => [page, [...decided].flat()])),
      },
      0,
    );
  }

  /** Waits for what is being written; takes a snapshot where one is due. */
  async close(): Promise<void> {
    await this.#queue;
    if (this.#sinceSnapshot > 0) await this.#snapshot().catch(() => {});
    await this.#handle?.close();
    this.#handle = null;
  }
}

interface ReadJournal {
  gold: Map<number, Map<number, number>>;
  revisions: Map<number, number>;
  /** Whole lines, oldest first. */
  lines: string[];
  seq: number;
  /** Length of the whole lines. */
  bytes: number;
  torn: boolean;
  damage: string | null;
}

function put(
  gold: Map<number, Map<number, number>>,
  revisions: Map<number, number>,
  { pageNum, indices, after }: Delta,
): void {
  const page = gold.get(pageNum) ?? new Map<number, number>();
  gold.set(pageNum, page);
  for (const [k, index] of indices.entries())
    if (after[k] === UNDECIDED) page.delete(index);
    else page.set(index, after[k]);
  revisions.set(pageNum, (revisions.get(pageNum) ?? 0) + 1);
}

function parseBatch(line: string): Batch | null {
  try {
    const parsed = batchSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

async function readJournal(folder: string): Promise<ReadJournal> {
  const read: ReadJournal = {
    gold: new Map(),
    revisions: new Map(),
    lines: [],
    seq: 0,
    bytes: 0,
    torn: false,
    damage: null,
  };
  let content: Buffer;
  try {
    content = await readFile(join(folder, JOURNAL));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return read;
    throw toGalleyError(error, join(folder, JOURNAL));
  }
  const snapshot = await readSnapshot(folder, content);
  if (snapshot) {
    read.gold = snapshot.gold;
    read.revisions = snapshot.revisions;
  }
  for (let begin = 0; begin < content.length; ) {
    const end = content.indexOf(0x0a, begin);
    const last = end < 0 || end === content.length - 1;
    const line = content.toString('utf8', begin, end < 0 ? content.length : end);
    if (end < 0) {
      read.torn = true;
      break;
    }
    if (snapshot && begin < snapshot.bytes) {
      read.seq = snapshot.seq;
      read.lines.push(line);
    } else {
      const batch = parseBatch(line);
      if (!batch || batch.seq !== read.seq + 1) {
        // A torn write can also leave a whole line of garbage (zeros of a file system's tail) at the end.
        if (last && !batch) read.torn = true;
        else
          read.damage = `line ${read.lines.length + 1} of the journal cannot be read; labels after it are not shown`;
        break;
      }
      read.seq = batch.seq;
      read.lines.push(line);
      for (const delta of batch.deltas) put(read.gold, read.revisions, delta);
    }
    read.bytes = end + 1;
    begin = end + 1;
  }
  return read;
}

/** The snapshot, where it fits the journal: it ends at the end of one of its lines. */
async function readSnapshot(folder: string, journal: Buffer) {
  const parsed = snapshotSchema.safeParse(await readJson(join(folder, SNAPSHOT)).catch(() => null));
  if (!parsed.success) return null;
  const { bytes, seq, gold, revisions } = parsed.data;
  if (bytes > journal.length || (bytes > 0 && journal[bytes - 1] !== 0x0a)) return null;
  const lineBegin = bytes === 0 ? 0 : journal.lastIndexOf(0x0a, bytes - 2) + 1;
  const last = bytes === 0 ? null : parseBatch(journal.toString('utf8', lineBegin, bytes - 1));
  if ((last?.seq ?? 0) !== seq) return null;
  return {
    bytes,
    seq,
    revisions: new Map(Object.entries(revisions).map(([page, n]) => [Number(page), n])),
    gold: new Map(
      Object.entries(gold).map(([page, pairs]) => {
        const decided = new Map<number, number>();
        for (let i = 0; i + 1 < pairs.length; i += 2) decided.set(pairs[i], pairs[i + 1]);
        return [Number(page), decided] as const;
      }),
    ),
  };
}
