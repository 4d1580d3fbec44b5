import { createHash } from 'node:crypto';
import type { LabelledPage } from '../datasets/labelled-page.ts';

/** First 16 hex digits of a SHA-256 over page numbers, words, boxes and labels: tells two datasets apart. */
export function datasetFingerprint(splits: Iterable<readonly [string, Iterable<LabelledPage>]>): string {
  const hash = createHash('sha256');
  for (const [name, pages] of splits) {
    hash.update(`split ${name}\n`);
    for (const page of pages)
      hash.update(
        JSON.stringify([page.pageNum, page.width, page.height, page.words, page.bboxes, page.labels]),
      );
  }
  return hash.digest('hex').slice(0, 16);
}
