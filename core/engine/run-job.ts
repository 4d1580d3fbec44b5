import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GalleyError } from '../errors/galley-error.ts';
import type { JobEvent, JobInput, JobKind, JobResult } from './jobs.ts';
import { type ControlMessage, type HostMessage, reviveError, type WorkerMessage } from './protocol.ts';

export interface RunJobHooks<K extends JobKind> {
  onEvent?: (event: JobEvent<K>) => void;
  /** Aborting asks the job to stop at its next safe point; the promise then rejects with `cancelled`. */
  signal?: AbortSignal;
}

/** A job under way. */
export interface StartedJob<Result> {
  readonly done: Promise<Result>;
  tell(message: ControlMessage): void;
}

/**
 * Starts one job in a fresh worker thread. `session.run` blocks its thread, so whoever calls this (a command line,
 * a window's engine) stays responsive. The worker is never terminated while a session may be running: that would
 * abort the whole process (measured; docs/engine.md). It ends by itself after its result or error.
 */
export function startJob<K extends JobKind>(
  kind: K,
  input: JobInput<K>,
  onEvent?: (event: JobEvent<K>) => void,
): StartedJob<JobResult<K>> {
  const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));
  const send = (message: HostMessage): void => worker.postMessage(message);
  const done = new Promise<JobResult<K>>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'event') onEvent?.(message.event as JobEvent<K>);
      else if (message.type === 'result') resolve(message.result as JobResult<K>);
      else reject(reviveError(message.error));
    });
    worker.on('error', reject);
    worker.on('exit', (code) =>
      reject(new GalleyError('training', `the engine thread stopped with code ${code}`)),
    );
  });
  send({ type: 'start', kind, input });
  return { done, tell: send };
}

/** {@link startJob} for whoever only waits for the result or aborts. */
export async function runJob<K extends JobKind>(
  kind: K,
  input: JobInput<K>,
  { onEvent, signal }: RunJobHooks<K> = {},
): Promise<JobResult<K>> {
  const job = startJob(kind, input, onEvent);
  const cancel = (): void => job.tell({ type: 'stop', keep: true });
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await job.done;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}
