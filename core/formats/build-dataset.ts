import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Features } from '../datasets/features.ts';
import { labelMapJson, ownStylesSchema } from '../datasets/label-map-file.ts';
import { IGNORED_LABEL, type LabelledPage } from '../datasets/labelled-page.ts';
import { splitPages } from '../datasets/splits.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, writeJsonWhole } from '../files/files.ts';
import { LabelMap } from '../labels/labels.ts';
import { withGold } from '../weak-labels/gold-dataset.ts';
import { toLabelledPage, UNDECIDED, WEAK_COLUMNS } from '../weak-labels/label-book.ts';
import { labelBook } from '../weak-labels/label-pages.ts';
import type { WorkHooks } from '../weak-labels/types.ts';
import type { RunOptions } from './import-run.ts';
import type { ImportStore, StoredPage } from './import-store.ts';
import { chooseLabels, type LabelMapping, mapLabel } from './label-files.ts';

export interface BuiltDataset {
  /** The folder with `dataset_dict.json`. */
  readonly datasetDir: string;
  /** Pages by split. */
  readonly pages: Readonly<Record<string, number>>;
  readonly words: number;
  readonly labels: readonly string[];
  /** Pages whose labels came with them. */
  readonly labelledPages: number;
  /** Titles of pages without words. */
  readonly blank: readonly string[];
}

const value = (dtype: string) => ({ dtype, _type: 'Value' });
const list = (dtype: string) => ({ feature: value(dtype), _type: 'Sequence' });

/** Columns an imported dataset has beside the page's own. */
const SOURCE_COLUMNS: Features = { source: value('string') };
const CONFIDENCE_COLUMN: Features = { ocr_confidence: list('float64') };
const REPAIR_COLUMN: Features = { words_before: list('string') };
const GOLD_COLUMNS: Features = {
  gold_labels: list('int64'),
  gold_quality: value('string'),
  label_source: value('string'),
};

interface Numbered {
  readonly key: string;
  readonly page: StoredPage;
  readonly number: number;
}

/**
 * Makes the dataset of everything a folder has: pages numbered (as their sources say, else in order; a number once given
 * stays), labels mapped, words nobody labelled labelled by rules where the set is Galley's own, pages split (once for all).
 * @throws GalleyError `mismatch` for labels outside the label set, `invalid-data` where no page has words
 */
export async function buildDataset(
  store: ImportStore,
  order: readonly string[],
  before: LabelMap | null,
  options: RunOptions,
  hooks: WorkHooks,
): Promise<BuiltDataset> {
  const pages: { key: string; page: StoredPage }[] = [];
  const known = new Set(order);
  const stored = new Set(store.itemIds);
  const ids = [...order.filter((id) => stored.has(id)), ...[...stored].filter((id) => !known.has(id)).sort()];
  for (const id of ids)
    for (const [i, page] of (await store.get(id)).pages.entries()) pages.push({ key: `${id}/${i}`, page });
  const settings = await labelSettings(store, options);
  const blank = pages.filter(({ page }) => page.words.length === 0).map(({ page }) => page.title);
  const printed = pages.filter(({ page }) => page.words.length > 0);
  if (printed.length === 0)
    throw new GalleyError('invalid-data', 'no page has any words', { where: store.folder });
  const asked = settings.labelSet;
  const mapped = printed.map(({ page }) =>
    page.labels?.map((label) =>
      label === null ? null : mapLabel(label, settings.mapping, (name) => asked?.has(name) ?? false),
    ),
  );
  const used = new Set(mapped.flatMap((labels) => labels?.filter((label) => label !== null) ?? []));
  const schemes = printed.map(({ page }) =>
    (page.labelSet ?? []).flatMap((label) => mapLabel(label, settings.mapping) ?? []),
  );
  const { labelMap, own } = chooseLabels(used, schemes, asked, before);
  const numbered = numberPages(printed, store);
  const labelled = labelPages(numbered, mapped, labelMap, own, store, hooks);
  splitNew(numbered, store, options, own);
  await store.save();
  await saveSettings(store, settings);
  const sorted = labelled
    .map((page, i) => ({ page, split: store.numbers.get(numbered[i].key)?.split }))
    .sort((a, b) => a.page.pageNum - b.page.pageNum);
  const of = (split: string) => sorted.filter((one) => one.split === split).map(({ page }) => page);
  const written = await writeDatasetDict(store.folder, {
    splits: { train: of('train'), validation: of('validation') },
    labelMap,
    extraColumns: {
      ...(own ? WEAK_COLUMNS : GOLD_COLUMNS),
      ...SOURCE_COLUMNS,
      ...(printed.some(({ page }) => page.confidences) ? CONFIDENCE_COLUMN : {}),
      ...(printed.some(({ page }) => page.wordsBefore) ? REPAIR_COLUMN : {}),
    },
    overwrite: true,
  });
  return {
    datasetDir: written.directory,
    pages: written.pages,
    words: printed.reduce((sum, { page }) => sum + page.words.length, 0),
    labels: labelMap.names,
    labelledPages: mapped.filter((labels) => labels?.some((label) => label !== null)).length,
    blank,
  };
}

