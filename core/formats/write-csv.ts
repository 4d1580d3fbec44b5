import { writeCsv } from '../files/csv.ts';
import { type ExportPage, labelAt } from './export-page.ts';

const HEADER = [
  'page_num',
  'word_index',
  'word',
  'x0',
  'y0',
  'x1',
  'y1',
  'label',
  'label_quality',
  'label_score',
  'ocr_confidence',
] as const;

/** Every word a row; boxes 0..1000, empty cells where nothing is known. */
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
        label === null ? null : page.labelQuality,
        page.scores?.[i] ?? null,
        page.confidences?.[i] ?? null,
      ];
    }),
  );
  return writeCsv([HEADER, ...rows]);
}
