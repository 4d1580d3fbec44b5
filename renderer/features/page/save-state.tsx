import { CloudOff } from 'lucide-react';
import { ActionButton } from '../../actions/action-button.tsx';
import { formatClock, t } from '../../messages/index.ts';
import { useGalleyParts } from '../../state/context.ts';
import styles from './page-area.module.css';

/** Undo, redo, and whether everything is safe: said quietly. */
export function SaveState() {
  const { saveState, savedAt, waiting } = useGalleyParts((state) => ({
    saveState: state.saveState,
    savedAt: state.savedAt,
    waiting: state.pending.length,
  }));
  return (
    <span className={styles.save}>
      <output className={styles.saved} data-state={saveState}>
        {saveState === 'waiting' ? (
          <>
            <CloudOff size={13} aria-hidden /> {t('save.waiting', { count: waiting })}
          </>
        ) : savedAt ? (
          t('save.saved', { time: formatClock(savedAt) })
        ) : null}
      </output>
      <ActionButton id="undo" side="top" />
      <ActionButton id="redo" side="top" />
    </span>
  );
}
