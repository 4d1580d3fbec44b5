import type { DatasetSplit } from '../datasets/dataset-split.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import type { Tokenizer } from '../encoding/tokenizer.ts';
import { type EncodedWindow, encodePage, IGNORED_LABEL } from '../encoding/windows.ts';
import { GalleyError } from '../errors/galley-error.ts';
import type { LabelMap } from '../labels/labels.ts';
import type { Page } from '../page/page.ts';

/** One window of a page: what Hugging Face calls an example. */
export interface Example {
  readonly window: EncodedWindow;
  /** Index of the page in its split. */
  readonly page: number;
  /** Weight of each position in the loss [T]; null: all alike. */
  readonly weights: Float32Array | null;
}

export interface ExampleSet {
  readonly examples: readonly Example[];
  /** Pages of the split that gave at least one example. */
  readonly pages: number;
  /** Windows left out because no label of theirs counts. */
  readonly skipped: number;
  /** Labelled positions by label id. */
  readonly labelCounts: readonly number[];
  page(index: number): LabelledPage;
}

export interface ExampleOptions {
  readonly maxLength: number;
  readonly stride?: number;
  /** Line of each word of a page, for segment boxes; absent: word boxes. */
  readonly linesOf?: (page: Page) => readonly number[];
  /** Words of the page before that a page is read with; none unless given. */
  readonly contextWords?: number;
  /** Pages taken from the split at most (debugging); all unless given. */
  readonly pageLimit?: number;
  /** Which pages (by index) to take; all unless given. */
  readonly keep?: (page: number) => boolean;
  /** Weights of the words in the loss, by the dataset's `token_confidence` column. */
  readonly confidenceWeights?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Weak labels are doubted, never silenced. */
const LEAST_WEIGHT = 0.1;

/**
 * Encodes every page of a split. Labels must be ids of `labelMap` (or ignored).
 * @throws GalleyError `invalid-data` naming page and label, `cancelled`
 */
export function buildExamples(
  split: DatasetSplit,
  tokenizer: Tokenizer,
  labelMap: LabelMap,
  options: ExampleOptions,
): ExampleSet {
  const examples: Example[] = [];
  const labelCounts = new Array<number>(labelMap.size).fill(0);
  const total = Math.min(split.length, options.pageLimit ?? Number.POSITIVE_INFINITY);
  let [pages, skipped] = [0, 0];
  for (let index = 0; index < total; index++) {
    if (options.signal?.aborted) throw new GalleyError('cancelled', 'stopped while encoding pages');
    if (options.keep && !options.keep(index)) continue;
    const page = split.page(index);
    for (const label of page.labels)
      if (label !== IGNORED_LABEL) labelMap.nameOf(label, `page ${page.pageNum} of split ${split.name}`);
    const weights = options.confidenceWeights ? wordWeights(page) : null;
    const windows = encodePage(page, page.labels, tokenizer, {
      maxLength: options.maxLength,
      ...(options.stride === undefined ? {} : { stride: options.stride }),
      lines: options.linesOf?.(page) ?? null,
      contextWords: options.contextWords ?? 0,
    });
    let used = false;
    for (const window of windows) {
      if (window.labelled === 0) {
        skipped++;
        continue;
      }
      used = true;
      examples.push({ window, page: index, weights: weights && positionWeights(window, weights) });
      for (const label of window.labels) if (label !== IGNORED_LABEL) labelCounts[label]++;
    }
    if (used) pages++;
    options.onProgress?.(index + 1, total);
  }
  return { examples, pages, skipped, labelCounts, page: (i) => split.page(i) };
}

/** @throws GalleyError `invalid-data` where a page has no confidence for each of its words */
function wordWeights(page: LabelledPage): number[] {
  const found = page.extra?.token_confidence;
  const values = found && typeof found === 'object' ? Array.from(found as ArrayLike<unknown>, Number) : [];
  if (values.length !== page.words.length || values.some((x) => !(x >= 0 && x <= 1)))
    throw new GalleyError(
      'invalid-data',
      'expected a token_confidence of 0 to 1 for each word (--word_weights confidence)',
      {
        where: `page ${page.pageNum}`,
        hint: 'use a dataset written by galley label, or --word_weights none',
      },
    );
  return values.map((x) => Math.max(LEAST_WEIGHT, x));
}

const positionWeights = (window: EncodedWindow, weights: readonly number[]) =>
  Float32Array.from(window.wordIndex, (word) => (word < 0 ? 0 : weights[word]));
