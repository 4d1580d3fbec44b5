import { Trash2 } from 'lucide-react';
import type { Run } from '../../../core/workbench/contract.ts';
import { formatDuration, formatNumber, t } from '../../messages/index.ts';
import { useGalley } from '../../state/context.ts';
import { IconButton } from '../../ui/button.tsx';
import tables from '../../ui/data-table.module.css';
import { formatMoment, formatScore } from '../train/format.ts';
import styles from './runs.module.css';

interface RunTableProps {
  readonly runs: readonly Run[];
  readonly shown: string | null;
  readonly compared: readonly string[];
  onShow(id: string): void;
  onCompare(id: string, on: boolean): void;
  onDelete(run: Run): void;
}

export function RunTable({ runs, shown, compared, onShow, onCompare, onDelete }: RunTableProps) {
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  const best = Math.max(...runs.map((run) => run.bestMacroF1 ?? -1));
  return (
    <div className={styles.tableBox}>
      <table className={tables.table} aria-label={t('runs.table')}>
        <thead>
          <tr>
            <th scope="col" className={styles.tick}>
              <span className="visually-hidden">{t('runs.column.compare')}</span>
            </th>
            <th scope="col">{t('runs.column.run')}</th>
            <th scope="col">{t('runs.column.state')}</th>
            <th scope="col" className={tables.number}>
              {t('runs.column.best')}
            </th>
            <th scope="col" className={tables.number}>
              {t('runs.column.duration')}
            </th>
            <th scope="col" className={tables.number}>
              {t('runs.column.started')}
            </th>
            <th scope="col">
              <span className="visually-hidden">{t('runs.column.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr
              key={run.id}
              data-shown={run.id === shown || compared.includes(run.id)}
              className={styles.run}
            >
              <td className={styles.tick}>
                <input
                  type="checkbox"
                  checked={compared.includes(run.id)}
                  aria-label={t('runs.compare.select', { title: run.title })}
                  onChange={(event) => onCompare(run.id, event.target.checked)}
                />
              </td>
              <th scope="row">
                <button
                  type="button"
                  className={styles.name}
                  aria-current={run.id === shown ? 'true' : undefined}
                  onClick={() => onShow(run.id)}
                >
                  {run.title}
                </button>
                <small>{t(`runs.kind.${run.kind}`)}</small>
              </th>
              <td>
                <span className={styles.state} data-state={run.state}>
                  {t(`runs.state.${run.state}`)}
                </span>
              </td>
              <td className={tables.number}>
                {run.bestMacroF1 === null ? (
                  <span className={tables.quiet}>{t('runs.none')}</span>
                ) : (
                  <>
                    <span data-best={run.bestMacroF1 === best} className={styles.best}>
                      {formatScore(run.bestMacroF1)}
                    </span>
                    {run.bestStep !== null && (
                      <small className={styles.step}>
                        {t('runs.overlay.step', { step: formatNumber(run.bestStep) })}
                      </small>
                    )}
                  </>
                )}
              </td>
              <td className={tables.number}>{run.seconds === null ? '' : formatDuration(run.seconds)}</td>
              <td className={tables.number}>{formatMoment(run.startedAt)}</td>
              <td className={styles.actions}>
                <IconButton
                  icon={Trash2}
                  label={
                    run.state === 'running' ? t('runs.delete.running') : `${t('runs.delete')}: ${run.title}`
                  }
                  side="left"
                  disabled={run.state === 'running' || readOnly}
                  focusableWhenDisabled
                  onClick={() => onDelete(run)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
