import { ChevronDown, Pause, Play, Save, Square, TriangleAlert } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { Job, Run } from '../../../core/workbench/contract.ts';
import { formatDuration, t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { isLive } from '../../state/jobs.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Failure } from '../../ui/empty.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Select } from '../../ui/select.tsx';
import { RunComparison } from '../runs/comparison.tsx';
import { Curves } from './curves.tsx';
import { Evaluations } from './evaluations.tsx';
import { formatMoment } from './format.ts';
import { reduceHistory } from './history.ts';
import { jobOfRun, liveTraining, type TrainStore } from './train-store.ts';
import styles from './watch.module.css';

/** A run as it goes, or as it went. */
export function Watch({ store }: { readonly store: TrainStore }) {
  const { chosenRun, runs, histories } = useStore(store);
  const { show, loadHistory, loadRuns } = store.getState();
  const jobs = useGalley((state) => state.jobs);
  const live = liveTraining(jobs);
  const waiting = jobs.findLast((job) => job.state === 'interrupted' && job.runId !== null);
  const runId = chosenRun ?? live?.runId ?? waiting?.runId ?? runs?.[0]?.id ?? null;
  const job = chosenRun === null ? (live ?? jobOfRun(jobs, runId)) : jobOfRun(jobs, runId);
  const run = runs?.find(({ id }) => id === runId);
  useEffect(() => {
    if (runId) void loadHistory(runId);
  }, [runId, loadHistory]);
  // A run that ended has its last words in the list of runs.
  const state = job?.state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new state of the job is the reason to read again
  useEffect(() => {
    void loadRuns();
  }, [loadRuns, state]);
  const history = runId ? histories[runId] : undefined;
  const curves = useMemo(() => reduceHistory(history?.points ?? []), [history?.points]);

  if (!runId && !job)
    return runs === null ? null : (
      <Empty title={t('train.none.title')} text={t('train.none.text')}>
        <Button kind="primary" onClick={() => show({ view: 'setup' })}>
          {t('train.none.setup')}
        </Button>
      </Empty>
    );
  return (
    <div className={styles.watch}>
      <RunHead
        job={job}
        run={run}
        chooser={
          runs && runs.length > 1 && runId ? (
            <Select
              label={t('train.run.choose')}
              value={runId}
              options={[
                ...(runs.some(({ id }) => id === runId)
                  ? []
                  : [{ value: runId, title: job?.title ?? runId }]),
                ...runs.map(({ id, title, startedAt }) => ({
                  value: id,
                  title: `${title}, ${formatMoment(startedAt)}`,
                })),
              ]}
              onChange={(next) => show({ chosenRun: next === live?.runId ? null : next })}
            />
          ) : null
        }
      />
      <Alarms job={job} />
      <Interrupted job={job} run={run} runId={runId} />
      {history?.state === 'failed' && history.error ? (
        <Failure title={t('train.history.failed')} error={history.error}>
          <Button onClick={() => runId && void loadHistory(runId, true)}>{t('train.retry')}</Button>
        </Failure>
      ) : (
        <>
          {run?.hasComparison && runId && <RunComparison runId={runId} />}
          <Curves
            curves={curves}
            wantedEnd={job && isLive(job) ? job.total : 0}
            live={!!job && isLive(job)}
          />
          <Evaluations key={runId} runId={runId} evaluations={history?.evaluations ?? []} />
        </>
      )}
    </div>
  );
}

interface RunHeadProps {
  readonly job: Job | undefined;
  readonly run: Run | undefined;
  readonly chooser: React.ReactNode;
}

