import { basename, extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GalleyError } from '../errors/galley-error.ts';
import { readBounded } from '../formats/bounds.ts';
import type { PdfAnswer, PdfPage, PdfRequest } from './pdf-messages.ts';

/** No book of scans is larger. */
const MOST_BYTES = 2 * 2 ** 30 - 1;
const MOST_PAGES = 5000;
/** A page that takes longer is one that never ends. Milliseconds. */
const PATIENCE = 120_000;
/** Of the thread's JavaScript; pictures lie outside it. */
const THREAD_MEMORY_MB = 1024;

/** A PDF, read by pdf.js in a thread that is ended when it fails, takes too long or is told to stop. */
export class PdfFile {
  readonly path: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(answer: PdfAnswer): void; reject(error: unknown): void }>();
  readonly #patience: number;
  #asked = 0;
  #ended: GalleyError | null = null;
  #pages = 0;

  private constructor(path: string, bytes: Uint8Array, patience: number) {
    this.path = path;
    this.#patience = patience;
    this.#worker = new Worker(new URL(`./pdf-worker${extname(import.meta.url)}`, import.meta.url), {
      workerData: { bytes },
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MEMORY_MB },
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', ({ id, answer }: { id: number; answer: PdfAnswer }) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
    });
    this.#worker.on('error', (cause) =>
      this.#fail(this.#damaged(String((cause as Error).message ?? cause), cause)),
    );
    this.#worker.on('exit', () =>
      this.#fail(new GalleyError('cancelled', 'reading the PDF was stopped', { where: path })),
    );
  }

  /** @throws GalleyError `damaged`, `invalid-data` (a password, too large), `not-found`, `cancelled` naming the file */
  static async open(
    path: string,
    options: { signal?: AbortSignal; patience?: number } = {},
  ): Promise<PdfFile> {
    const bytes = await readBounded(path, MOST_BYTES);
    const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1');
    if (!head.includes('%PDF-'))
      throw new GalleyError('damaged', 'the file is not a PDF: it does not begin with %PDF-', {
        where: path,
      });
    const file = new PdfFile(path, new Uint8Array(bytes), options.patience ?? PATIENCE);
    try {
      const answer = await file.#ask({ type: 'open' }, options.signal);
      if (answer.type !== 'open') throw file.#damaged('it did not open');
      if (answer.pages < 1) throw file.#damaged('it has no pages');
      if (answer.pages > MOST_PAGES)
        throw new GalleyError(
          'invalid-data',
          `the PDF has ${answer.pages} pages, at most ${MOST_PAGES} are read`,
          {
            where: path,
            hint: 'split the file',
          },
        );
      file.#pages = answer.pages;
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get pages(): number {
    return this.#pages;
  }

  /**
   * A page with its text layer, rendered where `picture` is asked for.
   * @param index 0-based @throws GalleyError `damaged`, `cancelled`
   */
  async page(
    index: number,
    { dpi, picture = true, signal }: { dpi: number; picture?: boolean; signal?: AbortSignal },
  ): Promise<PdfPage> {
    const answer = await this.#ask({ type: 'page', index, dpi, picture }, signal, `page ${index + 1}`);
    if (answer.type !== 'page') throw this.#damaged('it gave no page');
    return answer;
  }

  /** Whether the thread takes no further page. */
  get ended(): boolean {
    return this.#ended !== null;
  }

  /** Resolves when no page is under way. */
  async whenIdle(): Promise<this> {
    while (this.#waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    return this;
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(request: PdfRequest, signal?: AbortSignal, part?: string): Promise<PdfAnswer> {
    if (signal?.aborted)
      throw new GalleyError('cancelled', 'reading the PDF was stopped', { where: this.path });
    if (this.#ended) throw this.#ended;
    const id = ++this.#asked;
    const stop = () => {
      this.#fail(new GalleyError('cancelled', 'reading the PDF was stopped', { where: this.path }));
      void this.close();
    };
    const late = setTimeout(() => {
      this.#fail(
        this.#damaged(`${part ?? 'it'} was not read within ${Math.round(this.#patience / 1000)} seconds`),
      );
      void this.close();
    }, this.#patience);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const answer = await new Promise<PdfAnswer>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#worker.postMessage({ id, request });
      });
      if (answer.type !== 'failed') return answer;
      if (answer.name === 'PasswordException')
        throw new GalleyError('invalid-data', 'the PDF is protected by a password', {
          where: this.path,
          hint: 'save a copy without the password and import that',
        });
      throw this.#damaged(`${part ? `${part}: ` : ''}${answer.message}`);
    } finally {
      clearTimeout(late);
      signal?.removeEventListener('abort', stop);
    }
  }

  #damaged(message: string, cause?: unknown): GalleyError {
    return new GalleyError('damaged', `the PDF cannot be read: ${message}`, { where: this.path, cause });
  }

  #fail(error: GalleyError): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

export const isPdfName = (path: string): boolean => extname(basename(path)).toLowerCase() === '.pdf';
