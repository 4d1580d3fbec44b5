import { openDatasetDict } from '../datasets/dataset-dict.ts';
import type { Features } from '../datasets/features.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { GalleyError } from '../errors/galley-error.ts';
import type { WorkHooks } from './types.ts';

/** Gold label of a word that nobody decided. */
const UNDECIDED = -1;
const GOLD_COLUMNS: Features = {
  gold_labels: { feature: { dtype: 'int64', _type: 'Value' }, _type: 'Sequence' },
  gold_quality: { dtype: 'string', _type: 'Value' },
};

/** Gold label ids of a page from its own column, negative where undecided; null where nobody read it. */
export function goldLabelsOf(page: LabelledPage): number[] | null {
  const column = page.extra?.gold_labels;
  if (column === null || column === undefined || typeof column !== 'object') return null;
  const ids = Array.from(column as ArrayLike<unknown>, Number);
  return ids.length === page.words.length && ids.some((id) => id >= 0) ? ids : null;
}

/** A page with gold labels over its weak ones, sure of them; negative where nobody decided. Null: the page as it is. */
export function withGold(page: LabelledPage, gold: readonly number[] | null | undefined): LabelledPage {
  if (!gold) return page;
  const own = (value: ArrayLike<unknown> | null | undefined, fallback: number) =>
    page.words.map((_, i) => Number(value?.[i] ?? fallback));
  const column = page.extra?.token_confidence as ArrayLike<unknown> | null | undefined;
  const stored = own(page.extra?.gold_labels as ArrayLike<unknown> | null | undefined, UNDECIDED);
  const extra = {
    ...page.extra,
    ...(column ? { token_confidence: own(column, 1).map((c, i) => (gold[i] >= 0 ? 1 : c)) } : {}),
    gold_labels: stored.map((id, i) => (gold[i] >= 0 ? gold[i] : id)),
    gold_quality: page.extra?.gold_quality || (gold.some((id) => id >= 0) ? 'gold' : ''),
  };
  // Spreading the page would read its image.
  const copy = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(page)) as LabelledPage;
  const labels = page.labels.map((id, i) => (gold[i] >= 0 ? gold[i] : id));
  return Object.defineProperties(copy, {
    labels: { value: labels, enumerable: true, configurable: true },
    extra: { value: extra, enumerable: true, configurable: true },
  });
}

export interface GoldDatasetOptions {
  readonly from: string;
  readonly to: string;
  /** Labels that people gave, by page; negative where they did not decide. */
  readonly gold: ReadonlyMap<number, readonly number[]>;
}

/**
 * Writes a dataset with gold labels in place of weak ones, and in its column `gold_labels`, which is what models are
 * scored against. Pages nobody labelled are as they were.
 * @throws GalleyError as reading and writing a dataset do
 */
export async function writeGoldDataset(
  { from, to, gold }: GoldDatasetOptions,
  hooks: WorkHooks = {},
): Promise<string> {
  const source = await openDatasetDict(from);
  const columns = [...source.splits.values()][0]?.extraColumns ?? {};
  const total = [...source.splits.values()].reduce((sum, split) => sum + split.length, 0);
  let done = 0;
  const pages = function* (name: string): Generator<LabelledPage> {
    for (const page of source.splits.get(name)!) {
      if (hooks.signal?.aborted) throw new GalleyError('cancelled', 'stopped while writing the dataset');
      hooks.onProgress?.({ done: ++done, total, what: 'applying gold labels' });
      const merged = withGold(page, gold.get(page.pageNum));
      // Every row needs the columns, also of a dataset that had none.
      yield merged === page
        ? withGold(
            page,
            page.words.map(() => UNDECIDED),
          )
        : merged;
    }
  };
  const written = await writeDatasetDict(to, {
    splits: Object.fromEntries([...source.splits.keys()].map((name) => [name, pages(name)])),
    labelMap: source.labelMap,
    extraColumns: {
      ...columns,
      gold_labels: columns.gold_labels ?? GOLD_COLUMNS.gold_labels,
      gold_quality: columns.gold_quality ?? GOLD_COLUMNS.gold_quality,
    },
    overwrite: true,
  });
  return written.directory;
}
