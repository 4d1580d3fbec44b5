import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GalleyError } from '../errors/galley-error.ts';
import type { JobKind } from './jobs.ts';
import {
  type EngineAnswer,
  type EngineMessage,
  type PredictorAnswer,
  type PredictorMessage,
  type PredictRequest,
  serialiseError,
} from './protocol.ts';
import { type StartedJob, startJob } from './run-job.ts';

/**
 * Entry of the engine's own process: a fresh worker thread per job, one more that keeps a model warm. Whatever goes
 * wrong in native code ends this process and no other. Runs as a forked Node process, or as Electron's utility process,
 * where the first message brings the port to the workbench.
 */
interface Port {
  on(event: 'message', listener: (message: { data: EngineMessage }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(message: EngineAnswer): void;
  start(): void;
}
interface ParentPort {
  on(event: 'message', listener: (message: { ports: Port[] }) => void): void;
}
const electron = (process as { parentPort?: ParentPort }).parentPort;
let port: Port | null = null;

function send(message: EngineAnswer): void {
  if (electron) port?.postMessage(message);
  else process.send?.(message);
}

const jobs = new Map<number, StartedJob<unknown>>();
let predictor: Worker | null = null;
const waiting = new Set<number>();

function start(id: number, kind: string, input: unknown): void {
  const job = startJob(kind as JobKind, input as never, (event) => send({ type: 'event', id, event }));
  jobs.set(id, job);
  job.done
    .then(
      (result) => send({ type: 'result', id, result }),
      (error) => send({ type: 'error', id, error: serialiseError(error) }),
    )
    .finally(() => jobs.delete(id));
}

function predict(id: number, request: PredictRequest): void {
  predictor ??= startPredictor();
  waiting.add(id);
  predictor.postMessage({ id, request } satisfies PredictorMessage);
}

function startPredictor(): Worker {
  const worker = new Worker(new URL(`./predictor-worker${extname(import.meta.url)}`, import.meta.url));
  worker.on('message', (answer: PredictorAnswer) => {
    waiting.delete(answer.id);
    if ('error' in answer) send({ type: 'error', id: answer.id, error: answer.error });
    else
      send({
        type: 'result',
        id: answer.id,
        result: { predictions: answer.predictions, warnings: answer.warnings },
      });
  });
  const gone = (error: unknown): void => {
    if (predictor !== worker) return;
    predictor = null;
    for (const id of waiting) send({ type: 'error', id, error: serialiseError(error) });
    waiting.clear();
  };
  worker.on('error', gone);
  worker.on('exit', () => gone(new GalleyError('training', 'the prediction thread stopped')));
  return worker;
}

function receive(message: EngineMessage): void {
  if (message.type === 'start') start(message.id, message.kind, message.input);
  else if (message.type === 'predict') predict(message.id, message.request);
  else jobs.get(message.id)?.tell(message.control);
}

// Without its workbench nobody would hear of the result. A running session cannot be ended cleanly.
const end = (): boolean => process.kill(process.pid, 'SIGKILL');
if (electron) {
  electron.on('message', ({ ports }) => {
    if (port) return;
    port = ports[0];
    port.on('message', ({ data }) => receive(data));
    port.on('close', end);
    port.start();
    send({ type: 'ready' });
  });
  // A utility process only warns of these, and would go on half dead.
  process.on('unhandledRejection', (error) => {
    console.error(error);
    end();
  });
} else {
  process.on('message', receive);
  process.on('disconnect', end);
  send({ type: 'ready' });
}
// Ctrl-C reaches the whole group: the workbench decides what ends, and how.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
