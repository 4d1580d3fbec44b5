import type { Job } from '../core/workbench/contract.ts';

export interface RunningJobsHooks {
  /** The first began or the last ended. */
  readonly onBusy: (busy: boolean) => void;
  /** Share of the latest job that is done, 0..1, or null where nothing runs. */
  readonly onProgress: (share: number | null) => void;
}

/** What is under way in the workbench, as far as the rest of the desktop has to know. */
export class RunningJobs {
  readonly #hooks: RunningJobsHooks;
  readonly #running = new Map<string, Job>();

  constructor(hooks: RunningJobsHooks) {
    this.#hooks = hooks;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  changed(job: Job): void {
    const before = this.busy;
    if (job.state === 'running' || job.state === 'paused') this.#running.set(job.id, job);
    else this.#running.delete(job.id);
    this.#tell(before);
  }

  /** The workbench ended with all of them. */
  clear(): void {
    const before = this.busy;
    this.#running.clear();
    this.#tell(before);
  }

  #tell(before: boolean): void {
    const latest = [...this.#running.values()].at(-1);
    this.#hooks.onProgress(latest ? Math.min(1, latest.done / Math.max(1, latest.total)) : null);
    if (this.busy !== before) this.#hooks.onBusy(this.busy);
  }
}
