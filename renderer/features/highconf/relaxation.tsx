import { useStore } from 'zustand';
import { t } from '../../messages/index.ts';
import { Section } from '../../ui/area.tsx';
import tables from '../../ui/data-table.module.css';
import type { HighconfStore } from './highconf-store.ts';
import styles from './lists.module.css';
import { changedThresholds, thresholdText } from './thresholds.ts';

/** What each step of the relaxation would loosen, and how many pages it would keep. */
export function Relaxation({ store }: { readonly store: HighconfStore }) {
  const steps = useStore(store, (state) => state.answer?.preview.relaxation ?? []);
  const minPages = useStore(store, (state) => state.minPages);
  const used = steps.findIndex((step) => step.kept >= minPages);
  return (
    <Section title={t('highconf.relaxation')} note={t('highconf.relaxation.note')}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t('highconf.relaxation.level')}</th>
            <th scope="col">{t('highconf.relaxation.changes')}</th>
            <th scope="col" className={tables.number}>
              {t('highconf.relaxation.kept')}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ level, thresholds, kept }, i) => {
            const before = steps[i - 1]?.thresholds;
            const changes = before ? changedThresholds(before, thresholds) : [];
            return (
              <tr key={level} data-used={i === used} className={styles.level}>
                <td>{level}</td>
                <td>
                  {before
                    ? changes
                        .map(
                          (scale) =>
                            `${t(`highconf.threshold.${scale.key}`)} ${thresholdText(scale, thresholds[scale.key])}`,
                        )
                        .map((text, at) => (at === 0 ? text : text[0].toLowerCase() + text.slice(1)))
                        .join(', ')
                    : t('highconf.relaxation.level.0')}
                </td>
                <td className={`${tables.number} ${styles.kept}`}>
                  {i === used && <span className={styles.enough}>{t('highconf.relaxation.enough')}</span>}{' '}
                  {kept}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}
