import { availableParallelism, freemem } from 'node:os';
import { GalleyError } from '../errors/galley-error.ts';
import type { LanguageData } from './language-data.ts';
import { type RecogniseOptions, TesseractThread, type TesseractWord } from './tesseract-thread.ts';

/** Memory of a thread with a page of 3000 x 4000 pixels under way (measured: 250 to 400 MB). */
const THREAD_BYTES = 400 * 2 ** 20;
const MOST_THREADS = 8;

/** As many threads as processors, where memory allows, eight at most. @param asked 0 for that */
export function threadCount(asked: number): number {
  if (asked > 0) return Math.min(asked, 64);
  const fits = Math.max(1, Math.floor(freemem() / THREAD_BYTES));
  return Math.max(1, Math.min(MOST_THREADS, availableParallelism(), fits));
}

/** Reads the words of pictures; what {@link Recogniser} is to its users, and what tests put in its place. */
export interface PictureReader {
  /** Pictures that can be read at once. */
  readonly threads: number;
  recognise(
    image: Uint8Array,
    options?: RecogniseOptions & { signal?: AbortSignal },
  ): Promise<TesseractWord[]>;
  close(): Promise<void>;
}

/** A bounded set of Tesseract threads, started when first needed. A thread stopped half way is replaced. */
export class Recogniser implements PictureReader {
  readonly threads: number;
  readonly #data: () => Promise<LanguageData>;
  readonly #execArgv: readonly string[];
  readonly #idle: TesseractThread[] = [];
  readonly #all = new Set<TesseractThread>();
  readonly #queue: (() => void)[] = [];
  #busy = 0;
  #closed = false;

  constructor(data: () => Promise<LanguageData>, threads: number, execArgv: readonly string[] = []) {
    this.threads = threads;
    this.#data = data;
    this.#execArgv = execArgv;
  }

  /**
   * Words of a picture; waits for a free thread. Aborted, its thread is ended at once: Tesseract knows no other stop.
   * @throws GalleyError `cancelled`, `damaged`
   */
  async recognise(
    image: Uint8Array,
    { signal, ...options }: RecogniseOptions & { signal?: AbortSignal } = {},
  ): Promise<TesseractWord[]> {
    await this.#turn();
    try {
      stopIfAborted(signal);
      return await this.#with(signal, (thread) => thread.recognise(image, options));
    } catch (error) {
      stopIfAborted(signal);
      throw error;
    } finally {
      this.#busy--;
      this.#queue.shift()?.();
    }
  }

  /** Ends every thread; resolves when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const next of this.#queue.splice(0)) next();
    await Promise.all([...this.#all].map((thread) => thread.end()));
    this.#all.clear();
  }

  async #turn(): Promise<void> {
    while (this.#busy >= this.threads && !this.#closed)
      await new Promise<void>((resolve) => {
        this.#queue.push(resolve);
      });
    this.#busy++;
    if (this.#closed) {
      this.#busy--;
      throw new GalleyError('cancelled', 'text recognition was stopped');
    }
  }

  async #with<T>(signal: AbortSignal | undefined, work: (thread: TesseractThread) => Promise<T>): Promise<T> {
    const data = await this.#data();
    const known = this.#idle.pop();
    const thread = known ?? new TesseractThread(this.#execArgv);
    this.#all.add(thread);
    const stop = () => void thread.end();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (signal?.aborted) stop();
      if (!known) await thread.start(data);
      const result = await work(thread);
      this.#idle.push(thread);
      return result;
    } catch (error) {
      this.#all.delete(thread);
      await thread.end();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GalleyError('cancelled', 'text recognition was stopped');
}