function RunHead({ job, run, chooser }: RunHeadProps) {
  const state = job?.state ?? run?.state ?? 'done';
  const running = job && isLive(job);
  const progress = job && job.total > 0 ? t('train.run.step', { done: job.done, total: job.total }) : null;
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <h2>{job?.title ?? run?.title}</h2>
        <span className={styles.state} data-state={state}>
          {t(`train.run.state.${state}`)}
        </span>
        <span className={styles.space} />
        {chooser}
        {running && <Controls job={job} />}
      </div>
      {running && <progress max={job.total || 1} value={job.done} aria-label={t('train.run.progress')} />}
      <p className={styles.facts} role={running ? 'status' : undefined}>
        {running && progress && <strong>{progress}</strong>}
        {running && job.what && <span>{job.what.replace(/, step$/, '')}</span>}
        {running && job.etaSeconds !== null && (
          <span title={t('train.run.left.note')}>
            {t('train.run.left', { time: formatDuration(job.etaSeconds) })}
          </span>
        )}
        {!running && run?.seconds != null && (
          <span>{t('train.run.took', { time: formatDuration(run.seconds) })}</span>
        )}
        {!running && run && <span>{formatMoment(run.startedAt)}</span>}
        {!running && job && job.done < job.total && <span>{progress}</span>}
      </p>
    </header>
  );
}

function Controls({ job }: { readonly job: Job }) {
  const { store } = useWorkbench();
  const { controlJob } = store.getState();
  return (
    <span className={styles.controls}>
      {job.state === 'paused' ? (
        <Button kind="primary" icon={Play} onClick={() => void controlJob(job.id, 'resume')}>
          {t('job.resume')}
        </Button>
      ) : (
        <Button icon={Pause} onClick={() => void controlJob(job.id, 'pause')}>
          {t('job.pause')}
        </Button>
      )}
      <Button icon={Save} onClick={() => void controlJob(job.id, 'stop-and-save')}>
        {t('job.stopAndSave')}
      </Button>
      <Menu
        trigger={
          <Button icon={Square}>
            {t('job.stop')}
            <ChevronDown size={13} aria-hidden />
          </Button>
        }
        items={[
          {
            id: 'save',
            title: t('job.stopAndSave'),
            note: t('job.stopAndSave.note'),
            run: () => controlJob(job.id, 'stop-and-save'),
          },
          {
            id: 'just',
            title: t('job.justStop'),
            note: t('job.justStop.note'),
            run: () => controlJob(job.id, 'just-stop'),
          },
        ]}
      />
    </span>
  );
}

/** What a person should know about a run, in plain words. */
function Alarms({ job }: { readonly job: Job | undefined }) {
  if (!job || job.warnings.length === 0) return null;
  return (
    <ul className={styles.alarms} aria-label={t('train.alarms')} role="status">
      {job.warnings.map((warning) => (
        <li key={warning}>
          <TriangleAlert size={15} aria-hidden />
          <span>{warning}</span>
        </li>
      ))}
    </ul>
  );
}

interface InterruptedProps {
  readonly job: Job | undefined;
  readonly run: Run | undefined;
  readonly runId: string | null;
}

function Interrupted({ job, run, runId }: InterruptedProps) {
  const { store } = useWorkbench();
  const busy = useGalley((state) => liveTraining(state.jobs) !== undefined);
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  const state = job?.state ?? run?.state;
  const ended = state === 'interrupted' || state === 'cancelled' || state === 'failed';
  if (!ended || !runId) return null;
  const resumable = job?.resumable ?? run?.resumable ?? false;
  const { continueRun } = store.getState();
  return (
    <div className={styles.interrupted} data-state={state}>
      <div>
        <strong>
          {state === 'failed'
            ? t('train.interrupted.failed', { reason: job?.error ?? '' })
            : state === 'interrupted'
              ? t('train.interrupted.title')
              : t('train.run.state.cancelled')}
        </strong>
        {resumable && <p>{t('train.interrupted.text')}</p>}
      </div>
      {resumable && !readOnly && (
        <span className={styles.controls}>
          <Button
            kind="primary"
            icon={Play}
            disabled={busy}
            onClick={() => void continueRun(runId, 'resume')}
          >
            {t('job.continue')}
          </Button>
          <Button disabled={busy} onClick={() => void continueRun(runId, 'start-from-weights')}>
            {t('job.fromWeights')}
          </Button>
        </span>
      )}
    </div>
  );
}
