import type { ContractError, PageDetail, RecipeGroup } from '../../core/workbench/contract.ts';
import { asContractError } from '../api/errors.ts';
import { lineOf, nextWhere, rangeInOrder, stepInOrder, toggle } from '../canvas/kernels/selection.ts';
import type { SliceOf } from './api.ts';
import { applyToGold } from './deltas.ts';
import { differs, labelFrom } from './word-labels.ts';

const KEPT_DETAILS = 16;

/** The page in the centre: its words, what is selected, what is pointed at. */
export interface PageSlice {
  readonly detail: PageDetail | null;
  readonly pageState: 'none' | 'loading' | 'ready' | 'failed';
  readonly pageError: ContractError | null;
  readonly predicting: boolean;
  readonly selection: ReadonlySet<number>;
  /** Where a shift-range begins, and the word that arrow keys move. */
  readonly anchor: number | null;
  readonly cursor: number | null;
  /** Words that a pointer in the side panel spotlights; null for none. */
  readonly spotlight: readonly number[] | null;
  /** The word under the pointer on the canvas, or under the keyboard in the list of words. */
  readonly pointed: number | null;
  readonly recipes: { readonly key: string; readonly groups: readonly RecipeGroup[] } | null;
  readonly recipesError: ContractError | null;
  /** Asks the canvas to bring words into sight; the count makes a repeated wish a new one. */
  readonly wish: {
    readonly kind: 'reveal' | 'zoom';
    readonly words: readonly number[];
    readonly count: number;
  };

  openPage(pageNum: number): Promise<void>;
  closePage(): void;
  /** Reads the page again if it is the open one; the workbench says something about it changed. */
  pageMayHaveChanged(pageNums: readonly number[]): void;
  changeDetail(pageNum: number, change: (detail: PageDetail) => PageDetail): void;
  detailOf(pageNum: number): Promise<PageDetail>;
  predictPage(): Promise<void>;
  loadRecipes(): Promise<void>;

  select(words: Iterable<number>, cursor?: number | null): void;
  extendTo(word: number): void;
  toggleWords(words: readonly number[]): void;
  selectLines(words: Iterable<number>): void;
  stepWord(steps: number, extend: boolean): void;
  /** False at the end of the page, so that Tab can leave it. */
  stepLine(steps: 1 | -1): boolean;
  stepTo(direction: 1 | -1, what: 'difference' | 'undecided'): void;
  setSpotlight(words: readonly number[] | null): void;
  point(word: number | null): void;
  reveal(words: readonly number[], kind?: 'reveal' | 'zoom'): void;
}

const nothingSelected = {
  selection: new Set<number>(),
  anchor: null,
  cursor: null,
  spotlight: null,
  pointed: null,
};

