import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { readingLines } from '../encoding/reading-lines.ts';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { type MinimalPredictions, readPredictions } from '../inference/predictions.ts';
import { LabelMap, OUTSIDE } from '../labels/labels.ts';
import type { Page } from '../page/page.ts';
import { labelBook } from '../weak-labels/label-pages.ts';
import type { RecipePage } from './build.ts';

const STRUCTURE = ['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP'];
/** Size of a page whose predictions file does not say it. */
const ASSUMED = { width: 1000, height: 1400 };

/** `B-TITLE` and `TITLE` are one label. */
const bare = (name: string | undefined) => (name ?? OUTSIDE).replace(/^[BIES]-/, '');

/** A page with label ids; negative ones and unknown ones count as O. */
export function recipePage(
  page: Page,
  ids: readonly number[],
  names: readonly string[],
  confidences: readonly number[],
): RecipePage {
  const { pageNum, words, bboxes, width, height } = page;
  const labels = ids.map((id) => bare(names[id]));
  return { pageNum, words, bboxes, width, height, labels, confidences, lines: readingLines(page) };
}

export const datasetSources = ['labels', 'weak', 'gold'] as const;
/**
 * Which labels of a dataset: its own column (weak labels, unless somebody corrected them), the rules run anew, or the
 * column `gold_labels`.
 */
export type DatasetSource = (typeof datasetSources)[number];

/** Numbers of a column, one a word; null where the column is not there or does not fit. */
function column(page: LabelledPage, name: string): number[] | null {
  const values = page.extra?.[name] as ArrayLike<unknown> | null | undefined;
  if (values === null || values === undefined || values.length !== page.words.length) return null;
  return Array.from(values, Number);
}

const certain = (page: Page) => page.words.map(() => 1);

/**
 * Every page of a dataset, all splits together, in the order of page numbers. With `gold`, pages without gold labels
 * are left out.
 * @throws GalleyError as opening a dataset does; `mismatch` where its labels are not those of recipes; `invalid-data`
 * for `gold` where no page has gold labels
 */
export async function readDatasetPages(dir: string, source: DatasetSource): Promise<RecipePage[]> {
  const dataset = await openDatasetDict(dir);
  const seen = new Map<number, LabelledPage>();
  for (const split of dataset.splits.values())
    for (const page of split) if (!seen.has(page.pageNum)) seen.set(page.pageNum, page);
  const pages = [...seen.values()].sort((a, b) => a.pageNum - b.pageNum);
  if (source === 'weak')
    return labelBook(pages).map(({ page, labels, wordConfidence }) =>
      recipePage(page, labels, LabelMap.default.names, wordConfidence),
    );
  const { names } = dataset.labelMap;
  if (!names.some((name) => STRUCTURE.includes(bare(name))))
    throw new GalleyError('mismatch', `no label of this dataset is one of recipes: ${names.join(', ')}`, {
      where: dir,
      hint: `expected ${STRUCTURE.join(', ')}; --source weak labels the pages by rules instead`,
    });
  if (source === 'labels')
    return pages.map((page) =>
      recipePage(page, page.labels, names, column(page, 'token_confidence') ?? certain(page)),
    );
  const found = pages.flatMap((page) => {
    const gold = column(page, 'gold_labels');
    return gold?.some((id) => id >= 0) ? [recipePage(page, gold, names, certain(page))] : [];
  });
  if (found.length === 0)
    throw new GalleyError('invalid-data', 'no page of this dataset has gold labels', {
      where: dir,
      hint: 'try --source labels',
    });
  return found;
}

function predictedPage(p: MinimalPredictions): RecipePage {
  const page: Page = {
    pageNum: p.page_num,
    width: p.width ?? ASSUMED.width,
    height: p.height ?? ASSUMED.height,
    words: p.tokens.map((token) => token.text),
    bboxes: p.tokens.map((token) => token.bbox.map(Math.round) as unknown as Page['bboxes'][number]),
    imagePath: null,
  };
  const labels = p.tokens.map((token) => bare(token.pred_label));
  const confidences = p.tokens.map((token) => token.confidence);
  return { ...page, labels, confidences, lines: readingLines(page) };
}

/**
 * Pages of a folder of predictions files (`*_predictions.json`, or else every `*.json`), or of one file.
 * @throws GalleyError `not-found`, `invalid-data` where no file is there or one page has two; as reading a file does
 */
export async function readPredictedPages(path: string): Promise<RecipePage[]> {
  const found = await stat(path).catch((error) => {
    throw toGalleyError(error, path);
  });
  let files = [path];
  if (found.isDirectory()) {
    const names = (await readdir(path)).filter((name) => name.endsWith('.json')).sort();
    const predictions = names.filter((name) => name.endsWith('_predictions.json'));
    files = (predictions.length > 0 ? predictions : names).map((name) => join(path, name));
  }
  if (files.length === 0)
    throw new GalleyError('not-found', 'no predictions files in this folder', {
      where: path,
      hint: 'galley predict --split NAME --out_dir DIR writes them',
    });
  const pages = new Map<number, RecipePage>();
  for (const file of files) {
    const page = predictedPage(await readPredictions(file));
    if (pages.has(page.pageNum))
      throw new GalleyError('invalid-data', `page ${page.pageNum} is here a second time`, { where: file });
    pages.set(page.pageNum, page);
  }
  return [...pages.values()].sort((a, b) => a.pageNum - b.pageNum);
}
