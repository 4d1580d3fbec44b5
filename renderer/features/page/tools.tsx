import { ActionButton } from '../../actions/action-button.tsx';
import { t } from '../../messages/index.ts';
import styles from './page-area.module.css';

/** What a drag on the page does. */
export function Tools() {
  return (
    <div className={styles.tools} role="toolbar" aria-label={t('canvas.tools')}>
      <ActionButton id="tool-select" side="top" />
      <ActionButton id="tool-lasso" side="top" />
      <ActionButton id="tool-pan" side="top" />
    </div>
  );
}
