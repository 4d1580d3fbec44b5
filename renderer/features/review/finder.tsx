import { ListChecks, RotateCcw, Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { formatDuration, t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import styles from './review.module.css';
import type { Folds, ReviewStore } from './review-store.ts';

/** Starts the search, shows how far it is. */
export function Finder({ store, first }: { readonly store: ReviewStore; readonly first?: boolean }) {
  const workbench = useWorkbench();
  const { jobId } = useStore(store);
  const { start, finished } = store.getState();
  const [asked, setAsked] = useState(false);
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  const job = useGalley((state) =>
    state.jobs.findLast((j) =>
      jobId ? j.id === jobId : j.kind === 'review' && (j.state === 'running' || j.state === 'paused'),
    ),
  );
  const state = job?.state;
  const mine = job !== undefined && job.id === jobId;
  const { error } = job ?? {};
  useEffect(() => {
    if (!mine || state === 'running' || state === 'paused') return;
    if (state === 'failed')
      workbench.store.getState().toast(t('review.jobFailed', { reason: error ?? '' }), { kind: 'error' });
    void finished();
  }, [mine, state, error, finished, workbench]);
  if (job && (state === 'running' || state === 'paused'))
    return (
      <div className={styles.running} role="status">
        <progress max={job.total || 1} value={job.done} aria-label={t('review.start')} />
        <span>
          {job.what.startsWith('fold ')
            ? `${job.what} ${job.done} / ${job.total}`
            : t('review.running', { done: String(job.done), total: String(job.total) })}
        </span>
        <Button icon={Square} onClick={() => void workbench.store.getState().controlJob(job.id, 'just-stop')}>
          {t('review.stop')}
        </Button>
      </div>
    );
  const begin = (
    <Button kind="primary" large={first} icon={ListChecks} disabled={readOnly} onClick={() => void start()}>
      {t('review.start')}
    </Button>
  );
  if (first)
    return (
      <div className={styles.finder}>
        {begin}
        <JudgedBy store={store} />
      </div>
    );
  return (
    <>
      <Button icon={RotateCcw} disabled={readOnly} onClick={() => setAsked(true)}>
        {t('review.again')}
      </Button>
      <Dialog title={t('review.start')} open={asked} onClose={() => setAsked(false)}>
        <div className={styles.again}>
          <p>{t('review.again.note')}</p>
          <JudgedBy store={store} />
          <div className={styles.cardFoot}>{begin}</div>
        </div>
      </Dialog>
    </>
  );
}

/** Who judges the lines: the last model, or models that have not seen the page, with what that costs. */
function JudgedBy({ store }: { readonly store: ReviewStore }) {
  const { folds, foldsSeconds } = useStore(store);
  const { judgeBy } = store.getState();
  return (
    <>
      <Select<`${Folds}`>
        label={t('review.judge')}
        value={`${folds}`}
        options={[
          { value: '0', title: t('review.judge.model') },
          { value: '2', title: t('review.judge.folds', { folds: 2 }) },
          { value: '3', title: t('review.judge.folds', { folds: 3 }) },
        ]}
        onChange={(value) => void judgeBy(Number(value) as Folds)}
      />
      {folds > 0 && (
        <p className={styles.cost} role="status">
          {foldsSeconds === null
            ? t('review.judge.cost.unknown', { folds })
            : t('review.judge.cost', { folds, time: formatDuration(foldsSeconds) })}
        </p>
      )}
    </>
  );
}
