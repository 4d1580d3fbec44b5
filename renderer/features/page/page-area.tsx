import { PageCanvas } from '../../canvas/page-canvas.tsx';
import { t } from '../../messages/index.ts';
import { useGalleyParts, useWorkbench } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Failure } from '../../ui/empty.tsx';
import { LabelBar } from './label-bar.tsx';
import styles from './page-area.module.css';
import { SourceNote } from './source-note.tsx';
import { Toolbar } from './toolbar.tsx';
import { Tools } from './tools.tsx';

/** The centre: one page with its tools. */
export function PageArea() {
  const { store } = useWorkbench();
  const { pageState, pageError, pageNum, none } = useGalleyParts((state) => ({
    pageState: state.pageState,
    pageError: state.pageError,
    pageNum: state.pageNum,
    none: state.pagesState === 'ready' && state.pages.length === 0,
  }));
  if (none)
    return (
      <main className={styles.area}>
        <Empty title={t('pages.empty.title')} text={t('pages.empty.text')}>
          <Button kind="primary" onClick={() => void store.getState().chooseFolder('import')}>
            {t('pages.empty.import')}
          </Button>
          <Button onClick={() => void store.getState().openDemo()}>{t('first.demo')}</Button>
        </Empty>
      </main>
    );
  return (
    <main className={styles.area}>
      <Toolbar />
      {pageState === 'failed' && pageError ? (
        <Failure title={t('canvas.failed', { page: String(pageNum ?? '') })} error={pageError}>
          <Button onClick={() => pageNum !== null && void store.getState().openPage(pageNum)}>
            {t('error.retry')}
          </Button>
        </Failure>
      ) : (
        <div className={styles.stage}>
          <PageCanvas />
          <SourceNote />
          <Tools />
        </div>
      )}
      <LabelBar />
    </main>
  );
}
