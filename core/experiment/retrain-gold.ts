import type { DatasetDict } from '../datasets/dataset-dict.ts';
import { goldLabelsFor, readLabelsJsonl } from '../datasets/labels-jsonl.ts';
import type { TrainHooks } from '../training/stages.ts';
import type { RetrainOptions } from './retrain-options.ts';
import type { GoldCount } from './retrain-report.ts';
import { goldOf } from './scoring.ts';

/**
 * Gold labels by page: those of the window or the file, else those of the dataset's own column (with a window, of the
 * pages kept aside only); negative where undecided.
 */
export async function goldOfPages(
  options: RetrainOptions,
  dataset: DatasetDict,
  held: string,
  decided: ReadonlyMap<number, readonly number[]> | null,
  hooks: TrainHooks,
): Promise<Map<number, readonly number[]>> {
  const file =
    options.gold_labels === undefined ? null : await readLabelsJsonl(options.gold_labels, dataset.labelMap);
  const found = new Map<number, readonly number[]>();
  for (const split of dataset.splits.values())
    for (const page of split) {
      const own = decided && split.name !== held ? null : goldOf(page);
      const given = decided ? decided.get(page.pageNum) : file && goldLabelsFor(file, page);
      const gold = given ? given.map((id, i) => (id >= 0 ? id : (own?.[i] ?? id))) : own;
      if (gold?.some((id) => id >= 0)) found.set(page.pageNum, gold);
    }
  const pages = new Set([...dataset.splits.values()].flatMap((split) => [...split.pageNumbers()]));
  const unknown = [...(file?.keys() ?? [])].filter((pageNum) => !pages.has(pageNum)).length;
  if (unknown > 0)
    hooks.onWarning?.(`gold labels of ${unknown} pages that are not in ${options.dataset_dir}`);
  return found;
}

/** Pages of a split with gold labels, and their decided words. */
export function countGold(
  pageNums: readonly number[],
  gold: ReadonlyMap<number, readonly number[]>,
): GoldCount {
  const labelled = pageNums.flatMap((pageNum) => {
    const labels = gold.get(pageNum);
    return labels ? [labels] : [];
  });
  return {
    pages: labelled.length,
    words: labelled.reduce((sum, labels) => sum + labels.filter((id) => id >= 0).length, 0),
  };
}