export const pageSlice: SliceOf<PageSlice> = (api) => (set, get) => {
  const cache = new Map<number, PageDetail>();
  const keep = (detail: PageDetail) => {
    cache.delete(detail.summary.pageNum);
    cache.set(detail.summary.pageNum, detail);
    for (const old of [...cache.keys()].slice(0, -KEPT_DETAILS)) cache.delete(old);
    return detail;
  };
  /** What the workbench says, with the changes on top that are still on their way to it. */
  const fetchDetail = async (pageNum: number) => {
    const fetched = await api.call('pages.get', { pageNum });
    return keep(
      get()
        .pending.filter((delta) => delta.pageNum === pageNum)
        .reduce(applyToGold, fetched),
    );
  };
  const prefetch = (pageNum: number) => {
    if (!cache.has(pageNum)) void fetchDetail(pageNum).catch(() => undefined);
  };

  return {
    detail: null,
    pageState: 'none',
    pageError: null,
    predicting: false,
    ...nothingSelected,
    recipes: null,
    recipesError: null,
    wish: { kind: 'reveal', words: [], count: 0 },

    openPage: async (pageNum) => {
      const known = cache.get(pageNum);
      const same = get().detail?.summary.pageNum === pageNum;
      set({ pageNum, pageError: null, ...(same ? {} : nothingSelected) });
      if (known) set({ detail: known, pageState: 'ready' });
      else set({ pageState: 'loading' });
      try {
        const detail = known ?? (await fetchDetail(pageNum));
        // The person may have gone on to another page meanwhile.
        if (get().pageNum !== pageNum) return;
        set({ detail, pageState: 'ready' });
        const at = get().pages.findIndex((page) => page.pageNum === pageNum);
        for (const neighbour of [get().pages[at + 1], get().pages[at - 1]])
          if (neighbour) prefetch(neighbour.pageNum);
      } catch (error) {
        if (get().pageNum === pageNum) set({ pageState: 'failed', pageError: asContractError(error) });
      }
    },
    closePage: () => {
      cache.clear();
      set({ detail: null, pageState: 'none', pageNum: null, recipes: null, ...nothingSelected });
    },
    pageMayHaveChanged: (pageNums) => {
      const { pageNum, ownSaves } = get();
      for (const changed of pageNums) {
        // The echo of this window's own save brings no news.
        if (ownSaves.delete(changed)) continue;
        if (changed !== pageNum) cache.delete(changed);
        else
          void fetchDetail(changed)
            .then((detail) => {
              if (get().pageNum === changed) set({ detail });
            })
            .catch(() => undefined);
      }
    },
    changeDetail: (pageNum, change) => {
      const known = cache.get(pageNum);
      if (!known) return;
      const changed = keep(change(known));
      if (get().detail?.summary.pageNum === pageNum) set({ detail: changed });
    },
    detailOf: async (pageNum) => cache.get(pageNum) ?? fetchDetail(pageNum),
    predictPage: async () => {
      const { pageNum } = get();
      if (pageNum === null || get().predicting) return;
      set({ predicting: true });
      try {
        keep(await api.call('pages.predict', { pageNum }));
        const detail = await fetchDetail(pageNum);
        if (get().pageNum === pageNum) set({ detail, source: 'predicted' });
      } catch (error) {
        get().toast(asContractError(error).message, { kind: 'error' });
      } finally {
        set({ predicting: false });
      }
    },
    loadRecipes: async () => {
      const { detail, source } = get();
      if (!detail) return;
      const { pageNum } = detail.summary;
      const key = `${pageNum}/${source}`;
      try {
        const { recipes } = await api.call('pages.recipes', { pageNum, source });
        if (get().pageNum === pageNum && get().source === source)
          set({ recipes: { key, groups: recipes }, recipesError: null });
      } catch (error) {
        if (get().pageNum === pageNum) set({ recipes: null, recipesError: asContractError(error) });
      }
    },

    select: (words, cursor) => {
      const selection = new Set(words);
      const head = cursor === undefined ? ([...selection].at(-1) ?? null) : cursor;
      set({ selection, cursor: head, anchor: head });
    },
    extendTo: (word) => {
      const { detail, anchor } = get();
      if (!detail) return;
      const from = anchor ?? word;
      set({
        selection: new Set(rangeInOrder(detail.readingOrder, from, word)),
        anchor: from,
        cursor: word,
      });
    },
    toggleWords: (words) => {
      const head = words.at(-1) ?? get().cursor;
      set({ selection: toggle(get().selection, words), cursor: head, anchor: head });
    },
    selectLines: (words) => {
      const { detail } = get();
      if (!detail) return;
      const chosen = new Set<number>();
      let head: number | null = null;
      for (const word of words) {
        const line = detail.lines[lineOf(detail.lines, word)]?.wordIndices ?? [word];
        for (const member of line) chosen.add(member);
        head = word;
      }
      set({ selection: chosen, cursor: head, anchor: head });
    },
    stepWord: (steps, extend) => {
      const { detail, cursor } = get();
      const next = detail && stepInOrder(detail.readingOrder, cursor, steps);
      if (next === null) return;
      if (extend) get().extendTo(next);
      else get().select([next]);
      get().reveal([next]);
    },
    stepLine: (steps) => {
      const { detail, cursor } = get();
      if (!detail || detail.lines.length === 0) return false;
      const at = cursor === null ? -1 : lineOf(detail.lines, cursor);
      const next = cursor === null && steps < 0 ? detail.lines.length - 1 : at + steps;
      const line = detail.lines[next];
      if (!line) {
        get().select([]);
        return false;
      }
      get().select(line.wordIndices, line.wordIndices[0]);
      get().reveal(line.wordIndices);
      return true;
    },
    stepTo: (direction, what) => {
      const { detail, cursor } = get();
      if (!detail) return;
      const wanted = (word: number) =>
        what === 'difference' ? differs(detail, word) : labelFrom(detail, 'gold', word) === null;
      const next = nextWhere(detail.readingOrder, cursor, direction, wanted);
      if (next === null) return;
      get().select([next]);
      get().reveal([next]);
    },
    setSpotlight: (words) => set({ spotlight: words }),
    point: (word) => {
      if (get().pointed !== word) set({ pointed: word });
    },
    reveal: (words, kind = 'reveal') => set({ wish: { kind, words, count: get().wish.count + 1 } }),
  };
};
