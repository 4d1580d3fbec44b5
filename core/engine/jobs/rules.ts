import { openDatasetDict } from '../../datasets/dataset-dict.ts';
import { goldLabelsOf } from '../../weak-labels/gold-dataset.ts';
import { filterHighConfidence } from '../../weak-labels/high-confidence.ts';
import {
  changedLabels,
  inspectRules,
  type RuleChange,
  type RuleReport,
} from '../../weak-labels/inspect-rules.ts';
import { toLabelledPage } from '../../weak-labels/label-book.ts';
import { labelBook } from '../../weak-labels/label-pages.ts';
import { measureQuality } from '../../weak-labels/page-quality.ts';
import { isWeaklyLabelled, relabelDataset, requireOwnLabels } from '../../weak-labels/relabel-dataset.ts';
import type { RuleSettings } from '../../weak-labels/rule-settings.ts';
import { BOSTON_CLASSIC } from '../../weak-labels/thresholds.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

export interface InspectRulesInput {
  readonly datasetDir: string;
  /** Settings the dataset was labelled with. */
  readonly saved: RuleSettings;
  /** Settings to try; nothing is written. */
  readonly weights: RuleSettings;
  /** Labels people gave, by page, negative where undecided; else the dataset's own gold column. */
  readonly decided: ReadonlyMap<number, readonly number[]>;
}

export interface InspectRulesResult {
  readonly rules: readonly RuleReport[];
  readonly change: RuleChange;
  /** Pages of the high-confidence set under the preset, with the saved settings and with these. */
  readonly highconf: {
    readonly before: number;
    readonly after: number;
    /** Page numbers that come into the set, and that leave it. */
    readonly added: readonly number[];
    readonly removed: readonly number[];
  };
  /** Words that a person decided, and how many of them the rules label so, with the saved settings and with these. */
  readonly gold: { readonly words: number; readonly before: number; readonly after: number };
  readonly pages: number;
}

/** What each rule does to the weakly labelled pages of a dataset, and what other weights would change. */
export async function inspectRulesJob(
  { datasetDir, saved, weights, decided }: InspectRulesInput,
  context: JobContext<CommonEvent>,
): Promise<InspectRulesResult> {
  const hooks = jobHooks(context);
  const dataset = await openDatasetDict(datasetDir);
  requireOwnLabels(dataset.labelMap);
  const pages = [...dataset.splits.values()].flatMap((split) => [...split]).filter(isWeaklyLabelled);
  const before = labelBook(pages, hooks, saved);
  const after = isSame(saved, weights) ? before : labelBook(pages, hooks, weights);
  const gold = new Map(
    pages.map((page) => [page.pageNum, decided.get(page.pageNum) ?? goldLabelsOf(page)] as const),
  );
  const kept = (weak: typeof before): Set<number> =>
    new Set(
      filterHighConfidence(
        weak.map((found) => measureQuality(toLabelledPage(found.page, found, null, ''), dataset.labelMap)),
        BOSTON_CLASSIC,
      ).kept.map(({ quality }) => quality.pageNum),
    );
  const keptBefore = kept(before);
  const keptAfter = after === before ? keptBefore : kept(after);
  const right = (weak: typeof before) =>
    weak.reduce((sum, { page, labels }) => {
      const truth = gold.get(page.pageNum);
      return truth ? sum + labels.filter((id, i) => truth[i] >= 0 && truth[i] === id).length : sum;
    }, 0);
  return {
    rules: inspectRules(after, (pageNum) => gold.get(pageNum) ?? null),
    change: changedLabels(before, after),
    highconf: {
      before: keptBefore.size,
      after: keptAfter.size,
      added: [...keptAfter].filter((n) => !keptBefore.has(n)),
      removed: [...keptBefore].filter((n) => !keptAfter.has(n)),
    },
    gold: {
      words: [...gold.values()].reduce((sum, ids) => sum + (ids?.filter((id) => id >= 0).length ?? 0), 0),
      before: right(before),
      after: right(after),
    },
    pages: pages.length,
  };
}

const isSame = (a: RuleSettings, b: RuleSettings): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((rule) => (a[rule] ?? 1) === (b[rule] ?? 1));

/** Labels the weakly labelled pages of a dataset anew. @returns their number */
export function relabelJob(
  { datasetDir, weights }: { datasetDir: string; weights: RuleSettings },
  context: JobContext<CommonEvent>,
): Promise<number> {
  return relabelDataset(datasetDir, weights, jobHooks(context));
}
