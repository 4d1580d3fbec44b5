import { ChevronDown, Pause, Play, Square, TriangleAlert, X } from 'lucide-react';
import type { Job } from '../../core/workbench/contract.ts';
import { formatDuration, formatNumber, t } from '../messages/index.ts';
import { useGalley, useGalleyParts, useWorkbench } from '../state/context.ts';
import { isLive, jobInFront } from '../state/jobs.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';
import { Sparkline } from '../ui/sparkline.tsx';
import styles from './job-strip.module.css';

/** Along the bottom while something runs, or waits for a person: the same in every work area. */
export function JobStrip() {
  const { job, others } = useGalleyParts(({ jobs }) => {
    const front = jobInFront(jobs);
    return { job: front, others: jobs.filter((j) => isLive(j) && j.id !== front?.id).length };
  });
  if (!job) return null;
  const share = job.total > 0 ? job.done / job.total : 0;
  return (
    <section className={styles.strip} aria-label={t('job.strip')} data-state={job.state} data-region="jobs">
      <div className={styles.bar} style={{ transform: `scaleX(${share})` }} />
      <span className={styles.title}>{job.title}</span>
      <Progress job={job} />
      <Loss job={job} />
      {job.warnings.length > 0 && (
        <span className={styles.warning} title={job.warnings.join('\n')}>
          <TriangleAlert size={14} aria-hidden /> {job.warnings.at(-1)}
        </span>
      )}
      <span className={styles.space} />
      {others > 0 && <span className={styles.quiet}>{t('job.more', { count: others })}</span>}
      <Controls job={job} />
    </section>
  );
}

function Progress({ job }: { readonly job: Job }) {
  if (job.state === 'failed')
    return (
      <span className={styles.bad} role="alert">
        {t('job.state.failed')}: {job.error}
      </span>
    );
  const state = job.state === 'running' ? null : t(`job.state.${job.state}`);
  const progress = t('job.progress', { done: formatNumber(job.done), total: formatNumber(job.total) });
  return (
    <span className={styles.progress} role="status">
      {state && <strong>{state}</strong>}
      {job.state !== 'done' && job.total > 0 && (
        <span>
          {isLive(job) && job.what} {progress}
        </span>
      )}
      {job.state === 'running' && job.etaSeconds !== null && (
        <span>{t('job.left', { time: formatDuration(job.etaSeconds) })}</span>
      )}
    </span>
  );
}

function Loss({ job }: { readonly job: Job }) {
  const points = useGalley((state) => (job.runId ? state.points[job.runId] : undefined));
  const losses = points?.flatMap(({ loss }) => (loss === null ? [] : [loss])) ?? [];
  const last = losses.at(-1);
  if (last === undefined) return null;
  return (
    <span className={styles.loss} title={t('job.loss')}>
      <Sparkline values={losses} />
      <span>{last.toFixed(3)}</span>
    </span>
  );
}

function Controls({ job }: { readonly job: Job }) {
  const { store } = useWorkbench();
  const { controlJob, continueRun, show } = store.getState();
  const trains = job.kind === 'train' || job.kind === 'experiment';
  const runId = job.runId;
  if (isLive(job))
    return (
      <span className={styles.controls}>
        {trains && (
          <Button kind="quiet" onClick={() => show({ area: 'train' })}>
            {t('job.open')}
          </Button>
        )}
        {trains &&
          (job.state === 'paused' ? (
            <Button kind="quiet" icon={Play} onClick={() => void controlJob(job.id, 'resume')}>
              {t('job.resume')}
            </Button>
          ) : (
            <Button kind="quiet" icon={Pause} onClick={() => void controlJob(job.id, 'pause')}>
              {t('job.pause')}
            </Button>
          ))}
        {trains ? (
          <Menu
            side="top"
            trigger={
              <Button kind="quiet" icon={Square}>
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
        ) : (
          <Button kind="quiet" icon={Square} onClick={() => void controlJob(job.id, 'just-stop')}>
            {t('job.stop')}
          </Button>
        )}
      </span>
    );
  return (
    <span className={styles.controls}>
      {job.resumable && runId && (
        <>
          <Button kind="primary" onClick={() => void continueRun(runId, 'resume')}>
            {t('job.continue')}
          </Button>
          <Button kind="quiet" onClick={() => void continueRun(runId, 'start-from-weights')}>
            {t('job.fromWeights')}
          </Button>
        </>
      )}
      <IconButton
        icon={X}
        label={t('job.dismiss')}
        side="top"
        onClick={() => void controlJob(job.id, 'dismiss')}
      />
    </span>
  );
}
