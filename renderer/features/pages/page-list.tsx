import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { t } from '../../messages/index.ts';
import { useGalley, useGalleyParts, useWorkbench } from '../../state/context.ts';
import { NO_FILTERS } from '../../state/filters.ts';
import { shownPages } from '../../state/pages.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Failure } from '../../ui/empty.tsx';
import { FilterPanel } from './filter-panel.tsx';
import styles from './page-list.module.css';
import { PageRow } from './page-row.tsx';
import { SearchBar } from './search-bar.tsx';

const ROW_HEIGHT = 88;

/** The left column: search, filters and the pages of the project. */
export function PageList() {
  const filtersOpen = useGalley((state) => state.filtersOpen);
  return (
    <section className={styles.column} aria-label={t('pages.title')} data-region="pages">
      <SearchBar />
      {filtersOpen && <FilterPanel />}
      <Rows />
    </section>
  );
}

function Rows() {
  const { store } = useWorkbench();
  const shown = useGalley(shownPages);
  const { pageNum, pagesState, pagesError, total, searchText } = useGalleyParts((state) => ({
    pageNum: state.pageNum,
    pagesState: state.pagesState,
    pagesError: state.pagesError,
    total: state.pages.length,
    searchText: state.searchText,
  }));
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
  });
  const at = shown.findIndex((page) => page.pageNum === pageNum);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when the open page or its place changes only
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
  }, [at]);

  const { loadPages, chooseFolder, setFilters, search, openPage, stepPage } = store.getState();
  if (pagesState === 'failed' && pagesError)
    return (
      <Failure title={t('pages.failed')} error={pagesError}>
        <Button onClick={() => void loadPages()}>{t('error.retry')}</Button>
      </Failure>
    );
  if (pagesState === 'loading') return <div className={styles.rows} aria-busy />;
  if (total === 0)
    return (
      <Empty title={t('pages.empty.title')} text={t('pages.empty.text')}>
        <Button onClick={() => void chooseFolder('import')}>{t('pages.empty.import')}</Button>
      </Empty>
    );
  if (shown.length === 0)
    return (
      <Empty
        title={t('pages.none.title')}
        text={searchText ? t('pages.none.text', { text: searchText }) : t('pages.none.filters')}
      >
        <Button
          onClick={() => {
            setFilters(NO_FILTERS);
            void search('');
          }}
        >
          {t('pages.filter.reset')}
        </Button>
      </Empty>
    );
  return (
    <div
      ref={scroller}
      className={styles.rows}
      role="listbox"
      tabIndex={0}
      aria-label={t('pages.list')}
      aria-activedescendant={at >= 0 ? `page-${pageNum}` : undefined}
      onKeyDown={(event) => {
        const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e9, End: 1e9 }[event.key];
        if (steps === undefined) return;
        event.preventDefault();
        stepPage(steps);
      }}
    >
      <div className={styles.length} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => (
          <div
            key={shown[row.index].pageNum}
            className={styles.slot}
            style={{ height: row.size, transform: `translateY(${row.start}px)` }}
          >
            <PageRow page={shown[row.index]} current={row.index === at} onOpen={openPage} />
          </div>
        ))}
      </div>
    </div>
  );
}
