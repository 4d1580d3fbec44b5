import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GalleyError } from '../errors/galley-error.ts';
import type { Predictions } from '../inference/predictions.ts';
import type { JobEvent, JobInput, JobKind, JobResult } from './jobs.ts';
import {
  type ControlMessage,
  type EngineAnswer,
  type EngineMessage,
  type PredictRequest,
  reviveError,
} from './protocol.ts';
import type { StartedJob } from './run-job.ts';

/** The engine's process, however it was started. */
export interface EngineProcess {
  readonly pid: number | undefined;
  post(message: EngineMessage): void;
  onMessage(listener: (message: EngineAnswer) => void): void;
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}

/** Thrown for work that was under way when the engine's process ended. */
export class EngineGone extends GalleyError {
  constructor(reason: string) {
    super('training', `the engine stopped while it was working (${reason})`, {
      hint: 'out of memory? a smaller batch or shorter windows need less',
    });
  }
}

/** The module to start as the engine's process. */
export const engineEntry = (): string =>
  fileURLToPath(new URL(`./engine-process${extname(import.meta.url)}`, import.meta.url));

/** The engine as a plain Node process. */
export function forkEngine(): EngineProcess {
  const child = fork(engineEntry(), [], {
    serialization: 'advanced',
    // A debugger's or a test runner's flags are not the engine's.
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return {
    pid: child.pid,
    post: (message) => {
      // A process that just died is noticed by its exit.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as EngineAnswer)),
    onExit: (listener) => {
      child.on('exit', (code, signal) => listener(signal ?? `code ${code}`));
      child.on('error', (error) => listener(error.message));
    },
    kill: () => child.kill('SIGKILL'),
  };
}

export type EngineState = 'ready' | 'restarting' | 'crashed';

export interface EngineOptions {
  readonly start?: () => EngineProcess;
  readonly onState?: (state: EngineState, message: string | null) => void;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly onEvent?: (event: never) => void;
}

/** Crashes in a row, none of them after any work, before no new engine is started by itself. */
const MOST_CRASHES = 3;

/**
 * Runs jobs and predictions in a process of their own. When that process ends by itself, everything under way is
 * rejected with {@link EngineGone} and a new one starts.
 */
export class Engine {
  readonly #start: () => EngineProcess;
  readonly #onState: (state: EngineState, message: string | null) => void;
  readonly #pending = new Map<number, Pending>();
  #process: EngineProcess | null = null;
  #lastId = 0;
  #crashes = 0;
  #closed = false;

  constructor({ start = forkEngine, onState = () => {} }: EngineOptions = {}) {
    this.#start = start;
    this.#onState = onState;
  }

  /** Process id of the running engine (for tests, and for people who look at their machine). */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  run<K extends JobKind>(
    kind: K,
    input: JobInput<K>,
    onEvent?: (event: JobEvent<K>) => void,
  ): StartedJob<JobResult<K>> {
    const { id, answer } = this.#ask<JobResult<K>>((id) => ({ type: 'start', id, kind, input }), onEvent);
    return {
      done: answer,
      tell: (control: ControlMessage) => {
        if (this.#pending.has(id)) this.#process?.post({ type: 'control', id, control });
      },
    };
  }

  /** Predicts with the warm model, loading it first where it is another one. */
  predict(request: PredictRequest): Promise<{ predictions: Predictions[]; warnings: string[] }> {
    return this.#ask<{ predictions: Predictions[]; warnings: string[] }>((id) => ({
      type: 'predict',
      id,
      request,
    })).answer;
  }

  /** Ends the engine at once; work under way is rejected. */
  close(): void {
    this.#closed = true;
    this.#process?.kill();
    this.#rejectAll('closed');
  }

  #ask<T>(message: (id: number) => EngineMessage, onEvent?: (event: never) => void) {
    if (this.#closed) throw new GalleyError('cancelled', 'the workbench is closing');
    const id = ++this.#lastId;
    const answer = new Promise<T>((resolve, reject) => {
      this.#pending.set(id, {
        resolve: resolve as Pending['resolve'],
        reject,
        ...(onEvent ? { onEvent } : {}),
      });
    });
    this.#process ??= this.#launch();
    this.#process.post(message(id));
    return { id, answer };
  }

  #launch(): EngineProcess {
    const engine = this.#start();
    engine.onMessage((message) => this.#receive(message));
    engine.onExit((reason) => this.#exited(engine, reason));
    return engine;
  }

  #receive(message: EngineAnswer): void {
    if (message.type === 'ready') {
      this.#onState('ready', null);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (message.type === 'event') {
      pending.onEvent?.(message.event as never);
      return;
    }
    this.#pending.delete(message.id);
    this.#crashes = 0;
    if (message.type === 'result') pending.resolve(message.result as never);
    else pending.reject(reviveError(message.error));
  }

  #exited(engine: EngineProcess, reason: string): void {
    if (this.#process !== engine) return;
    this.#process = null;
    if (this.#closed) return;
    this.#onState('crashed', `the engine stopped (${reason})`);
    this.#rejectAll(reason);
    if (++this.#crashes > MOST_CRASHES) return;
    this.#onState('restarting', null);
    this.#process = this.#launch();
  }

  #rejectAll(reason: string): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of all) reject(new EngineGone(reason));
  }
}
