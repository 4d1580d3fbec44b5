import { ArrowDown, ArrowUp, Equal, Minus, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { ContractError } from '../../../core/workbench/contract.ts';
import type { Comparison } from '../../../core/workbench/contract-retrain.ts';
import { asContractError } from '../../api/errors.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { goToWords } from '../../state/go-to-words.ts';
import { Section } from '../../ui/area.tsx';
import { LabelLetter } from '../../ui/chip.tsx';
import tables from '../../ui/data-table.module.css';
import { Failure } from '../../ui/empty.tsx';
import { formatScore } from '../train/format.ts';
import styles from './comparison.module.css';

/** Pages named; the best and the worst of them come first and last in the file. */
const PAGES = 200;

type Verdict = Comparison['macro_f1']['verdict'];
const SIGNS = { better: ArrowUp, worse: ArrowDown, same: Equal, 'not in these pages': Minus } as const;

/** Whether the model got better by learning from what was corrected: per label, and page by page. */
export function RunComparison({ runId }: { readonly runId: string }) {
  const { api } = useWorkbench();
  const [shown, setShown] = useState<{ comparison: Comparison | null } | { error: ContractError } | null>(
    null,
  );
  useEffect(() => {
    let wanted = true;
    setShown(null);
    api.call('runs.comparison', { runId }).then(
      (answer) => wanted && setShown(answer),
      (error: unknown) => wanted && setShown({ error: asContractError(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [api, runId]);
  if (!shown)
    return (
      <p className={styles.loading} role="status">
        {t('comparison.loading')}
      </p>
    );
  if ('error' in shown) return <Failure title={t('comparison.failed')} error={shown.error} />;
  if (!shown.comparison) return null;
  return <Compared comparison={shown.comparison} runId={runId} />;
}

function Compared({ comparison, runId }: { readonly comparison: Comparison; readonly runId: string }) {
  const { macro_f1, reference, gold, learned_before: learned } = comparison;
  const facts = { pages: comparison.pages, words: comparison.words };
  return (
    <div className={styles.comparison}>
      <Section
        title={t('comparison.title')}
        end={
          <p className={styles.overall}>
            <span>{t('comparison.macro')}</span>
            <strong>
              {formatScore(macro_f1.before)} → {formatScore(macro_f1.after)}
            </strong>
            <Said verdict={macro_f1.verdict} />
          </p>
        }
      >
        <p className={styles.note}>
          {t(reference === 'gold' ? 'comparison.against.gold' : 'comparison.against.weak', facts)}{' '}
          {t('comparison.learned', { words: gold.train.words, pages: gold.train.pages })}{' '}
          {t('comparison.kept')}
        </p>
        {reference === 'weak' && <Warning>{t('comparison.weak')}</Warning>}
        {learned && learned.length > 0 && (
          <Warning>{t('comparison.seen', { count: learned.length, pages: learned.join(', ') })}</Warning>
        )}
        {learned === null && <Warning>{t('comparison.unknown')}</Warning>}
        <Labels comparison={comparison} />
      </Section>
      <Section title={t('comparison.pages')} note={t('comparison.pages.note')}>
        <Pages comparison={comparison} runId={runId} />
      </Section>
    </div>
  );
}

function Warning({ children }: { readonly children: ReactNode }) {
  return (
    <p className={styles.warning}>
      <TriangleAlert size={15} aria-hidden />
      <span>{children}</span>
    </p>
  );
}

/** A verdict as sign and word. */
function Said({ verdict }: { readonly verdict: Verdict }) {
  const Sign = SIGNS[verdict];
  return (
    <span className={styles.said} data-verdict={verdict}>
      <Sign size={14} strokeWidth={2.25} aria-hidden />
      {t(`comparison.is.${verdict}`)}
    </span>
  );
}

/** +0.012, −0.004, 0.000: a true minus, as wide as the plus. */
export function signed(change: number): string {
  const text = formatScore(Math.abs(change));
  if (Number(text) === 0) return text;
  return `${change > 0 ? '+' : '−'}${text}`;
}

function Labels({ comparison }: { readonly comparison: Comparison }) {
  const labels = useGalley((state) => state.project?.labels ?? []);
  const pair = (before: number, after: number) => `${formatScore(before)} → ${formatScore(after)}`;
  return (
    <table className={tables.table} aria-label={t('comparison.title')}>
      <thead>
        <tr>
          <th scope="col">{t('comparison.label')}</th>
          <th scope="col" className={tables.number}>
            {t('comparison.before')}
          </th>
          <th scope="col" className={tables.number}>
            {t('comparison.after')}
          </th>
          <th scope="col" className={tables.number}>
            {t('comparison.difference')}
          </th>
          <th scope="col">{t('comparison.verdict')}</th>
          <th scope="col" className={tables.number}>
            {t('train.scores.precision')}
          </th>
          <th scope="col" className={tables.number}>
            {t('train.scores.recall')}
          </th>
          <th scope="col" className={tables.number}>
            {t('comparison.words')}
          </th>
        </tr>
      </thead>
      <tbody>
        {comparison.labels.map(({ label: name, before, after, verdict, support }) => {
          const label = labels.find((known) => known.name === name);
          const none = support === 0;
          return (
            <tr key={name}>
              <th scope="row">
                <span className={styles.label}>
                  {label && <LabelLetter label={label} />}
                  {label?.title ?? name}
                </span>
              </th>
              <td className={tables.number}>{none ? '–' : formatScore(before.f1)}</td>
              <td className={tables.number}>{none ? '–' : formatScore(after.f1)}</td>
              <td className={tables.number}>{none ? '–' : signed(after.f1 - before.f1)}</td>
              <td>
                <Said verdict={verdict} />
              </td>
              <td className={tables.number}>{none ? '–' : pair(before.precision, after.precision)}</td>
              <td className={tables.number}>{none ? '–' : pair(before.recall, after.recall)}</td>
              <td className={tables.number}>{support}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Pages({ comparison, runId }: { readonly comparison: Comparison; readonly runId: string }) {
  const workbench = useWorkbench();
  const { api, store } = workbench;
  const pages = comparison.changed_pages;
  /** The page as the new model reads it, differences shown, the words that changed selected. */
  const open = async (page: (typeof pages)[number]) => {
    try {
      const modelId = store.getState().project?.models.find(({ id }) => id === runId)?.id;
      await api.call('pages.predict', { pageNum: page.page_num, modelId });
    } catch (error) {
      store.getState().toast(asContractError(error).message, { kind: 'error' });
    }
    await goToWords(workbench, page.page_num, [...page.mended_words, ...page.spoilt_words]);
    store.getState().show({ source: 'diff' });
  };
  if (pages.length === 0) return <p className={tables.quiet}>{t('comparison.pages.none')}</p>;
  return (
    <>
      <table className={`${tables.table} ${styles.pages}`} aria-label={t('comparison.pages')}>
        <thead>
          <tr>
            <th scope="col">{t('comparison.page')}</th>
            <th scope="col" className={tables.number}>
              {t('comparison.mended')}
            </th>
            <th scope="col" className={tables.number}>
              {t('comparison.spoilt')}
            </th>
            <th scope="col" className={tables.number}>
              {t('comparison.changed')}
            </th>
          </tr>
        </thead>
        <tbody>
          {pages.slice(0, PAGES).map((page) => (
            <tr key={page.page_num}>
              <th scope="row">
                <button type="button" className={styles.page} onClick={() => void open(page)}>
                  {t('review.page', { page: String(page.page_num) })}
                </button>
              </th>
              <td className={tables.number}>{page.mended}</td>
              <td className={tables.number}>{page.spoilt}</td>
              <td className={tables.number}>{page.words}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {pages.length > PAGES && (
        <p className={tables.quiet}>{t('comparison.pages.more', { count: pages.length - PAGES })}</p>
      )}
    </>
  );
}
