import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GalleyError } from '../errors/galley-error.ts';
import type { LanguageData } from './language-data.ts';

/** A word as Tesseract gives it, pixels of the picture it was handed. */
export interface TesseractWord {
  readonly text: string;
  /** 0..100. */
  readonly confidence: number;
  readonly bbox: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}
interface TesseractBlock {
  readonly paragraphs?:
    | readonly { readonly lines?: readonly { readonly words?: readonly TesseractWord[] }[] }[]
    | null;
}

/** How the page is taken apart: tesseract's PSM numbers. */
export type PageSegmentation = 'page' | 'line' | 'word' | 'character';
const SEGMENTATION: Record<PageSegmentation, string> = { page: '3', line: '7', word: '8', character: '10' };
/** LSTM_ONLY of tesseract's engine modes. */
const LSTM = 1;

export interface RecogniseOptions {
  readonly segmentation?: PageSegmentation;
  /** Characters the answer is made of. */
  readonly characters?: string;
  readonly onProgress?: (share: number) => void;
}

interface Packet {
  readonly action: string;
  readonly jobId: string;
  readonly status: 'resolve' | 'reject' | 'progress';
  readonly data: unknown;
}
interface Waiting {
  resolve(data: unknown): void;
  reject(error: unknown): void;
  onProgress?: (share: number) => void;
}

const require = createRequire(import.meta.url);

/**
 * One Tesseract in a thread of its own. tesseract.js' worker script is driven here by its messages rather than by its
 * `createWorker`, which never settles where the language data fail to load, throws out of an event handler, and cannot
 * be ended while it starts. Everything it loads is a local file: the core is `require`d, the data are read from a folder.
 */
export class TesseractThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<string, Waiting>();
  #jobs = 0;
  #ended: GalleyError | null = null;

  /** @param execArgv options of the thread's Node, for tests */
  constructor(execArgv: readonly string[] = []) {
    this.#worker = new Worker(require.resolve('tesseract.js/src/worker-script/node/index.js'), {
      execArgv: [...execArgv],
      // What leptonica says of odd pictures is no business of a terminal.
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (packet: Packet) => this.#receive(packet));
    this.#worker.on('error', (cause) =>
      this.#fail(new GalleyError('damaged', `text recognition failed: ${String(cause)}`, { cause })),
    );
    this.#worker.on('exit', () => this.#fail(new GalleyError('cancelled', 'text recognition was stopped')));
  }

  /** Loads core and language. @throws GalleyError `damaged` where the data cannot be used */
  async start({ language, folder, gzip }: LanguageData): Promise<this> {
    await this.#send('load', { options: { lstmOnly: true, logging: false } });
    // A path with two slashes first would be taken for an address.
    const options = { langPath: resolve(folder), gzip, cacheMethod: 'none', lstmOnly: true };
    await this.#send('loadLanguage', { langs: language, options });
    await this.#send('initialize', { langs: language, oem: LSTM, config: {} });
    return this;
  }

  /**
   * Words of a picture in reading order.
   * @param image bytes of a PNG, one page, upright
   * @throws GalleyError `damaged`, or `cancelled` when the thread is ended meanwhile
   */
  async recognise(image: Uint8Array, options: RecogniseOptions = {}): Promise<TesseractWord[]> {
    const parameters = {
      tessedit_pageseg_mode: SEGMENTATION[options.segmentation ?? 'page'],
      tessedit_char_whitelist: options.characters ?? '',
    };
    await this.#send('setParameters', { params: parameters });
    const payload = { image, options: {}, output: { blocks: true, text: false } };
    const result = (await this.#send('recognize', payload, options.onProgress)) as {
      blocks: readonly TesseractBlock[] | null;
    };
    return (result.blocks ?? []).flatMap((block) =>
      (block.paragraphs ?? []).flatMap((paragraph) =>
        (paragraph.lines ?? []).flatMap((line) => line.words ?? []),
      ),
    );
  }

  /** Ends the thread, whatever it does; resolves when it is gone. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(action: string, payload: unknown, onProgress?: (share: number) => void): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    const jobId = String(++this.#jobs);
    return new Promise((resolve, reject) => {
      this.#waiting.set(`${action}-${jobId}`, { resolve, reject, onProgress });
      this.#worker.postMessage({ workerId: 'galley', jobId, action, payload });
    });
  }

  #receive({ action, jobId, status, data }: Packet): void {
    const key = `${action}-${jobId}`;
    const waiting = this.#waiting.get(key);
    if (!waiting) return;
    if (status === 'progress') {
      const { progress } = data as { progress?: number };
      if (typeof progress === 'number') waiting.onProgress?.(Math.min(1, Math.max(0, progress)));
      return;
    }
    this.#waiting.delete(key);
    if (status === 'resolve') waiting.resolve(data);
    else waiting.reject(new GalleyError('damaged', `text recognition failed: ${String(data)}`));
  }

  #fail(error: GalleyError): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
