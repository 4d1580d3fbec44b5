import { ChartLine, FolderOpen, Package, Play } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { ContractError, Run } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import { t, tMaybe } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { exportModel } from '../../state/exports.ts';
import { Section } from '../../ui/area.tsx';
import { Button } from '../../ui/button.tsx';
import tables from '../../ui/data-table.module.css';
import { Empty, Failure } from '../../ui/empty.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Curves } from '../train/curves.tsx';
import { reduceHistory } from '../train/history.ts';
import { liveTraining, trainStore } from '../train/train-store.ts';
import { RunComparison } from './comparison.tsx';
import { settingText } from './differences.ts';
import { Report } from './report.tsx';
import styles from './runs.module.css';

type Face = 'comparison' | 'report' | 'curves' | 'settings';

/** One run: its report, curves and settings. */
export function RunDetail({ run }: { readonly run: Run }) {
  const workbench = useWorkbench();
  const { api, store } = workbench;
  const [face, setFace] = useState<Face>(
    run.hasComparison ? 'comparison' : run.hasReport ? 'report' : 'curves',
  );
  const busy = useGalley((state) => liveTraining(state.jobs) !== undefined);
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  const reveal = async () => {
    try {
      const { opened, folder } = await api.call('app.reveal', { what: 'run', id: run.id });
      if (!opened) store.getState().toast(t('runs.revealed', { folder }));
    } catch (error) {
      store.getState().toast(asContractError(error).message, { kind: 'error' });
    }
  };
  const inTrain = () => {
    trainStore(workbench).getState().show({ view: 'watch', chosenRun: run.id });
    store.getState().show({ area: 'train' });
  };
  return (
    <div className={styles.detail}>
      <header className={styles.detailHead}>
        <h2>{run.title}</h2>
        <Segmented<Face>
          label={t('runs.show')}
          value={face}
          options={(
            [...(run.hasComparison ? ['comparison' as const] : []), 'report', 'curves', 'settings'] as const
          ).map((value) => ({
            value,
            title: t(`runs.show.${value}`),
          }))}
          onChange={setFace}
        />
        <span className={styles.space} />
        {run.resumable && run.state !== 'running' && run.state !== 'done' && (
          <Button
            icon={Play}
            disabled={busy}
            onClick={() => void store.getState().continueRun(run.id, 'resume').then(inTrain)}
          >
            {t('runs.resume')}
          </Button>
        )}
        <Button icon={ChartLine} onClick={inTrain}>
          {t('runs.watch')}
        </Button>
        {run.state !== 'running' && (
          <Button
            icon={Package}
            title={t('runs.exportModel.about')}
            disabled={readOnly}
            onClick={() => void exportModel(workbench, run.id)}
          >
            {t('runs.exportModel')}
          </Button>
        )}
        <Button icon={FolderOpen} onClick={() => void reveal()}>
          {t('runs.reveal')}
        </Button>
      </header>
      {face === 'comparison' && <RunComparison runId={run.id} />}
      {face === 'report' && <RunReport run={run} />}
      {face === 'curves' && <RunCurves run={run} />}
      {face === 'settings' && <RunSettings run={run} />}
    </div>
  );
}

function RunReport({ run }: { readonly run: Run }) {
  const { api } = useWorkbench();
  const [shown, setShown] = useState<{ markdown: string | null } | { error: ContractError } | null>(null);
  useEffect(() => {
    let wanted = true;
    api.call('runs.report', { runId: run.id }).then(
      (answer) => wanted && setShown(answer),
      (error: unknown) => wanted && setShown({ error: asContractError(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [api, run.id]);
  if (!shown)
    return (
      <p className={styles.loading} role="status">
        {t('runs.report.loading')}
      </p>
    );
  if ('error' in shown) return <Failure title={t('runs.report.failed')} error={shown.error} />;
  if (shown.markdown === null)
    return <Empty title={t('runs.report.none.title')} text={t('runs.report.none.text')} />;
  return (
    <div className={styles.report}>
      <Report markdown={shown.markdown} runId={run.id} />
    </div>
  );
}

function RunCurves({ run }: { readonly run: Run }) {
  const store = trainStore(useWorkbench());
  const history = useStore(store, (state) => state.histories[run.id]);
  useEffect(() => {
    void store.getState().loadHistory(run.id);
  }, [store, run.id]);
  const curves = useMemo(() => reduceHistory(history?.points ?? []), [history?.points]);
  if (history?.state === 'failed' && history.error)
    return <Failure title={t('train.history.failed')} error={history.error} />;
  if (!history || history.state === 'loading')
    return (
      <p className={styles.loading} role="status">
        {t('train.history.loading')}
      </p>
    );
  return <Curves curves={curves} wantedEnd={0} live={run.state === 'running'} />;
}

function RunSettings({ run }: { readonly run: Run }) {
  const rows = Object.entries(run.options);
  return (
    <Section title={t('runs.show.settings')}>
      {rows.length === 0 ? (
        <p className={tables.quiet}>{t('runs.settings.none')}</p>
      ) : (
        <table className={`${tables.table} ${styles.settings}`}>
          <thead>
            <tr>
              <th scope="col">{t('runs.settings.name')}</th>
              <th scope="col">{t('runs.settings.value')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{tMaybe(`train.option.${name}`) ?? name}</th>
                <td>{settingText(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
