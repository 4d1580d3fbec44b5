import { useMemo, useState } from 'react';
import { LinePlot, type PlotSeries } from '../../charts/line-plot.tsx';
import { formatNumber, t } from '../../messages/index.ts';
import { Section } from '../../ui/area.tsx';
import tables from '../../ui/data-table.module.css';
import styles from './curves.module.css';
import { formatRate, formatScore } from './format.ts';
import { type Curves as CurveData, readingAt, tableRows } from './history.ts';

const MOST_ROWS = 120;

interface CurvesProps {
  readonly curves: CurveData;
  readonly wantedEnd: number;
  readonly live: boolean;
}

/** Loss, learning rate and F1 of both stages over one axis of steps. */
export function Curves({ curves, wantedEnd, live }: CurvesProps) {
  const [at, setAt] = useState<number | null>(null);
  const series = useMemo<PlotSeries[]>(
    () => [
      {
        key: 'rate',
        title: t('train.curves.rate'),
        values: curves.rate,
        ink: '--ink-3',
        scale: 'low',
        thin: true,
        format: formatRate,
      },
      {
        key: 'loss',
        title: t('train.curves.loss'),
        values: curves.loss,
        ink: '--accent',
        scale: 'left',
        format: formatScore,
      },
      {
        key: 'evalLoss',
        title: t('train.curves.evalLoss'),
        values: curves.evalLoss,
        ink: '--accent',
        scale: 'left',
        dashed: true,
        format: formatScore,
      },
      {
        key: 'f1',
        title: t('train.curves.f1'),
        values: curves.f1,
        ink: '--good',
        scale: 'right',
        marks: true,
        format: formatScore,
      },
    ],
    [curves],
  );
  if (curves.x.length === 0)
    return (
      <Section title={t('train.curves')}>
        <p className={styles.empty}>{t('train.history.empty')}</p>
      </Section>
    );
  return (
    <Section title={t('train.curves')} end={<Readout curves={curves} at={at} live={live} />}>
      <LinePlot
        label={t('train.curves.label')}
        x={curves.x}
        series={series}
        bands={curves.spans.map(({ stage, from, to }) => ({ title: t(`train.stage.${stage}`), from, to }))}
        dots={curves.bests.map(({ at: index, value }) => ({
          series: 'f1',
          at: index,
          text: t('train.curves.best', { value: formatScore(value) }),
        }))}
        wantedEnd={wantedEnd}
        height={320}
        onRead={setAt}
      />
      <CurveTable curves={curves} />
    </Section>
  );
}

interface ReadoutProps {
  readonly curves: CurveData;
  readonly at: number | null;
  readonly live: boolean;
}

/** Every series at the step under the pointer, or at the last one. */
function Readout({ curves, at, live }: ReadoutProps) {
  const reading = readingAt(curves, at ?? curves.x.length - 1);
  if (!reading) return null;
  const values = [
    [t('train.curves.loss'), reading.loss, formatScore, '--accent'],
    [t('train.curves.evalLoss'), reading.evalLoss, formatScore, '--accent'],
    [t('train.curves.f1'), reading.f1, formatScore, '--good'],
    [t('train.curves.rate'), reading.rate, formatRate, '--ink-3'],
  ] as const;
  return (
    <p className={styles.readout} aria-live={at === null ? 'off' : 'polite'}>
      <span className={styles.where}>
        {at === null && live && `${t('train.curves.now')}: `}
        {t('train.curves.at', { stage: reading.stage, step: formatNumber(reading.step) })}
      </span>
      {values.map(([name, value, format, ink]) =>
        value === null ? null : (
          <span key={name}>
            {name} <strong style={{ color: `var(${ink})` }}>{format(value)}</strong>
          </span>
        ),
      )}
    </p>
  );
}

function CurveTable({ curves }: { readonly curves: CurveData }) {
  const [open, setOpen] = useState(false);
  const rows = open ? tableRows(curves, MOST_ROWS) : [];
  const show = (value: number | null, format: (value: number) => string) =>
    value === null ? '' : format(value);
  return (
    <details className={tables.folded} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('train.curves.numbers')}</summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling table is reached by key
        <section tabIndex={0} aria-label={t('train.curves.numbers')}>
          {rows.length < curves.points.length && (
            <p>{t('train.curves.numbers.thinned', { shown: rows.length, all: curves.points.length })}</p>
          )}
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t('train.curves.stage')}</th>
                <th scope="col" className={tables.number}>
                  {t('train.curves.step')}
                </th>
                <th scope="col" className={tables.number}>
                  {t('train.curves.epoch')}
                </th>
                <th scope="col" className={tables.number}>
                  {t('train.curves.loss')}
                </th>
                <th scope="col" className={tables.number}>
                  {t('train.curves.rate')}
                </th>
                <th scope="col" className={tables.number}>
                  {t('train.curves.evalLoss')}
                </th>
                <th scope="col" className={tables.number}>
                  {t('train.curves.f1')}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.stage}/${row.step}`}>
                  <td>{row.stage}</td>
                  <td className={tables.number}>{formatNumber(row.step)}</td>
                  <td className={tables.number}>{row.epoch.toFixed(2)}</td>
                  <td className={tables.number}>{show(row.loss, formatScore)}</td>
                  <td className={tables.number}>{show(row.learningRate, formatRate)}</td>
                  <td className={tables.number}>{show(row.evalLoss, formatScore)}</td>
                  <td className={tables.number}>{show(row.macroF1, formatScore)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
