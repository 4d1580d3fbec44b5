import type { EventPayload, HistoryPoint, Job } from '../../core/workbench/contract.ts';
import { asContractError } from '../api/errors.ts';
import type { SliceOf } from './api.ts';

/** Long work of the workbench; it goes on whether or not a window looks. */
export interface JobsSlice {
  readonly jobs: readonly Job[];
  /** Points of the training history by run, for the strip's sparkline and the Train area. */
  readonly points: Readonly<Record<string, readonly HistoryPoint[]>>;
  loadJobs(): Promise<void>;
  jobChanged(job: Job): void;
  pointAdded(event: EventPayload<'train.point'>): void;
  controlJob(
    jobId: string,
    action: 'pause' | 'resume' | 'stop-and-save' | 'just-stop' | 'dismiss',
  ): Promise<void>;
  continueRun(runId: string, how: 'resume' | 'start-from-weights'): Promise<void>;
}

export const jobsSlice: SliceOf<JobsSlice> = (api) => (set, get) => {
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      get().toast(asContractError(error).message, { kind: 'error' });
    }
  };
  return {
    jobs: [],
    points: {},
    loadJobs: () =>
      attempt(async () => {
        const { jobs } = await api.call('jobs.list', {});
        set({ jobs });
        for (const { runId } of jobs.filter(isLive)) {
          if (!runId || get().points[runId]) continue;
          const { points } = await api.call('train.history', { runId });
          set({ points: { ...get().points, [runId]: points } });
        }
      }),
    jobChanged: (job) => {
      const { jobs } = get();
      const known = jobs.some(({ id }) => id === job.id);
      set({ jobs: known ? jobs.map((j) => (j.id === job.id ? job : j)) : [...jobs, job] });
      if (job.id !== get().openingJob || (job.state !== 'failed' && job.state !== 'cancelled')) return;
      set({ openingJob: null });
      // The first screen has no strip of jobs that would say so.
      if (job.error !== null && get().phase === 'none') get().toast(job.error, { kind: 'error' });
    },
    pointAdded: ({ runId, point }) =>
      set(({ points }) => ({ points: { ...points, [runId]: [...(points[runId] ?? []), point] } })),
    controlJob: (jobId, action) =>
      attempt(async () => {
        await api.call('jobs.control', { jobId, action });
        if (action === 'dismiss') set({ jobs: get().jobs.filter(({ id }) => id !== jobId) });
      }),
    continueRun: (runId, how) => attempt(() => api.call('jobs.continue', { runId, how })),
  };
};

export function isLive(job: Job): boolean {
  return job.state === 'running' || job.state === 'paused';
}

/** A run that a person stopped and that can go on. */
const isResumable = (job: Job): boolean => job.state === 'cancelled' && job.resumable;

/** The job the strip shows: what runs, else what needs a person. */
export function jobInFront(jobs: readonly Job[]): Job | null {
  const byNeed = (wanted: (job: Job) => boolean) => jobs.findLast(wanted);
  return (
    byNeed((job) => isLive(job) && (job.kind === 'train' || job.kind === 'experiment')) ??
    byNeed(isLive) ??
    byNeed((job) => job.state === 'interrupted' || job.state === 'failed' || isResumable(job)) ??
    byNeed((job) => job.state === 'done') ??
    null
  );
}
