import { useCallback, useSyncExternalStore } from 'react';
import { ActionButton } from '../actions/action-button.tsx';
import { t } from '../messages/index.ts';
import type { CanvasController } from './controller.ts';
import styles from './page-canvas.module.css';

/** Zoom in words, with its buttons. */
export function ZoomReadout({ controller }: { readonly controller: CanvasController }) {
  const percent = useSyncExternalStore(
    controller.subscribe,
    useCallback(() => Math.round(controller.camera.scale * 100), [controller]),
  );
  return (
    <div className={styles.zoom}>
      <ActionButton id="zoom-out" side="top" />
      <output aria-label={t('canvas.zoom', { percent: `${percent} %` })}>{percent} %</output>
      <ActionButton id="zoom-in" side="top" />
      <ActionButton id="fit-width" side="top" />
    </div>
  );
}
