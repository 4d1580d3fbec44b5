import { useCallback, useEffect, useState } from 'react';
import type { ContractError, Run } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { Area } from '../../ui/area.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Failure } from '../../ui/empty.tsx';
import { Overlay } from './overlay.tsx';
import { RunDetail } from './run-detail.tsx';
import { RunTable } from './run-table.tsx';
import styles from './runs.module.css';

/** Everything that was trained in this project. */
export default function RunsArea() {
  const { api, store } = useWorkbench();
  const [runs, setRuns] = useState<readonly Run[] | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const [compared, setCompared] = useState<readonly string[]>([]);
  const states = useGalley((state) => state.jobs.map((job) => `${job.runId}:${job.state}`).join(' '));

  const load = useCallback(async () => {
    try {
      const answer = await api.call('runs.list', {});
      setRuns(answer.runs);
      setError(null);
    } catch (cause) {
      setError(asContractError(cause));
    }
  }, [api]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a job that began or ended changes the runs
  useEffect(() => {
    void load();
  }, [load, states]);

  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (cause) {
      store.getState().toast(asContractError(cause).message, { kind: 'error' });
    }
    await load();
  };
  const remove = (run: Run) =>
    attempt(async () => {
      await api.call('runs.delete', { runId: run.id });
      setCompared((ids) => ids.filter((id) => id !== run.id));
      store.getState().toast(t('runs.deleted', { title: run.title }), {
        action: {
          title: t('runs.undo'),
          run: () => void attempt(() => api.call('runs.restore', { runId: run.id })),
        },
      });
    });

  if (error && !runs)
    return (
      <Area title={t('runs.title')}>
        <Failure title={t('runs.failed')} error={error}>
          <Button kind="primary" onClick={() => void load()}>
            {t('runs.retry')}
          </Button>
        </Failure>
      </Area>
    );
  if (!runs)
    return (
      <Area title={t('runs.title')}>
        <p className={styles.loading} role="status">
          {t('runs.loading')}
        </p>
      </Area>
    );
  if (runs.length === 0)
    return (
      <Area title={t('runs.title')}>
        <Empty title={t('runs.empty.title')} text={t('runs.empty.text')}>
          <Button kind="primary" onClick={() => store.getState().show({ area: 'train' })}>
            {t('runs.empty.train')}
          </Button>
        </Empty>
      </Area>
    );
  const pair = compared.flatMap((id) => runs.find((run) => run.id === id) ?? []);
  const current = runs.find(({ id }) => id === shown) ?? runs[0];
  return (
    <Area
      title={t('runs.title')}
      middle={pair.length < 2 && runs.length > 1 && <p className={styles.hint}>{t('runs.compare.hint')}</p>}
    >
      <RunTable
        runs={runs}
        shown={pair.length === 2 ? null : current.id}
        compared={compared}
        onShow={(id) => {
          setShown(id);
          setCompared([]);
        }}
        onCompare={(id, on) =>
          // A third run takes the place of the one ticked first.
          setCompared((ids) => (on ? [...ids.slice(-1), id] : ids.filter((other) => other !== id)))
        }
        onDelete={(run) => void remove(run)}
      />
      {pair.length === 2 ? (
        <Overlay key={compared.join(' ')} first={pair[0]} second={pair[1]} onClear={() => setCompared([])} />
      ) : (
        <RunDetail key={current.id} run={current} />
      )}
    </Area>
  );
}
