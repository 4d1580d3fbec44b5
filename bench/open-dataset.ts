/**
 * How long a large dataset takes to show its first page, and how much memory reading it takes.
 *
 *     node bench/open-dataset.ts [--pages 10000] [--words 240] [--dir FOLDER]
 *
 * Writes a dataset of that many pages (once per folder; 100 000 pages take about 1.6 GB), then, in a process of its
 * own so that nothing of the writing counts: opens it, reads its first page, pages in random order, and every page.
 * The operating system has the files in its cache; the program has read none of them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatasetDict } from '../core/datasets/dataset-dict.ts';
import type { LabelledPage } from '../core/datasets/labelled-page.ts';
import { writeDatasetDict } from '../core/datasets/write-dataset-dict.ts';
import { LabelMap } from '../core/labels/labels.ts';
import type { Box } from '../core/page/page.ts';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '10000' },
    words: { type: 'string', default: '240' },
    dir: { type: 'string' },
    read: { type: 'boolean', default: false },
  },
});
const pages = Number(values.pages);
const wordsPerPage = Number(values.words);
const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20);
const peak = () => Math.round(process.resourceUsage().maxRSS / 1024);

function* generated(): Generator<LabelledPage> {
  const words = ['flour', 'butter', 'sugar', '1⁄2', 'teaspoon', 'salt', 'baking', 'powder.', 'Mix', 'and'];
  for (let pageNum = 0; pageNum < pages; pageNum++)
    yield {
      pageNum,
      width: 500,
      height: 870,
      imagePath: null,
      words: Array.from({ length: wordsPerPage }, (_, i) => words[(i * 7 + pageNum) % words.length]),
      bboxes: Array.from(
        { length: wordsPerPage },
        (_, i): Box => [(i % 10) * 90, 4 * i, (i % 10) * 90 + 80, 4 * i + 9],
      ),
      labels: Array.from({ length: wordsPerPage }, (_, i) => (i + pageNum) % 7),
    };
}

function timed<T>(what: string, work: () => T, count = 1): T {
  const start = performance.now();
  const result = work();
  const each = (performance.now() - start) / count;
  console.log(
    `${what.padEnd(34)} ${each.toFixed(3).padStart(9)} ms${count > 1 ? ' a page' : ''}   peak memory ${peak()} MB`,
  );
  return result;
}

async function read(dir: string): Promise<void> {
  console.log(`${'before'.padEnd(34)} ${''.padStart(9)}      peak memory ${peak()} MB`);
  const start = performance.now();
  const dataset = await openDatasetDict(dir);
  console.log(
    `${'open'.padEnd(34)} ${(performance.now() - start).toFixed(3).padStart(9)} ms   peak memory ${peak()} MB`,
  );
  const split = dataset.split('train');
  timed('first page', () => split.page(0));
  timed('last page', () => split.page(split.length - 1));
  timed('page numbers of all pages', () => split.indexOf(pages - 1));
  const random = Array.from({ length: 1000 }, (_, i) => (i * 7919 + 13) % split.length);
  timed('1000 pages in random order', () => random.forEach((i) => void split.page(i)), 1000);
  let words = 0;
  timed(
    'every page in order',
    () => {
      for (const page of split) words += page.words.length;
    },
    split.length,
  );
  if (words !== pages * wordsPerPage)
    throw new Error(`read ${words} words, expected ${pages * wordsPerPage}`);
}

if (values.read && values.dir) await read(values.dir);
else {
  const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'galley-bench-'));
  if (!existsSync(join(dir, 'dataset_dict'))) {
    const start = performance.now();
    await writeDatasetDict(dir, { splits: { train: generated() }, labelMap: LabelMap.default });
    console.log(
      `wrote ${pages} pages of ${wordsPerPage} words in ${((performance.now() - start) / 1000).toFixed(1)} s, peak memory ${megabytes(process.resourceUsage().maxRSS * 1024)} MB`,
    );
  }
  const again = ['--read', '--dir', dir, '--pages', String(pages), '--words', String(wordsPerPage)];
  execFileSync(process.execPath, [import.meta.filename, ...again], { stdio: 'inherit' });
  if (!values.dir) rmSync(dir, { recursive: true });
}
