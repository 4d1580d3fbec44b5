import { ListFilter, Search, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../messages/index.ts';
import { useGalley, useGalleyParts, useWorkbench } from '../../state/context.ts';
import { activeFilters } from '../../state/filters.ts';
import { shownPages } from '../../state/pages.ts';
import { IconButton } from '../../ui/button.tsx';
import styles from './page-list.module.css';

const SEARCH_AFTER_MS = 160;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Search by page number or word, and the way to the filters. */
export function SearchBar() {
  const { store } = useWorkbench();
  const { search, show, setFilters, openPage } = store.getState();
  const { searchText, filtersOpen, filters, total } = useGalleyParts((state) => ({
    searchText: state.searchText,
    filtersOpen: state.filtersOpen,
    filters: state.filters,
    total: state.pages.length,
  }));
  const shown = useGalley((state) => shownPages(state).length);
  const [typed, setTyped] = useState(searchText);
  const [known, setKnown] = useState(searchText);
  if (known !== searchText) {
    setKnown(searchText);
    setTyped(searchText);
  }
  const active = activeFilters(filters);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer);
    timer = setTimeout(() => void search(text), text === '' ? 0 : SEARCH_AFTER_MS);
  };
  return (
    <header className={styles.head}>
      <div className={styles.search}>
        <Search size={14} strokeWidth={1.9} aria-hidden />
        <input
          data-focus="search"
          type="search"
          spellCheck={false}
          autoComplete="off"
          value={typed}
          placeholder={t('pages.search')}
          aria-label={t('pages.search')}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              type('');
              event.currentTarget.blur();
            } else if (event.key === 'Enter') {
              clearTimeout(timer);
              void search(typed).then(() => {
                const first = shownPages(store.getState())[0];
                if (first) void openPage(first.pageNum);
              });
            }
          }}
        />
        {typed !== '' && (
          <button
            type="button"
            className={styles.clear}
            aria-label={t('pages.search.clear')}
            onClick={() => type('')}
          >
            <X size={13} aria-hidden />
          </button>
        )}
      </div>
      <IconButton
        icon={ListFilter}
        label={active > 0 ? `${t('pages.filter')}: ${active}` : t('pages.filter')}
        keys="shift+f"
        pressed={filtersOpen || active > 0}
        onClick={() => show({ filtersOpen: !filtersOpen })}
      />
      <p className={styles.count} role="status">
        {shown === total ? t('pages.count', { count: total }) : t('pages.countOf', { shown, count: total })}
        {active > 0 && (
          <button type="button" className={styles.reset} onClick={() => setFilters({ ...cleared })}>
            {t('pages.filter.reset')}
          </button>
        )}
      </p>
    </header>
  );
}

const cleared = {
  labels: [],
  confidence: 'any',
  disagreement: false,
  edited: false,
  unlabelled: false,
  highconf: false,
} as const;
