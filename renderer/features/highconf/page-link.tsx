import { t } from '../../messages/index.ts';
import { useWorkbench } from '../../state/context.ts';
import { goToWords } from '../../state/go-to-words.ts';
import styles from './lists.module.css';

/** A page's number that leads to the page. */
export function PageLink({ pageNum, short }: { readonly pageNum: number; readonly short?: boolean }) {
  const workbench = useWorkbench();
  const title = t('highconf.page', { page: String(pageNum) });
  return (
    <button
      type="button"
      className={styles.link}
      aria-label={short ? title : undefined}
      onClick={() => void goToWords(workbench, pageNum)}
    >
      {short ? pageNum : title}
    </button>
  );
}
