import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { writeLabelsJsonl } from '../datasets/labels-jsonl.ts';
import { writePagesJsonl } from '../datasets/pages-jsonl.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { ensureFolder, writeFolderWhole, writeJsonWhole } from '../files/files.ts';
import { DEMO_LABELS, readSetPage, scanSetPage } from './demo-pages.ts';
import { type SetPage, setBook } from './typeset/paginate.ts';

export interface DemoOptions {
  /** Number of pages, from 1 on; an index takes the last few of a longer book. */
  readonly pages: number;
  /** The same seed gives the same bytes. */
  readonly seed: number;
  /** Folder to write; one that holds anything but an earlier demo is refused. */
  readonly outDir: string;
  /** Worker threads that print the scans; 0 prints them in this one. Default: one a processor, four at most. */
  readonly threads?: number;
  readonly onProgress?: (progress: { done: number; total: number; what: string }) => void;
  readonly signal?: AbortSignal;
}

export interface DemoResult {
  readonly pagesFile: string;
  readonly labelsFile: string;
  readonly imagesDir: string;
  readonly pages: number;
  readonly words: number;
}

/** Says that a folder is a demo that may be replaced. */
const MARK = 'demo.json';
/** From this many pages on threads pay for their start. */
const WORTH_THREADS = 12;

export const imageName = (pageNum: number): string => `images/${String(pageNum).padStart(4, '0')}.png`;

/**
 * Writes the demo cookbook: `pages.jsonl` (boxes 0..1000), `labels.jsonl` (gold by construction) and `images/*.png`,
 * in the formats that `readPagesJsonl` and `readLabelsJsonl` read; the whole folder or nothing.
 * @throws GalleyError `usage` for impossible options, `exists` for a folder that holds something else, `cancelled`, `io`
 */
export async function generateDemo(options: DemoOptions): Promise<DemoResult> {
  const { pages, seed, signal } = options;
  const outDir = resolve(options.outDir);
  if (!Number.isSafeInteger(pages) || pages < 1 || pages > 20_000)
    throw new GalleyError('usage', `a demo has 1 to 20000 pages, found ${pages}`);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new GalleyError('usage', `a seed is a whole number from 0, found ${seed}`);
  if (existsSync(outDir) && readdirSync(outDir).length > 0 && !existsSync(join(outDir, MARK)))
    throw new GalleyError('exists', 'the folder holds files that are no demo', {
      where: outDir,
      hint: 'name a new or an empty folder',
    });

  const book = setBook(seed, pages);
  const read = book.map((page) => readSetPage(page, seed));
  await writeFolderWhole(outDir, async (folder) => {
    await ensureFolder(join(folder, 'images'));
    await printScans(book, folder, options);
    signal?.throwIfAborted();
    await writePagesJsonl(
      join(folder, 'pages.jsonl'),
      read.map((page) => ({ ...page, imagePath: join(folder, imageName(page.pageNum)) })),
    );
    await writeLabelsJsonl(
      join(folder, 'labels.jsonl'),
      read.map(({ pageNum, labels }) => ({
        pageNum,
        quality: 'gold',
        coverage: 1,
        labels: labels.map((name) => DEMO_LABELS.idOf(name)),
      })),
      DEMO_LABELS,
    );
    await writeJsonWhole(join(folder, MARK), { made_by: 'galley demo-data', pages, seed });
  });
  return {
    pagesFile: join(outDir, 'pages.jsonl'),
    labelsFile: join(outDir, 'labels.jsonl'),
    imagesDir: join(outDir, 'images'),
    pages: read.length,
    words: read.reduce((sum, page) => sum + page.words.length, 0),
  };
}

/** Pages are dealt out to threads in turn; which thread prints a page changes nothing in it. */
async function printScans(book: readonly SetPage[], folder: string, options: DemoOptions): Promise<void> {
  const { seed, signal, onProgress } = options;
  let done = 0;
  const printed = () => onProgress?.({ done: ++done, total: book.length, what: 'pages printed' });
  const cancelled = () => new GalleyError('cancelled', 'stopped before the demo was whole');
  const threads = Math.min(options.threads ?? Math.min(4, availableParallelism()), book.length);
  if (threads < 2 || book.length < WORTH_THREADS) {
    for (const page of book) {
      if (signal?.aborted) throw cancelled();
      await writeFile(join(folder, imageName(page.pageNum)), scanSetPage(page, seed));
      printed();
    }
    return;
  }
  const hands = Array.from({ length: threads }, (_, hand) => book.filter((_page, i) => i % threads === hand));
  const workers: Worker[] = [];
  try {
    await Promise.all(
      hands.map(
        (share) =>
          new Promise<void>((finish, fail) => {
            const worker = new Worker(new URL(`./demo-worker${extname(import.meta.url)}`, import.meta.url), {
              workerData: { pages: share, seed, folder },
            });
            workers.push(worker);
            signal?.addEventListener('abort', () => fail(cancelled()), { once: true });
            if (signal?.aborted) fail(cancelled());
            worker.on('message', printed);
            worker.on('error', fail);
            worker.on('exit', (code) =>
              code === 0
                ? finish()
                : fail(new GalleyError('io', `a printing thread stopped with code ${code}`)),
            );
          }),
      ),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
