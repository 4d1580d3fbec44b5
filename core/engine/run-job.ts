import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GalleyError } from '../errors/galley-error.ts';
import type { JobEvent, JobInput, JobKind, JobResult } from './jobs.ts';
import type { HostMessage, WorkerMessage } from './protocol.ts';

export interface RunJobHooks<K extends JobKind> {
  onEvent?: (event: JobEvent<K>) => void;
  /** Aborting asks the job to stop at its next safe point; the promise then rejects with `cancelled`. */
  signal?: AbortSignal;
}

/**
 * Runs one job in a fresh worker thread. `session.run` blocks its thread, so whoever calls this (a command line,
 * a window's engine) stays responsive. The worker is never terminated while a session may be running: that would
 * abort the whole process (measured; docs/engine.md). It ends by itself after its result or error.
 */
export async function runJob<K extends JobKind>(
  kind: K,
  input: JobInput<K>,
  hooks: RunJobHooks<K> = {},
): Promise<JobResult<K>> {
  const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));
  const send = (message: HostMessage): void => worker.postMessage(message);
  const cancel = (): void => send({ type: 'cancel' });
  try {
    return await new Promise<JobResult<K>>((resolve, reject) => {
      worker.on('message', (message: WorkerMessage) => {
        if (message.type === 'event') hooks.onEvent?.(message.event as JobEvent<K>);
        else if (message.type === 'result') resolve(message.result as JobResult<K>);
        else {
          const { code, message: text, where, hint, stack } = message.error;
          const error = new GalleyError(code, text, { where, hint });
          if (stack) error.stack = stack;
          reject(error);
        }
      });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        reject(new GalleyError('training', `the engine thread stopped with code ${code}`)),
      );
      send({ type: 'start', kind, input });
      if (hooks.signal?.aborted) cancel();
      else hooks.signal?.addEventListener('abort', cancel, { once: true });
    });
  } finally {
    hooks.signal?.removeEventListener('abort', cancel);
  }
}
