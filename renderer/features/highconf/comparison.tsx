import { useMemo } from 'react';
import { useStore } from 'zustand';
import { t } from '../../messages/index.ts';
import { Section } from '../../ui/area.tsx';
import { Report } from '../runs/report.tsx';
import type { HighconfStore } from './highconf-store.ts';
import styles from './lists.module.css';
import { PageLink } from './page-link.tsx';
import { compareSets } from './waterfall.ts';

const SHOWN = 80;

/** What changes against the set on disk; after a regeneration, against the set before it. */
export function Comparison({ store }: { readonly store: HighconfStore }) {
  const { answer, before } = useStore(store);
  const now = before ? answer?.current.pages : answer?.preview.keptPages;
  const old = before ?? answer?.current.pages;
  const change = useMemo(() => compareSets(old ?? [], now ?? []), [old, now]);
  if (!answer) return null;
  const report = answer.current.report;
  return (
    <>
      <Section title={t(before ? 'highconf.compare.before' : 'highconf.compare.current')}>
        {old?.length === 0 && !before ? (
          <p className={styles.quiet}>{t('highconf.compare.none')}</p>
        ) : change.added.length + change.removed.length === 0 ? (
          <p className={styles.quiet}>{t('highconf.compare.equal', { count: change.same })}</p>
        ) : (
          <dl className={styles.change}>
            <Side title={t('highconf.compare.added', { count: change.added.length })} pages={change.added} />
            <Side
              title={t('highconf.compare.removed', { count: change.removed.length })}
              pages={change.removed}
            />
            <dt>{t('highconf.compare.same', { count: change.same })}</dt>
          </dl>
        )}
      </Section>
      {report && (
        <Section title={t('highconf.report')}>
          <Report markdown={report} />
        </Section>
      )}
    </>
  );
}

function Side({ title, pages }: { readonly title: string; readonly pages: readonly number[] }) {
  return (
    <>
      <dt>{title}</dt>
      {pages.length > 0 && (
        <dd>
          {pages.slice(0, SHOWN).map((pageNum) => (
            <PageLink key={pageNum} short pageNum={pageNum} />
          ))}
          {pages.length > SHOWN && '…'}
        </dd>
      )}
    </>
  );
}
