import { goldPageOfLine } from '../datasets/labels-jsonl.ts';
import { toGalleyError } from '../errors/galley-error.ts';
import type { CallInput, Delta } from './contract.ts';
import { inverse, type Journal, UNDECIDED } from './journal.ts';
import { goldColumnOf, type PageBook } from './page-book.ts';

type Source = CallInput<'annotations.import'>;
/** Reasons given of pages that were left out. */
const MOST_SKIPPED = 50;

/** Gold labels from elsewhere as changes of the journal, so that they are journaled and can be taken back. */
export class GoldImport {
  readonly #journal: Journal;
  #last: Delta[] = [];

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /**
   * Words that are decided already stay as they are.
   * @returns numbers of the pages that changed, words labelled, words kept, and why pages were left out
   */
  async run(
    book: PageBook,
    source: Source,
  ): Promise<{ pages: number[]; words: number; kept: number; skipped: string[] }> {
    if (source.from === 'undo') return this.#takeBack();
    const deltas: Delta[] = [];
    const skipped: string[] = [];
    const skip = (reason: string) => {
      if (skipped.length < MOST_SKIPPED) skipped.push(reason);
    };
    let kept = 0;
    for (const { pageNum, labels } of source.from === 'dataset'
      ? columnOf(book)
      : rowsOf(source.jsonl, book, skip)) {
      const entry = book.entries.get(pageNum);
      if (!entry) skip(`page ${pageNum}: there is no such page in this project`);
      else if (entry.words !== labels.length)
        skip(`page ${pageNum}: expected ${entry.words} labels, one per word, found ${labels.length}`);
      else if (deltas.some((d) => d.pageNum === pageNum)) skip(`page ${pageNum}: is there a second time`);
      else {
        const stands = this.#journal.gold(pageNum);
        const named = labels.flatMap((id, i) => (id >= 0 && id < book.labelMap.size ? [i] : []));
        const indices = named.filter((i) => (stands?.[i] ?? UNDECIDED) === UNDECIDED);
        kept += named.length - indices.length;
        if (indices.length > 0)
          deltas.push({
            pageNum,
            indices,
            before: indices.map(() => UNDECIDED),
            after: indices.map((i) => labels[i]),
            origin: 'import',
            scores: null,
          });
      }
    }
    if (deltas.length > 0) await this.#journal.apply(deltas);
    this.#last = source.from === 'dataset' ? deltas : [...this.#last, ...deltas];
    return { ...counted(deltas), kept, skipped };
  }

  async #takeBack() {
    const deltas = this.#last.flatMap((delta) => {
      const stands = this.#journal.gold(delta.pageNum);
      const still = delta.indices.flatMap((word, i) => (stands?.[word] === delta.after[i] ? [i] : []));
      if (still.length === 0) return [];
      const at = (values: readonly number[]) => still.map((i) => values[i]);
      const own = {
        ...delta,
        indices: at(delta.indices),
        before: at(delta.before),
        after: at(delta.after),
      };
      // Not an undo of the person's own last change: that stays on its stack.
      return [{ ...inverse(own), origin: 'import' as const }];
    });
    if (deltas.length > 0) await this.#journal.apply(deltas);
    this.#last = [];
    return { ...counted(deltas), kept: 0, skipped: [] };
  }
}

const counted = (deltas: readonly Delta[]) => ({
  pages: deltas.map((d) => d.pageNum),
  words: deltas.reduce((sum, d) => sum + d.indices.length, 0),
});

function* columnOf(book: PageBook): Generator<{ pageNum: number; labels: readonly number[] }> {
  for (const { pageNum, hasGold } of book.entries.values()) {
    const labels = hasGold ? goldColumnOf(book.page(pageNum)) : null;
    if (labels) yield { pageNum, labels };
  }
}

function* rowsOf(
  jsonl: string,
  book: PageBook,
  skip: (reason: string) => void,
): Generator<{ pageNum: number; labels: readonly number[] }> {
  for (const line of jsonl.split('\n')) {
    if (line.trim() === '') continue;
    try {
      yield goldPageOfLine(line, book.labelMap);
    } catch (error) {
      const { message, where } = toGalleyError(error);
      skip(where ? `${where}: ${message}` : message);
    }
  }
}