/** Gives every page its number: the one it has, the one its source says where it is free, the next. */
function numberPages(pages: readonly { key: string; page: StoredPage }[], store: ImportStore): Numbered[] {
  const present = new Set(pages.map(({ key }) => key));
  for (const key of [...store.numbers.keys()]) if (!present.has(key)) store.numbers.delete(key);
  const taken = new Set([...store.numbers.values()].map(({ number }) => number));
  const wanted = new Map<string, number>();
  for (const { key, page } of pages)
    if (!store.numbers.has(key) && page.pageNum !== undefined && !taken.has(page.pageNum)) {
      taken.add(page.pageNum);
      wanted.set(key, page.pageNum);
    }
  let next = Math.max(0, ...taken);
  return pages.map(({ key, page }) => {
    const number = store.numbers.get(key)?.number ?? wanted.get(key) ?? ++next;
    return { key, page, number };
  });
}

/** Splits the pages that have no split yet; a book's pages in runs, forms one by one. */
function splitNew(
  numbered: readonly Numbered[],
  store: ImportStore,
  { valFraction, seed }: RunOptions,
  own: boolean,
): void {
  const fresh = numbered.filter(({ key }) => !store.numbers.has(key));
  for (const { key, number, page } of fresh)
    if (page.split) store.numbers.set(key, { number, split: page.split });
  const open = fresh.filter(({ page }) => page.split === undefined);
  const { train, validation } = splitPages(
    open.map(({ key, number }) => ({ key, pageNum: number })),
    { validationFraction: valFraction, seed, ...(own ? {} : { blockSize: 1 }) },
  );
  for (const { key, pageNum } of train) store.numbers.set(key, { number: pageNum, split: 'train' });
  for (const { key, pageNum } of validation) store.numbers.set(key, { number: pageNum, split: 'validation' });
}

function labelPages(
  numbered: readonly Numbered[],
  mapped: readonly (readonly (string | null)[] | undefined)[],
  labelMap: LabelMap,
  own: boolean,
  store: ImportStore,
  hooks: WorkHooks,
): LabelledPage[] {
  const pages = numbered.map(({ page, number }) => ({
    pageNum: number,
    width: page.width,
    height: page.height,
    words: page.words,
    bboxes: page.bboxes,
    imagePath: imagePathOf(page, store.folder),
  }));
  const ids = mapped.map((labels) =>
    labels?.map((label) => (label === null ? UNDECIDED : labelMap.idOf(label))),
  );
  const weak = own ? labelBook(pages, hooks) : null;
  return pages.map((page, i) => {
    const { page: stored } = numbered[i];
    const base: LabelledPage = weak
      ? toLabelledPage(page, weak[i], null, '')
      : {
          ...page,
          labels: page.words.map(() => IGNORED_LABEL),
          extra: { gold_labels: page.words.map(() => UNDECIDED), gold_quality: '', label_source: '' },
        };
    const given = withGiven(base, ids[i], stored.labelQuality ?? 'gold');
    return withExtra(given, {
      source: stored.title,
      ocr_confidence: stored.confidences?.map((c) => c ?? -1) ?? null,
      words_before: stored.wordsBefore?.map((word) => word ?? '') ?? null,
    });
  });
}

/** Labels that came with the page over those of the rules: people's as gold, a program's as they are. */
function withGiven(
  page: LabelledPage,
  ids: readonly number[] | undefined,
  quality: 'gold' | 'predicted',
): LabelledPage {
  if (!ids?.some((id) => id >= 0)) return page;
  const source = { label_source: quality === 'gold' ? 'imported' : 'predicted' };
  if (quality === 'gold') return withExtra(withGold(page, ids), source);
  return withExtra({ ...page, labels: page.labels.map((id, i) => (ids[i] >= 0 ? ids[i] : id)) }, source);
}

const withExtra = (page: LabelledPage, extra: Record<string, unknown>): LabelledPage => ({
  ...page,
  extra: { ...page.extra, ...extra },
});

function imagePathOf(page: StoredPage, folder: string): string | null {
  if (page.image === null) return null;
  const path = isAbsolute(page.image) ? page.image : join(folder, page.image);
  return existsSync(path) ? path : null;
}

interface LabelSettings {
  readonly mapping: LabelMapping;
  readonly labelSet: LabelMap | null;
}

const settingsSchema = z.object({
  mapping: z.record(z.string(), z.string().nullable()),
  labelSet: z
    .object({ id2label: z.record(z.string(), z.string()), styles: ownStylesSchema.optional() })
    .nullable(),
});
const settingsPath = (store: ImportStore) => join(store.folder, 'import', 'labels.json');

/** What this import says about labels, else what an earlier one said. */
async function labelSettings(store: ImportStore, options: RunOptions): Promise<LabelSettings> {
  const path = settingsPath(store);
  const parsed = existsSync(path) ? settingsSchema.safeParse(await readJson(path)) : null;
  const before = parsed?.success ? parsed.data : null;
  const set = before?.labelSet ?? null;
  return {
    mapping: options.labelMapping ?? before?.mapping ?? {},
    labelSet:
      options.labelSet ?? (set === null ? null : LabelMap.fromId2Label(set.id2label, path, set.styles ?? {})),
  };
}

const saveSettings = (store: ImportStore, { mapping, labelSet }: LabelSettings): Promise<void> =>
  writeJsonWhole(settingsPath(store), {
    mapping,
    labelSet: labelSet === null ? null : labelMapJson(labelSet),
  });
