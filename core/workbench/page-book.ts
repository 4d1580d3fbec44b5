import { setImmediate } from 'node:timers/promises';
import { type DatasetDict, openDatasetDict } from '../datasets/dataset-dict.ts';
import type { DatasetSplit } from '../datasets/dataset-split.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { LabelMap } from '../labels/labels.ts';

/** What is kept in memory of every page. */
export interface PageEntry {
  readonly pageNum: number;
  readonly split: string;
  readonly row: number;
  readonly words: number;
  readonly hasImage: boolean;
  /** Weak labels, one byte a word; 255 where the dataset says nothing. */
  readonly weak: Uint8Array;
  readonly weakConfidence: number | null;
  /** Whether the dataset's own column has gold labels of this page. */
  readonly hasGold: boolean;
  readonly excerpt: string;
  /** All words, lower case, for the search. */
  readonly text: string;
}

export const NO_LABEL = 255;
const EXCERPT_WORDS = 12;
const EXCERPT_CHARACTERS = 90;
/** Pages kept whole in memory, most recently used. */
const PAGES_KEPT = 64;
const WARNINGS = 50;
/** Rows read between two turns of the event loop. */
const AT_ONCE = 16;

/** Confidence of the weak label of each word from the dataset's column, null where there is none. */
export function confidencesOf(page: LabelledPage): number[] | null {
  const column = page.extra?.token_confidence;
  if (column === null || column === undefined || typeof column !== 'object') return null;
  const values = Array.from(column as ArrayLike<unknown>, Number);
  return values.length === page.words.length && values.every((v) => v >= 0 && v <= 1) ? values : null;
}

/** Gold labels from the dataset's column, -1 where undecided; null where there are none. */
export function goldColumnOf(page: LabelledPage): number[] | null {
  const column = page.extra?.gold_labels;
  if (column === null || column === undefined || typeof column !== 'object') return null;
  const ids = Array.from(column as ArrayLike<unknown>, (id) => Math.max(-1, Math.trunc(Number(id))));
  return ids.length === page.words.length && ids.some((id) => id >= 0) ? ids : null;
}

/** The pages of a project's full dataset: a short entry of each in memory, the rest read when it is asked for. */
export class PageBook {
  readonly labelMap: LabelMap;
  /** By page number, in the order of the numbers. */
  readonly entries: ReadonlyMap<number, PageEntry>;
  readonly splits: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly #splits: ReadonlyMap<string, DatasetSplit>;
  readonly #kept = new Map<number, LabelledPage>();

  private constructor(
    labelMap: LabelMap,
    entries: readonly PageEntry[],
    dataset: DatasetDict | null,
    warnings: readonly string[],
  ) {
    this.labelMap = labelMap;
    this.entries = new Map([...entries].sort((a, b) => a.pageNum - b.pageNum).map((e) => [e.pageNum, e]));
    this.#splits = dataset?.splits ?? new Map();
    this.splits = Object.fromEntries([...this.#splits].map(([name, split]) => [name, split.length]));
    this.warnings = warnings;
  }

  static readonly empty = new PageBook(LabelMap.default, [], null, []);

  /**
   * Reads every page of a dataset once. A page that cannot be read is left out with a warning.
   * @throws GalleyError as `openDatasetDict`, or `damaged` where no page at all can be read
   */
  static async open(dir: string, onProgress?: (done: number, total: number) => void): Promise<PageBook> {
    const notices: string[] = [];
    let missing = 0;
    const reader = await openDatasetDict(dir, {
      onNotice: (notice) => {
        if (notice.pageNum !== null) missing++;
        else if (notices.length < WARNINGS) notices.push(notice.message);
      },
    });
    const entries: PageEntry[] = [];
    const seen = new Map<number, string>();
    const faults: string[] = [];
    const total = [...reader.splits.values()].reduce((sum, split) => sum + split.length, 0);
    let done = 0;
    for (const [name, split] of reader.splits)
      for (let row = 0; row < split.length; row++) {
        if (++done % AT_ONCE === 0) {
          onProgress?.(done, total);
          await setImmediate();
        }
        try {
          const entry = entryOf(split.page(row), name, row);
          if (seen.has(entry.pageNum))
            faults.push(`page ${entry.pageNum} is in ${seen.get(entry.pageNum)} and again in ${name}`);
          else {
            seen.set(entry.pageNum, name);
            entries.push(entry);
          }
        } catch (error) {
          const { message, where } = toGalleyError(error);
          faults.push(where ? `${where}: ${message}` : message);
        }
      }
    if (total > 0 && entries.length === 0)
      throw new GalleyError('damaged', `no page of this dataset can be read: ${faults[0]}`, { where: dir });
    if (missing > 0)
      notices.push(
        `${missing} ${missing === 1 ? 'page has' : 'pages have'} no scan: the words are drawn instead`,
      );
    if (faults.length > WARNINGS)
      faults.splice(WARNINGS, faults.length, `and ${faults.length - WARNINGS} more`);
    // A reader of its own: the one that went through the pages in order has read far ahead.
    return new PageBook(reader.labelMap, entries, await openDatasetDict(dir), [...notices, ...faults]);
  }

  /** @throws GalleyError `not-found` */
  entry(pageNum: number): PageEntry {
    const found = this.entries.get(pageNum);
    if (found) return found;
    throw new GalleyError('not-found', `there is no page ${pageNum} in this project`);
  }

  /** A whole page. @throws GalleyError `not-found`, and what reading it throws */
  page(pageNum: number): LabelledPage {
    const known = this.#kept.get(pageNum);
    if (known) {
      this.#kept.delete(pageNum);
      this.#kept.set(pageNum, known);
      return known;
    }
    const { split, row } = this.entry(pageNum);
    const page = this.#splits.get(split)!.page(row);
    this.#kept.set(pageNum, page);
    if (this.#kept.size > PAGES_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return page;
  }

  /** Numbers of the pages whose text holds every word of the query, in any order; a number finds its page too. */
  search(query: string): number[] {
    const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length === 0) return [...this.entries.keys()];
    const found: number[] = [];
    for (const { pageNum, text } of this.entries.values())
      if (
        (wanted.length === 1 && wanted[0] === String(pageNum)) ||
        wanted.every((word) => text.includes(word))
      )
        found.push(pageNum);
    return found;
  }
}

function entryOf(page: LabelledPage, split: string, row: number): PageEntry {
  const confidences = confidencesOf(page);
  const mean = confidences && confidences.reduce((sum, v) => sum + v, 0) / Math.max(1, confidences.length);
  return {
    pageNum: page.pageNum,
    split,
    row,
    words: page.words.length,
    hasImage: page.imagePath !== null || 'imageBytes' in page,
    weak: Uint8Array.from(page.labels, (id) => (id < 0 || id >= NO_LABEL ? NO_LABEL : id)),
    weakConfidence: mean,
    hasGold: goldColumnOf(page) !== null,
    excerpt: page.words.slice(0, EXCERPT_WORDS).join(' ').slice(0, EXCERPT_CHARACTERS),
    text: page.words.join(' ').toLowerCase(),
  };
}
