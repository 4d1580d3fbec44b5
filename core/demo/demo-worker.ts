import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { scanSetPage } from './demo-pages.ts';
import { imageName } from './generate-demo.ts';
import type { SetPage } from './typeset/paginate.ts';

/** A printing thread: writes the scans of its share of pages, one message a page. */
const { pages, seed, folder } = workerData as { pages: readonly SetPage[]; seed: number; folder: string };
for (const page of pages) {
  writeFileSync(join(folder, imageName(page.pageNum)), scanSetPage(page, seed));
  parentPort?.postMessage(page.pageNum);
}
