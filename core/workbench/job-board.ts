import { randomBytes } from 'node:crypto';
import { EngineGone } from '../engine/host.ts';
import type { ControlMessage } from '../engine/protocol.ts';
import { describeError, GalleyError } from '../errors/galley-error.ts';
import type { Job } from './contract.ts';

/** Finished jobs that a window still sees after a reload. */
const FINISHED_KEPT = 50;
/** Least time between two reports of a job's progress. */
const TELL_EVERY_MS = 200;
const MOST_WARNINGS = 100;

/** What a job's work may say of itself. */
export interface JobHandle {
  readonly id: string;
  progress(p: { done: number; total: number; what: string; etaSeconds?: number | undefined }): void;
  warn(message: string): void;
  change(changes: Partial<Pick<Job, 'title' | 'resumable'>>): void;
  /** How the engine is reached while it works for this job; a stop that came before is passed on at once. */
  attach(tell: (message: ControlMessage) => void): void;
  /** @throws GalleyError `cancelled` after the person stopped the job; for the pauses between two pieces of work */
  throwIfStopped(): void;
}

export interface JobSpec {
  readonly kind: Job['kind'];
  readonly title: string;
  readonly what: string;
  readonly runId?: string;
  /** Whether it can wait in the middle. */
  readonly pausable?: boolean;
  run(handle: JobHandle): Promise<void>;
  /** After the work ended, whichever way; may say that the job can go on later. */
  settle?(state: Job['state'], error: unknown): Promise<{ resumable: boolean } | undefined>;
}

interface Entry {
  job: Job;
  readonly pausable: boolean;
  tell: ((message: ControlMessage) => void) | null;
  stop: { keep: boolean } | null;
  done: Promise<void>;
  toldAt: number;
  timer: NodeJS.Timeout | null;
}

const ACTIVE: ReadonlySet<Job['state']> = new Set(['running', 'paused']);
export const isActive = (job: Job): boolean => ACTIVE.has(job.state);

/** The jobs of a workbench: what runs, what became of what ran. */
export class JobBoard {
  readonly #entries = new Map<string, Entry>();
  readonly #tell: (job: Job) => void;

  constructor(tell: (job: Job) => void) {
    this.#tell = tell;
  }

