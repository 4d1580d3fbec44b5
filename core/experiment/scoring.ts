import type { LabelledPage } from '../datasets/labelled-page.ts';
import type { LabelMap } from '../labels/labels.ts';
import { evaluatePages, type PredictedPage } from '../training/metrics/evaluate.ts';
import type { ScoresByReference } from './record.ts';

/** Column of a labelled dataset that holds gold label ids beside the weak ones, negative where undecided. */
export const GOLD_COLUMN = 'gold_labels';

/** Gold label ids of a page, or null where nobody read it. Arrow hands back plain or typed arrays, of BigInt too. */
export function goldOf(page: LabelledPage): number[] | null {
  const column = page.extra?.[GOLD_COLUMN];
  if (column === null || column === undefined) return null;
  const ids = Array.from(column as Iterable<number | bigint>, Number);
  return ids.length === page.words.length && ids.some((id) => id >= 0) ? ids : null;
}

/**
 * Scores labels of pages against gold (pages that have it) and against the dataset's own, weak, labels.
 * @param predicted label ids per page; null scores the weak labels themselves, against gold only
 */
export function scorePages(
  pages: readonly LabelledPage[],
  predicted: readonly PredictedPage[] | null,
  labelMap: LabelMap,
): ScoresByReference {
  const scores: ScoresByReference = {};
  const gold = pages.flatMap((page) => {
    const labels = goldOf(page);
    return labels ? [{ pageNum: page.pageNum, labels }] : [];
  });
  const rows = predicted ?? pages.map((page) => ({ pageNum: page.pageNum, labels: page.labels }));
  if (gold.length > 0) scores.gold = evaluatePages(rows, gold, labelMap).accumulator.record();
  if (predicted)
    scores.weak = evaluatePages(
      rows,
      pages.map((page) => ({ pageNum: page.pageNum, labels: page.labels })),
      labelMap,
    ).accumulator.record();
  return scores;
}
