import { GalleyError } from '../../errors/galley-error.ts';
import type { LabelMap } from '../../labels/labels.ts';
import { MetricsAccumulator, type ReferenceId } from './metrics.ts';

/** Predicted label ids of one page; a `Predictions` record of core/inference gives them by `predictedIds`. */
export interface PredictedPage {
  readonly pageNum: number;
  readonly labels: ArrayLike<number>;
}

/**
 * Reference labels of one page: gold or weak. null or a negative id marks a word as undecided: it is not scored.
 */
export interface ReferencePage {
  readonly pageNum: number;
  readonly labels: ArrayLike<ReferenceId>;
}

/**
 * Scores predictions against a reference, matched by page number. Predicted pages without a reference are not
 * scored; `missing` in the answer names the reference pages nobody predicted.
 * @throws GalleyError `invalid-data` for a page twice, unequal word counts or unknown ids, naming the page
 */
export function evaluatePages(
  predicted: Iterable<PredictedPage>,
  reference: Iterable<ReferencePage>,
  labelMap: LabelMap,
): { accumulator: MetricsAccumulator; missing: number[]; unreferenced: number[] } {
  const waiting = new Map<number, ReferencePage>();
  for (const page of reference) {
    if (waiting.has(page.pageNum))
      throw new GalleyError('invalid-data', 'the reference holds this page twice', {
        where: `page ${page.pageNum}`,
      });
    waiting.set(page.pageNum, page);
  }
  const accumulator = new MetricsAccumulator(labelMap);
  const scored = new Set<number>();
  const unreferenced: number[] = [];
  for (const page of predicted) {
    const where = `page ${page.pageNum}`;
    if (scored.has(page.pageNum))
      throw new GalleyError('invalid-data', 'this page was predicted twice', { where });
    const truth = waiting.get(page.pageNum);
    if (!truth) {
      unreferenced.push(page.pageNum);
      continue;
    }
    scored.add(page.pageNum);
    accumulator.addPage(page.labels, truth.labels, where);
  }
  const missing = [...waiting.keys()].filter((pageNum) => !scored.has(pageNum));
  return { accumulator, missing, unreferenced };
}
