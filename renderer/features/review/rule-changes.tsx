import type { CallOutput } from '../../../core/workbench/contract.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { goToWords } from '../../state/go-to-words.ts';
import { Section } from '../../ui/area.tsx';
import styles from './rules-tab.module.css';

/** Pages named in the list of changed ones. */
const PAGES = 40;

interface ChangesProps {
  readonly answer: CallOutput<'rules.inspect'>;
  readonly dirty: boolean;
  readonly asking: boolean;
}

/** Page numbers that lead to their pages. */
function PageLinks({ pageNums }: { readonly pageNums: readonly number[] }) {
  const workbench = useWorkbench();
  return (
    <span className={styles.links}>
      {pageNums.slice(0, PAGES).map((pageNum) => (
        <button key={pageNum} type="button" onClick={() => void goToWords(workbench, pageNum)}>
          {pageNum}
        </button>
      ))}
      {pageNums.length > PAGES && ' …'}
    </span>
  );
}

/** What the weights on trial would change, before anything is kept. */
export function Changes({ answer, dirty, asking }: ChangesProps) {
  const workbench = useWorkbench();
  const labels = useGalley((state) => state.project?.labels);
  const { change, highconf, gold } = answer;
  const titleOf = (name: string) => labels?.find((label) => label.name === name)?.title ?? name;
  if (asking && dirty)
    return (
      <Section title={t('rules.change')}>
        <p className={styles.quiet} role="status">
          {t('rules.weighing')}
        </p>
      </Section>
    );
  if (!dirty || change.words === 0)
    return (
      <Section title={t('rules.change')}>
        <p className={styles.quiet}>{t(dirty ? 'rules.change.none' : 'rules.change.ask')}</p>
      </Section>
    );
  const pages = [...change.pages].sort((a, b) => b.words - a.words);
  return (
    <Section title={t('rules.change')}>
      <p>
        {t('rules.change.words', { count: change.words })},{' '}
        {t('rules.change.pages', { count: change.pages.length })}
      </p>
      {gold.words > 0 && <p>{t('rules.change.gold', gold)}</p>}
      <p>{t('rules.change.highconf', { before: String(highconf.before), after: String(highconf.after) })}</p>
      {(['added', 'removed'] as const).map(
        (what) =>
          highconf[what].length > 0 && (
            <p key={what} className={styles.quiet}>
              {t(`rules.change.${what}`)} <PageLinks pageNums={highconf[what]} />
            </p>
          ),
      )}
      <ul className={styles.moves}>
        {change.moves.slice(0, 8).map(({ from, to, words }) => (
          <li key={`${from} ${to}`}>
            <span>
              {titleOf(from)} → {titleOf(to)}
            </span>
            <span>{words}</span>
          </li>
        ))}
      </ul>
      <ul className={styles.pages} aria-label={t('rules.change.list')}>
        {pages.slice(0, PAGES).map(({ pageNum, words }) => (
          <li key={pageNum}>
            <button type="button" onClick={() => void goToWords(workbench, pageNum)}>
              {t('review.page', { page: String(pageNum) })}
            </button>
            <span>{words}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
