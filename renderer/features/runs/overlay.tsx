import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { Run } from '../../../core/workbench/contract.ts';
import { LinePlot, type PlotSeries } from '../../charts/line-plot.tsx';
import { formatNumber, t, tMaybe } from '../../messages/index.ts';
import { useWorkbench } from '../../state/context.ts';
import { Section } from '../../ui/area.tsx';
import { Button } from '../../ui/button.tsx';
import tables from '../../ui/data-table.module.css';
import { Segmented } from '../../ui/segmented.tsx';
import { formatMoment, formatScore } from '../train/format.ts';
import { reduceHistory } from '../train/history.ts';
import { trainStore } from '../train/train-store.ts';
import { alignSeries, settingDifferences } from './differences.ts';
import styles from './runs.module.css';

interface OverlayProps {
  readonly first: Run;
  readonly second: Run;
  onClear(): void;
}

/** Two runs on one axis, and the settings that set them apart. */
export function Overlay({ first, second, onClear }: OverlayProps) {
  const store = trainStore(useWorkbench());
  const histories = useStore(store, (state) => state.histories);
  const [what, setWhat] = useState<'f1' | 'loss'>('f1');
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    for (const id of [first.id, second.id]) void store.getState().loadHistory(id);
  }, [store, first.id, second.id]);
  const a = histories[first.id]?.points;
  const b = histories[second.id]?.points;
  const { x, series } = useMemo(
    () =>
      alignSeries(
        [a, b].map((points) => {
          const curves = reduceHistory(points ?? []);
          return { x: curves.x, y: what === 'f1' ? curves.f1 : curves.loss };
        }),
      ),
    [a, b, what],
  );
  const names = nameBoth(first, second);
  const lines = useMemo<PlotSeries[]>(
    () =>
      series.map((values, i) => ({
        key: `${what}-${i}`,
        title: names[i],
        values,
        ink: i === 0 ? '--accent' : '--warn',
        scale: what === 'f1' ? 'right' : 'left',
        marks: what === 'f1',
        dashed: i === 1,
        format: formatScore,
      })),
    [series, what, names],
  );
  const bests = series.flatMap((values, i) => {
    const found = values.filter((v) => v !== null);
    if (what !== 'f1' || found.length === 0) return [];
    const best = Math.max(...found);
    return [
      {
        series: `${what}-${i}`,
        at: values.indexOf(best),
        text: t('train.curves.best', { value: formatScore(best) }),
      },
    ];
  });
  const differences = settingDifferences(first.options, second.options);
  const empty = series.every((values) => values.every((v) => v === null));
  return (
    <div className={styles.detail}>
      <header className={styles.detailHead}>
        <h2>{t('runs.overlay.title')}</h2>
        <Segmented<'f1' | 'loss'>
          label={t('runs.overlay.what')}
          value={what}
          options={[
            { value: 'f1', title: t('runs.overlay.f1') },
            { value: 'loss', title: t('runs.overlay.loss') },
          ]}
          onChange={setWhat}
        />
        <span className={styles.space} />
        <Button onClick={onClear}>{t('runs.overlay.clear')}</Button>
      </header>
      <Section
        title={t(`runs.overlay.${what}`)}
        end={
          at !== null && x[at] !== undefined ? (
            <p className={styles.readout} aria-live="polite">
              <span>{t('runs.overlay.step', { step: formatNumber(x[at]) })}</span>
              {lines.map((line) => {
                const value = lastValue(line.values, at);
                return value === null ? null : (
                  <span key={line.key}>
                    {line.title} <strong style={{ color: `var(${line.ink})` }}>{formatScore(value)}</strong>
                  </span>
                );
              })}
            </p>
          ) : undefined
        }
      >
        {empty ? (
          <p className={tables.quiet}>{t('runs.overlay.empty')}</p>
        ) : (
          <LinePlot
            label={t('runs.overlay.label', { what: t(`runs.overlay.${what}`) })}
            x={x}
            series={lines}
            dots={bests}
            height={280}
            onRead={setAt}
          />
        )}
        <details className={tables.folded}>
          <summary>{t('runs.overlay.numbers')}</summary>
          <div>
            <table className={tables.table}>
              <thead>
                <tr>
                  <th scope="col">{t('train.curves.step')}</th>
                  {names.map((name) => (
                    <th key={name} scope="col" className={tables.number}>
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {x.map((step, i) =>
                  series.every((values) => values[i] === null) ? null : (
                    <tr key={step}>
                      <td>{formatNumber(step)}</td>
                      {series.map((values, column) => (
                        <td key={names[column]} className={tables.number}>
                          {values[i] === null ? '' : formatScore(values[i])}
                        </td>
                      ))}
                    </tr>
                  ),
                )}
              </tbody>
            </table>
          </div>
        </details>
      </Section>
      <Section title={t('runs.overlay.differences')}>
        {differences.length === 0 ? (
          <p className={tables.quiet}>{t('runs.overlay.same')}</p>
        ) : (
          <table className={`${tables.table} ${styles.settings}`}>
            <thead>
              <tr>
                <th scope="col">{t('runs.settings.name')}</th>
                {names.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {differences.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{tMaybe(`train.option.${row.name}`) ?? row.name}</th>
                  {[row.first, row.second].map((value, column) => (
                    <td key={names[column]}>
                      {value || <span className={tables.quiet}>{t('runs.settings.default')}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Section>
    </div>
  );
}

/** Titles that tell the runs apart. */
function nameBoth(first: Run, second: Run): [string, string] {
  if (first.title !== second.title) return [first.title, second.title];
  const name = (run: Run) => formatMoment(run.startedAt);
  return name(first) === name(second) ? [first.id, second.id] : [name(first), name(second)];
}

function lastValue(values: readonly (number | null)[], at: number): number | null {
  for (let i = at; i >= 0; i--) if (values[i] !== null) return values[i];
  return null;
}
