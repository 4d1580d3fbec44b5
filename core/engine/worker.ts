import { enableCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { JOBS, type JobKind } from './jobs.ts';
import { type HostMessage, serialiseError, type WorkerMessage } from './protocol.ts';

// A worker does not inherit it from the thread that started it.
enableCompileCache();

/** Entry of a worker thread: one job, its events, its result or its error. */
const port = parentPort;
if (!port) throw new Error('core/engine/worker runs inside a worker thread only');
const send = (message: WorkerMessage): void => port.postMessage(message);
const controller = new AbortController();
let keep = true;
let pause: { ended: Promise<void>; end: () => void } | null = null;

function endPause(): void {
  pause?.end();
  pause = null;
}

async function start(kind: string, input: unknown): Promise<void> {
  try {
    const job = await JOBS[kind as JobKind]();
    const result = await job(input as never, {
      signal: controller.signal,
      emit: (event) => send({ type: 'event', event }),
      keepOnStop: () => keep,
      whilePaused: () => pause?.ended ?? Promise.resolve(),
    });
    send({ type: 'result', result });
  } catch (error) {
    send({ type: 'error', error: serialiseError(error) });
  } finally {
    port?.close();
  }
}

port.on('message', (message: HostMessage) => {
  if (message.type === 'start') void start(message.kind, message.input);
  else if (message.type === 'pause') pause ??= pauseNow();
  else if (message.type === 'resume') endPause();
  else {
    keep = message.keep;
    controller.abort();
    endPause();
  }
});

function pauseNow() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { ended: promise, end: resolve };
}