  list(): Job[] {
    return [...this.#entries.values()].map(({ job }) => ({ ...job, warnings: [...job.warnings] }));
  }

  active(kinds?: readonly Job['kind'][]): Job | undefined {
    return this.list().find((job) => isActive(job) && (!kinds || kinds.includes(job.kind)));
  }

  /** Shows a job that ended before this workbench began. */
  add(job: Job): void {
    this.#entries.set(job.id, {
      job,
      pausable: false,
      tell: null,
      stop: null,
      done: Promise.resolve(),
      toldAt: 0,
      timer: null,
    });
  }

  /** Forgets what ended: it belonged to another project. */
  clearFinished(): void {
    for (const { job } of [...this.#entries.values()]) if (!isActive(job)) this.#entries.delete(job.id);
  }

  /** Starts a job at once. @returns its id */
  start(spec: JobSpec): string {
    const id = `job-${randomBytes(6).toString('hex')}`;
    const entry: Entry = {
      job: {
        id,
        kind: spec.kind,
        title: spec.title,
        state: 'running',
        done: 0,
        total: 0,
        what: spec.what,
        etaSeconds: null,
        startedAt: new Date().toISOString(),
        error: null,
        warnings: [],
        resumable: false,
        runId: spec.runId ?? null,
      },
      pausable: spec.pausable ?? false,
      tell: null,
      stop: null,
      done: Promise.resolve(),
      toldAt: 0,
      timer: null,
    };
    this.#entries.set(id, entry);
    this.#forget();
    this.#change(entry, {});
    entry.done = this.#run(entry, spec);
    return id;
  }

  /** @throws GalleyError `not-found`, or `usage` for what the job cannot do now */
  control(id: string, action: 'pause' | 'resume' | 'stop-and-save' | 'just-stop' | 'dismiss'): void {
    const entry = this.#entries.get(id);
    if (!entry) throw new GalleyError('not-found', 'this job is not there any more');
    const { job } = entry;
    if (action === 'dismiss') {
      if (isActive(job)) throw new GalleyError('usage', 'the job is still running: stop it first');
      this.#entries.delete(id);
      return;
    }
    if (!isActive(job)) throw new GalleyError('usage', `the job is ${job.state} already`);
    if (action === 'pause' || action === 'resume') {
      if (!entry.pausable) throw new GalleyError('usage', 'this job cannot wait in the middle');
      entry.tell?.({ type: action });
      this.#change(entry, { state: action === 'pause' ? 'paused' : 'running', etaSeconds: null });
      return;
    }
    entry.stop = { keep: action === 'stop-and-save' };
    entry.tell?.({ type: 'stop', keep: entry.stop.keep });
    this.#change(entry, { state: 'running', what: 'stopping', etaSeconds: null });
  }

  /** Stops everything, trainings with a checkpoint, and waits at most so long for it. */
  async stopAll(milliseconds: number): Promise<void> {
    const running = [...this.#entries.values()].filter(({ job }) => isActive(job));
    for (const { job } of running) this.control(job.id, 'stop-and-save');
    const late = new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref());
    await Promise.race([Promise.all(running.map((entry) => entry.done)), late]);
  }

  /** Resolves when a job has ended (for tests and for work that follows it). */
  async ended(id: string): Promise<Job | undefined> {
    const entry = this.#entries.get(id);
    await entry?.done;
    return entry?.job;
  }

  async #run(entry: Entry, spec: JobSpec): Promise<void> {
    let state: Job['state'] = 'done';
    let failure: unknown = null;
    try {
      // The caller learns the id of the job before its first event.
      await Promise.resolve();
      await spec.run(this.#handle(entry));
    } catch (error) {
      failure = error;
      state =
        error instanceof EngineGone
          ? 'interrupted'
          : (error as GalleyError).code === 'cancelled'
            ? 'cancelled'
            : 'failed';
    }
    const more = await spec.settle?.(state, failure).catch((error) => {
      failure ??= error;
      if (state === 'done') state = 'failed';
      return undefined;
    });
    const { job } = entry;
    entry.tell = null;
    this.#change(entry, {
      state,
      etaSeconds: null,
      error: failure === null || state === 'cancelled' ? null : describeError(failure),
      resumable: more?.resumable ?? false,
      ...(state === 'done' ? { done: Math.max(job.total, job.done) } : {}),
    });
  }

  #handle(entry: Entry): JobHandle {
    return {
      id: entry.job.id,
      progress: ({ done, total, what, etaSeconds }) => {
        if (entry.stop || !isActive(entry.job)) return;
        const eta = entry.job.state === 'paused' ? null : (etaSeconds ?? null);
        entry.job = { ...entry.job, done, total, what, etaSeconds: eta };
        this.#tellSoon(entry);
      },
      warn: (message) => {
        const { warnings } = entry.job;
        if (warnings.includes(message) || warnings.length >= MOST_WARNINGS) return;
        this.#change(entry, { warnings: [...warnings, message] });
      },
      change: (changes) => this.#change(entry, changes),
      attach: (tell) => {
        entry.tell = tell;
        if (entry.stop) tell({ type: 'stop', keep: entry.stop.keep });
        else if (entry.job.state === 'paused') tell({ type: 'pause' });
      },
      throwIfStopped: () => {
        if (entry.stop) throw new GalleyError('cancelled', 'stopped');
      },
    };
  }

  #change(entry: Entry, changes: Partial<Job>): void {
    entry.job = { ...entry.job, ...changes };
    if (entry.timer) clearTimeout(entry.timer);
    entry.timer = null;
    entry.toldAt = performance.now();
    if (this.#entries.has(entry.job.id)) this.#tell({ ...entry.job, warnings: [...entry.job.warnings] });
  }

  #tellSoon(entry: Entry): void {
    if (entry.timer) return;
    const wait = entry.toldAt + TELL_EVERY_MS - performance.now();
    if (wait <= 0) this.#change(entry, {});
    else entry.timer = setTimeout(() => this.#change(entry, {}), wait).unref();
  }

  /** Drops the oldest finished jobs; those that can go on stay. */
  #forget(): void {
    const finished = [...this.#entries.values()].filter(({ job }) => !isActive(job) && !job.resumable);
    for (const { job } of finished.slice(0, Math.max(0, finished.length - FINISHED_KEPT)))
      this.#entries.delete(job.id);
  }
}
