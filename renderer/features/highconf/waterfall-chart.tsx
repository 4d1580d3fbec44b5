import type { CSSProperties } from 'react';
import type { HighconfPreview } from '../../../core/workbench/contract.ts';
import { formatNumber, formatShare, t, tMaybe } from '../../messages/index.ts';
import { Section } from '../../ui/area.tsx';
import { type Bar, waterfallBars } from './waterfall.ts';
import styles from './waterfall-chart.module.css';

const titleOf = (bar: Bar): string =>
  bar.kind === 'lost'
    ? (tMaybe(`highconf.code.${bar.code}`) ?? bar.title)
    : t(bar.kind === 'all' ? 'highconf.waterfall.all' : 'highconf.waterfall.kept');

/** From all pages on the left, each threshold takes its pages, to those kept on the right. */
export function Waterfall({ preview }: { readonly preview: HighconfPreview }) {
  const bars = waterfallBars(preview);
  return (
    <Section
      title={t('highconf.waterfall')}
      note={t('highconf.waterfall.note')}
      end={
        <p className={styles.kept} role="status">
          {t('highconf.kept', { kept: preview.kept, total: preview.total })}
        </p>
      }
    >
      <div className={styles.chart} aria-hidden>
        {bars.map((bar) => (
          <div key={bar.code} className={styles.column} data-kind={bar.kind} data-none={bar.pages === 0}>
            <div className={styles.plot}>
              <span
                className={styles.bar}
                style={{ '--bottom': bar.bottom, '--height': bar.height } as CSSProperties}
              >
                <span className={styles.number}>
                  {bar.kind === 'lost' && bar.pages > 0
                    ? `−${formatNumber(bar.pages)}`
                    : formatNumber(bar.pages)}
                </span>
              </span>
            </div>
            <span className={styles.title}>{titleOf(bar)}</span>
            <span className={styles.left}>
              {bar.kind === 'kept' && preview.total > 0 && formatShare(preview.kept / preview.total)}
            </span>
          </div>
        ))}
      </div>
      <table className="visually-hidden">
        <caption>{t('highconf.waterfall')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('highconf.waterfall.rule')}</th>
            <th scope="col">{t('highconf.waterfall.lost')}</th>
            <th scope="col">{t('highconf.waterfall.left')}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.code}>
              <th scope="row">{titleOf(bar)}</th>
              <td>{bar.kind === 'lost' ? bar.pages : ''}</td>
              <td>{bar.left}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
