import type { Kind } from './kinds.ts';
import { fold } from './lexicon.ts';
import type { PageFeatures, RowFeatures } from './row-features.ts';

/** What a rule says of a row: so many log-odds for (or against) a kind, and why. */
export interface Vote {
  readonly kind: Kind;
  readonly weight: number;
  readonly evidence: string;
}

/** A row as rules see it. */
export interface RowView {
  readonly row: RowFeatures;
  readonly page: PageFeatures;
  readonly previous: RowView | undefined;
  readonly next: RowView | undefined;
  /** Words without the specks around them, as printed. */
  readonly words: readonly string[];
  /** {@link words} folded for look-up. */
  readonly folded: readonly string[];
  /** Columns, each as folded words; rows of prose are one column. */
  readonly cells: readonly (readonly string[])[];
}

/** One rule: a small idea with a name, applied to every row. */
export interface Rule {
  readonly name: string;
  readonly votes: (view: RowView) => readonly Vote[];
}

export const vote = (kind: Kind, weight: number, evidence: string): Vote => ({ kind, weight, evidence });

const legible = (word: string) => /[\p{L}\d]/u.test(word);

/** Views of the rows that carry text, linked in reading order. */
export function viewRows(page: PageFeatures, rows: readonly RowFeatures[]): RowView[] {
  const views = rows.map((row) => {
    const own = row.wordIndices.filter((i) => legible(page.page.words[i]) && !row.strays.has(i));
    const words = own.map((i) => page.page.words[i]);
    const view = {
      row,
      page,
      previous: undefined as RowView | undefined,
      next: undefined as RowView | undefined,
      words,
      folded: words.map(fold),
      cells: row.cells
        .map((cell) => cell.filter((i) => own.includes(i)).map((i) => page.page.words[i]))
        .filter((cell) => cell.length > 0)
        .map((cell) => cell.map((word) => fold(word))),
    };
    return view;
  });
  for (const [i, view] of views.entries()) {
    view.previous = views[i - 1];
    view.next = views[i + 1];
  }
  return views;
}
