import type { ContractError, PageSummary } from '../../core/workbench/contract.ts';
import { asContractError } from '../api/errors.ts';
import type { SliceOf, State } from './api.ts';
import { type Filters, filterPages, NO_FILTERS, pageNumberOf } from './filters.ts';

/** The list of pages, searched and filtered. */
export interface PagesSlice {
  readonly pages: readonly PageSummary[];
  readonly pagesState: 'loading' | 'ready' | 'failed';
  readonly pagesError: ContractError | null;
  readonly filters: Filters;
  readonly searchText: string;
  /** Page numbers the search found; null without a search. */
  readonly searchHits: ReadonlySet<number> | null;
  loadPages(): Promise<void>;
  forgetPages(): void;
  pagesChanged(pages: readonly PageSummary[]): void;
  setFilters(changes: Partial<Filters>): void;
  search(text: string): Promise<void>;
  /** Opens the page this many steps further in the shown list. */
  stepPage(steps: number): void;
}

export const pagesSlice: SliceOf<PagesSlice> = (api) => (set, get) => ({
  pages: [],
  pagesState: 'loading',
  pagesError: null,
  filters: NO_FILTERS,
  searchText: '',
  searchHits: null,
  loadPages: async () => {
    try {
      const { pages } = await api.call('pages.list', {});
      set({ pages, pagesState: 'ready', pagesError: null });
      const { pageNum, openPage } = get();
      const wanted = pages.find((page) => page.pageNum === pageNum) ?? pages[0];
      if (wanted) await openPage(wanted.pageNum);
    } catch (error) {
      set({ pagesState: 'failed', pagesError: asContractError(error) });
    }
  },
  forgetPages: () => {
    set({ pages: [], pagesState: 'loading', filters: NO_FILTERS, searchText: '', searchHits: null });
    get().closePage();
  },
  pagesChanged: (changed) => {
    const byNum = new Map(changed.map((page) => [page.pageNum, page]));
    const known = new Set(get().pages.map((page) => page.pageNum));
    const added = changed.filter((page) => !known.has(page.pageNum));
    set({ pages: [...get().pages.map((page) => byNum.get(page.pageNum) ?? page), ...added] });
    get().pageMayHaveChanged([...byNum.keys()]);
  },
  setFilters: (changes) => set({ filters: { ...get().filters, ...changes } }),
  search: async (text) => {
    set({ searchText: text });
    const wanted = text.trim();
    if (wanted === '') {
      set({ searchHits: null });
      return;
    }
    const pageNum = pageNumberOf(wanted);
    if (pageNum !== null && get().pages.some((page) => page.pageNum === pageNum)) {
      set({ searchHits: new Set([pageNum]) });
      return;
    }
    try {
      const { pageNums } = await api.call('pages.search', { text: wanted });
      // A later key may have asked for something else meanwhile.
      if (get().searchText === text) set({ searchHits: new Set(pageNums) });
    } catch (error) {
      get().toast(asContractError(error).message, { kind: 'error' });
    }
  },
  stepPage: (steps) => {
    const shown = shownPages(get());
    const at = shown.findIndex((page) => page.pageNum === get().pageNum);
    const next = shown[Math.min(shown.length - 1, Math.max(0, at < 0 ? 0 : at + steps))];
    if (next && next.pageNum !== get().pageNum) void get().openPage(next.pageNum);
  },
});

let last: { pages: unknown; filters: unknown; hits: unknown; shown: PageSummary[] } | null = null;

/** Pages after search and filters, in order; worked out again only when one of these changes. */
export function shownPages(state: Pick<State, 'pages' | 'filters' | 'searchHits'>): PageSummary[] {
  const { pages, filters, searchHits: hits } = state;
  if (last?.pages !== pages || last.filters !== filters || last.hits !== hits)
    last = { pages, filters, hits, shown: filterPages(pages, filters, hits) };
  return last.shown;
}
