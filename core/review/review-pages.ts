import type { LabelledPage } from '../datasets/labelled-page.ts';
import { readingLines } from '../encoding/reading-lines.ts';
import { GalleyError } from '../errors/galley-error.ts';
import type { Predictions } from '../inference/predictions.ts';
import type { LabelMap } from '../labels/labels.ts';
import type { ReviewPage } from './queue.ts';

/**
 * Probabilities [words, C] of predictions made with `withProbs`, in the order of the label map.
 * @throws GalleyError `mismatch` for predictions without probabilities or of other labels
 */
export function probabilitiesOf(
  predictions: Pick<Predictions, 'page_num' | 'tokens'>,
  labelMap: LabelMap,
): Float32Array {
  const C = labelMap.names.length;
  const rows = new Float32Array(predictions.tokens.length * C);
  for (const [i, token] of predictions.tokens.entries())
    for (const [c, name] of labelMap.names.entries()) {
      const p = token.probs?.[name];
      if (p === undefined)
        throw new GalleyError(
          'mismatch',
          token.probs ? `the predictions do not know the label ${name}` : 'predictions without probabilities',
          {
            where: `page ${predictions.page_num}`,
            hint: 'predict again with --with_probs and this label set',
          },
        );
      rows[i * C + c] = p;
    }
  return rows;
}

/** Which of a page's gold labels a person decided; null: none. */
export type SettledWords = (page: LabelledPage) => ArrayLike<boolean> | undefined;

/** Words whose `gold_labels` column says that somebody decided. */
export const settledByGold: SettledWords = (page) => {
  const gold = page.extra?.gold_labels;
  if (gold === null || gold === undefined || typeof gold !== 'object') return undefined;
  const ids = Array.from(gold as ArrayLike<unknown>, Number);
  return ids.length === page.words.length ? ids.map((id) => id >= 0) : undefined;
};

/** A page of a dataset with what a model thinks of it. */
export function reviewPage(
  page: LabelledPage,
  probabilities: ArrayLike<number>,
  settled: SettledWords = () => undefined,
): ReviewPage {
  return {
    pageNum: page.pageNum,
    words: page.words,
    lines: readingLines(page),
    labels: page.labels,
    probabilities,
    settled: settled(page),
  };
}
