import { CheckCheck } from 'lucide-react';
import { ActionButton } from '../../actions/action-button.tsx';
import { ActionMenu } from '../../actions/action-menu.tsx';
import { formatShare, t } from '../../messages/index.ts';
import { useGalleyParts, useWorkbench } from '../../state/context.ts';
import { shownPages } from '../../state/pages.ts';
import { Button } from '../../ui/button.tsx';
import { Popover } from '../../ui/popover.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Slider } from '../../ui/slider.tsx';
import { LayersPopover } from './layers-popover.tsx';
import styles from './page-area.module.css';

const SOURCES = [
  ['weak', 'w'],
  ['gold', 'g'],
  ['predicted', 'p'],
  ['diff', 'd'],
] as const;

/** Above the page: which page, which labels, how they are shown. */
export function Toolbar() {
  const { store } = useWorkbench();
  const { source, detail, at, total } = useGalleyParts((state) => {
    const shown = shownPages(state);
    return {
      source: state.source,
      detail: state.detail,
      at: shown.findIndex((page) => page.pageNum === state.pageNum) + 1,
      total: shown.length,
    };
  });
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('canvas.toolbar')}>
      <ActionButton id="toggle-pages" />
      <div className={styles.pager}>
        <ActionButton id="previous-page" />
        <ActionButton id="next-page" />
        <h1 className={styles.title}>
          {detail ? t('pages.page', { page: String(detail.summary.pageNum) }) : ''}{' '}
          {at > 0 && <small>{t('pages.position', { at, total })}</small>}
        </h1>
      </div>
      <div className={styles.middle}>
        <Segmented
          label={t('canvas.source')}
          value={source}
          options={SOURCES.map(([value, keys]) => ({
            value,
            title: t(`source.${value}`),
            note: t(`source.${value}.note`),
            keys,
          }))}
          onChange={(next) => store.getState().show({ source: next })}
        />
      </div>
      <div className={styles.end}>
        <AcceptMenu />
        <LayersPopover />
        <ActionButton id="toggle-panel" />
      </div>
    </div>
  );
}

const ACCEPTING = ['accept-selection', 'accept-line', 'accept-visible', 'accept-page'] as const;

function AcceptMenu() {
  const { store } = useWorkbench();
  const { acceptAbove, can } = useGalleyParts((state) => ({
    acceptAbove: state.acceptAbove,
    can: state.detail?.predicted != null && state.project?.readOnly === false,
  }));
  return (
    <Popover
      label={t('accept.menu')}
      trigger={
        <Button kind="quiet" icon={CheckCheck} disabled={!can}>
          {t('accept.menu')}
        </Button>
      }
    >
      <ActionMenu ids={ACCEPTING} />
      <hr className={styles.line} />
      <Slider
        label={t('accept.above')}
        value={acceptAbove}
        min={0.5}
        max={0.99}
        step={0.01}
        shown={formatShare(acceptAbove)}
        onChange={(value) => store.getState().show({ acceptAbove: value })}
      />
      <ActionMenu ids={['accept-above']} />
    </Popover>
  );
}
