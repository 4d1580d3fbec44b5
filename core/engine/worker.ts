import { parentPort } from 'node:worker_threads';
import { toGalleyError } from '../errors/galley-error.ts';
import { JOBS, type JobKind } from './jobs.ts';
import type { HostMessage, WorkerMessage } from './protocol.ts';

/** Entry of a worker thread: one job, its events, its result or its error. */
const port = parentPort;
if (!port) throw new Error('core/engine/worker runs inside a worker thread only');
const send = (message: WorkerMessage): void => port.postMessage(message);
const controller = new AbortController();

async function start(kind: string, input: unknown): Promise<void> {
  try {
    const job = await JOBS[kind as JobKind]();
    const result = await job(input as never, {
      signal: controller.signal,
      emit: (event) => send({ type: 'event', event }),
    });
    send({ type: 'result', result });
  } catch (error) {
    const { code, message, where, hint, stack } = toGalleyError(error);
    send({ type: 'error', error: { code, message, where, hint, stack: (error as Error)?.stack ?? stack } });
  } finally {
    port?.close();
  }
}

port.on('message', (message: HostMessage) => {
  if (message.type === 'cancel') controller.abort();
  else void start(message.kind, message.input);
});
