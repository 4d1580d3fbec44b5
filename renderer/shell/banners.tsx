import { CloudOff, Lock, TriangleAlert } from 'lucide-react';
import { t } from '../messages/index.ts';
import { useGalleyParts, useWorkbench } from '../state/context.ts';
import { Button } from '../ui/button.tsx';
import styles from './banners.module.css';

/** What a person must know above everything else; each says what happened and what was kept. */
export function Banners() {
  const { store } = useWorkbench();
  const { project, engine, online, locked } = useGalleyParts((state) => ({
    locked: state.locked,
    project: state.project,
    engine: state.engine,
    online: state.online,
  }));
  return (
    <>
      {!online && (
        <p className={styles.banner} data-kind="warn" role="alert">
          <CloudOff size={15} aria-hidden />
          <span>{t(locked ? 'banner.restarted' : 'banner.offline')}</span>
        </p>
      )}
      {engine.state !== 'ready' && (
        <p className={styles.banner} data-kind={engine.state === 'crashed' ? 'bad' : 'warn'} role="alert">
          <TriangleAlert size={15} aria-hidden />
          <span>
            <strong>
              {t(engine.state === 'crashed' ? 'banner.engine.crashed' : 'banner.engine.restarting')}
            </strong>{' '}
            {t('banner.engine.kept')}
            {engine.message && (
              <details>
                <summary>{t('banner.details')}</summary>
                {engine.message}
              </details>
            )}
          </span>
        </p>
      )}
      {project?.readOnly && (
        <p className={styles.banner} role="status">
          <Lock size={15} aria-hidden />
          <span>
            <strong>{t('banner.readOnly')}</strong>: {project.readOnlyReason ?? t('banner.readOnly.text')}
          </span>
          <Button onClick={() => void store.getState().takeOver()}>{t('banner.takeOver')}</Button>
        </p>
      )}
    </>
  );
}
