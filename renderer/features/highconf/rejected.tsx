import { useMemo, useState } from 'react';
import type { HighconfPreview } from '../../../core/workbench/contract.ts';
import { t } from '../../messages/index.ts';
import { Section } from '../../ui/area.tsx';
import { Button } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import styles from './lists.module.css';
import { PageLink } from './page-link.tsx';

const FIRST = 60;

/** Pages that are not kept, with every threshold they miss. */
export function Rejected({ preview }: { readonly preview: HighconfPreview }) {
  const [what, setWhat] = useState<'near' | 'all'>('near');
  const [most, setMost] = useState(FIRST);
  const near = useMemo(() => preview.rejected.filter((page) => page.nearMiss), [preview.rejected]);
  const pages = what === 'near' ? near : preview.rejected;
  const more = pages.length - most;
  return (
    <Section
      title={t('highconf.rejected')}
      note={<span title={t('highconf.near.note')}>{t('highconf.near', { count: near.length })}</span>}
      end={
        <Segmented
          label={t('highconf.show')}
          value={what}
          options={[
            { value: 'near', title: t('highconf.show.near'), note: t('highconf.near.note') },
            { value: 'all', title: t('highconf.show.all') },
          ]}
          onChange={(next) => {
            setWhat(next);
            setMost(FIRST);
          }}
        />
      }
    >
      {pages.length === 0 ? (
        <p className={styles.quiet}>{t(what === 'near' ? 'highconf.near.none' : 'highconf.rejected.none')}</p>
      ) : (
        <ul className={styles.rejected}>
          {pages.slice(0, most).map(({ pageNum, reasons }) => (
            <li key={pageNum}>
              <PageLink pageNum={pageNum} />
              <span>{reasons.join('; ')}</span>
            </li>
          ))}
        </ul>
      )}
      {more > 0 && (
        <Button kind="quiet" onClick={() => setMost(most + 300)}>
          {t('highconf.more', { count: Math.min(more, 300) })}
        </Button>
      )}
    </Section>
  );
}
