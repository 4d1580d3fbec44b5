import { writeCsv } from '../files/csv.ts';
import { type ExportPage, labelAt, labelSourceAt } from './export-page.ts';

/** Columns of the CSV of tokens, in their order. */
export const CSV_COLUMNS = [
  'page_num',
  'word_index',
  'word',
  'x0',
  'y0',
  'x1',
  'y1',
  'label',
  'label_source',
  'label_quality',
  'label_score',
  'ocr_confidence',
  'width',
  'height',
  'image',
  'label_set',
] as const;

/**
 * Every word a row; boxes 0..1000 of a page of `width` x `height` pixels, empty cells where nothing is known. The first row
 * of a page holds every label of the set, as JSON.
 */
export function writeTokensCsv(pages: readonly ExportPage[]): string {
  const rows = pages.flatMap((page) =>
    page.words.map((word, i) => {
      const label = labelAt(page, i);
      return [
        page.pageNum,
        i,
        word,
        ...page.bboxes[i],
        label,
        labelSourceAt(page, i),
        label === null ? null : page.labelQuality,
        page.scores?.[i] ?? null,
        page.confidences?.[i] ?? null,
        page.width,
        page.height,
        page.image,
        i === 0 ? JSON.stringify(page.labelSet) : null,
      ];
    }),
  );
  return writeCsv([CSV_COLUMNS, ...rows]);
}
