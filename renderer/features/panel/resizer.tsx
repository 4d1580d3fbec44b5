import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { PANEL_WIDTH } from '../../state/view.ts';
import styles from './side-panel.module.css';

const STEP = 16;
const clamp = (width: number) => Math.round(Math.min(PANEL_WIDTH.most, Math.max(PANEL_WIDTH.least, width)));

/** The left edge of the side panel; drags and obeys arrow keys. */
export function Resizer() {
  const { store } = useWorkbench();
  const width = useGalley((state) => state.panelWidth);
  const resize = (next: number) => store.getState().show({ panelWidth: clamp(next) });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be dragged
    <div
      role="separator"
      tabIndex={0}
      className={styles.resizer}
      aria-orientation="vertical"
      aria-label={t('panel.resize')}
      aria-valuenow={width}
      aria-valuemin={PANEL_WIDTH.least}
      aria-valuemax={PANEL_WIDTH.most}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const right = event.currentTarget.parentElement?.getBoundingClientRect().right ?? 0;
        resize(right - event.clientX);
      }}
      onDoubleClick={() => resize(PANEL_WIDTH.first)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') resize(width + STEP);
        else if (event.key === 'ArrowRight') resize(width - STEP);
      }}
    />
  );
}
