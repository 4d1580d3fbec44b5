import { openDatasetDict } from '../datasets/dataset-dict.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { DEFAULT_LABELS, type LabelMap } from '../labels/labels.ts';
import { goldLabelsOf } from './gold-dataset.ts';
import { toLabelledPage } from './label-book.ts';
import { labelBook } from './label-pages.ts';
import type { RuleSettings } from './rule-settings.ts';
import type { WeakPage, WorkHooks } from './types.ts';

/** Whether a page's labels were made by rules, so that rules may make them again. */
export const isWeaklyLabelled = (page: LabelledPage): boolean => page.extra?.label_source === 'weak';

/** @throws GalleyError `usage` for a dataset with labels the rules know nothing of */
export function requireOwnLabels(labelMap: LabelMap): void {
  if (labelMap.names.join() !== DEFAULT_LABELS.join())
    throw new GalleyError('usage', 'the rules know the labels of recipes only, and this dataset has its own');
}

/**
 * Labels the weakly labelled pages of a dataset anew, in place, whole or not at all. Their gold column stays, as do
 * the splits and pages that were labelled otherwise.
 * @returns the pages that were labelled anew
 * @throws GalleyError as reading, writing and `labelBook` do; `usage` where the labels are not those of the rules
 */
export async function relabelDataset(
  dir: string,
  rules: RuleSettings,
  hooks: WorkHooks = {},
): Promise<number> {
  const dataset = await openDatasetDict(dir);
  requireOwnLabels(dataset.labelMap);
  const splits = [...dataset.splits.values()];
  const pages = splits.flatMap((split) => [...split]).filter(isWeaklyLabelled);
  const weak = new Map<number, WeakPage>(
    labelBook(pages, hooks, rules).map((found) => [found.page.pageNum, found]),
  );
  const relabelled = function* (name: string): Generator<LabelledPage> {
    for (const page of dataset.splits.get(name)!) {
      const found = weak.get(page.pageNum);
      if (!found || !isWeaklyLabelled(page)) {
        yield page;
        continue;
      }
      const quality = page.extra?.gold_quality;
      const fresh = toLabelledPage(
        page,
        found,
        goldLabelsOf(page),
        typeof quality === 'string' ? quality : '',
      );
      const copy = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(page)) as LabelledPage;
      yield Object.defineProperties(copy, {
        labels: { value: fresh.labels, enumerable: true, configurable: true },
        extra: { value: { ...page.extra, ...fresh.extra }, enumerable: true, configurable: true },
      });
    }
  };
  await writeDatasetDict(dir, {
    splits: Object.fromEntries([...dataset.splits.keys()].map((name) => [name, relabelled(name)])),
    labelMap: dataset.labelMap,
    extraColumns: splits[0]?.extraColumns ?? {},
    overwrite: true,
  });
  return weak.size;
}
