import type { MessagePortMain } from 'electron';
import { messages as t } from './messages.ts';
import type { Answer, FromWorkbench, Question, StartMessage, ToWorkbench } from './workbench/protocol.ts';

/** What the host uses of Electron's `UtilityProcess`. */
export interface Child {
  readonly pid?: number | undefined;
  postMessage(message: unknown, transfer?: MessagePortMain[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  on(event: 'error', listener: (type: string, location: string) => void): unknown;
  kill(): boolean;
}

export interface HostOptions {
  /** Starts the utility process of the workbench. */
  readonly startWorkbench: () => Child;
  /** Starts the utility process of an engine. */
  readonly startEngine: () => Child;
  readonly channel: () => { port1: MessagePortMain; port2: MessagePortMain };
  /** Ends a process at once, also one that does not listen to signals. */
  readonly kill: (child: Child) => void;
  readonly projectDir?: string;
  readonly answer: (question: Question) => Promise<unknown>;
  readonly onEvent: (name: string, payload: unknown) => void;
  /** Whether the workbench answers. */
  readonly onOnline: (online: boolean) => void;
  /** The workbench cannot be started, or stopped again and again. */
  readonly onFailed: (reason: string) => void;
}

type Sent = Extract<FromWorkbench, { type: 'result' | 'error' }>;

/** Crashes in a row, with nothing answered in between, before no new workbench is started by itself. */
const MOST_CRASHES = 3;

/**
 * Main's side of the workbench: its utility process, and the engines that it asks for. When the workbench's process ends
 * by itself, calls under way are answered with an error that the window may try again after, and a new one opens the
 * same project.
 */
export class WorkbenchHost {
  readonly #options: HostOptions;
  readonly #calls = new Map<number, (answer: Sent) => void>();
  readonly #engines = new Map<number, Child>();
  #child: Child | null = null;
  #projectDir: string | undefined;
  #lastId = 0;
  #crashes = 0;
  #closed: PromiseWithResolvers<void> | null = null;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#projectDir = options.projectDir;
  }

  start(): void {
    const child = this.#options.startWorkbench();
    this.#child = child;
    child.on('message', (message) => this.#receive(child, message as FromWorkbench));
    child.on('exit', (code) => this.#exited(child, code));
    const start: StartMessage = {
      type: 'start',
      ...(this.#projectDir === undefined ? {} : { projectDir: this.#projectDir }),
    };
    child.postMessage(start);
  }

  /** A call of the contract; name and data are checked by the workbench. Never rejects. */
  async call(name: string, input: unknown): Promise<Answer> {
    const answer = await this.#request((id) => ({ type: 'call', id, name, input }));
    return answer.type === 'result' ? { ok: true, value: answer.value } : { ok: false, error: answer.error };
  }

  /** The picture of a page, or why there is none. */
  async image(pageNum: number, width: number): Promise<{ type: string; data: Uint8Array } | string> {
    const answer = await this.#request((id) => ({ type: 'image', id, pageNum, width }));
    return answer.type === 'result'
      ? (answer.value as { type: string; data: Uint8Array })
      : answer.error.message;
  }

  /** Lets trainings write their checkpoints, then ends everything; resolves when nothing runs any more. */
  async close(): Promise<void> {
    if (this.#closed) return this.#closed.promise;
    this.#closed = Promise.withResolvers();
    if (this.#child) this.#child.postMessage({ type: 'close' } satisfies ToWorkbench);
    else this.#closed.resolve();
    await this.#closed.promise;
    if (this.#child) this.#options.kill(this.#child);
    this.#killEngines();
  }

  #request(message: (id: number) => ToWorkbench): Promise<Sent> {
    const id = ++this.#lastId;
    if (!this.#child || this.#closed) return Promise.resolve(unreachable(id));
    this.#child.postMessage(message(id));
    return new Promise((resolve) => this.#calls.set(id, resolve));
  }

  #receive(child: Child, message: FromWorkbench): void {
    if (child !== this.#child) return;
    const { onOnline, onFailed, onEvent } = this.#options;
    if (message.type === 'result' || message.type === 'error') {
      this.#crashes = 0;
      this.#calls.get(message.id)?.(message);
      this.#calls.delete(message.id);
    } else if (message.type === 'event') {
      this.#remember(message.name, message.payload);
      onEvent(message.name, message.payload);
    } else if (message.type === 'ask') void this.#answer(child, message.id, message.question);
    else if (message.type === 'engine-start') this.#startEngine(child, message.engine);
    else if (message.type === 'engine-kill') this.#killEngine(message.engine);
    else if (message.type === 'opened') onOnline(true);
    else if (message.type === 'failed') onFailed(message.error.message);
    else this.#closed?.resolve();
  }

  /** A workbench that has to start again opens what was open. */
  #remember(name: string, payload: unknown): void {
    if (name !== 'project.changed') return;
    const { project } = payload as { project: { folder: string } | null };
    if (project) this.#projectDir = project.folder;
  }

  async #answer(child: Child, id: number, question: Question): Promise<void> {
    const value = await this.#options.answer(question).catch((error) => {
      console.error(error);
      return null;
    });
    if (child === this.#child) child.postMessage({ type: 'answer', id, value } satisfies ToWorkbench);
  }

  #startEngine(child: Child, engine: number): void {
    const started = this.#options.startEngine();
    const { port1, port2 } = this.#options.channel();
    let why = '';
    this.#engines.set(engine, started);
    started.on('error', (type, location) => {
      why = `${type} in ${location}, `;
    });
    started.on('exit', (code) => {
      this.#engines.delete(engine);
      if (child !== this.#child) return;
      child.postMessage({ type: 'engine-exit', engine, reason: `${why}code ${code}` } satisfies ToWorkbench);
    });
    started.postMessage({ type: 'connect' }, [port1]);
    child.postMessage({ type: 'engine-port', engine } satisfies ToWorkbench, [port2]);
  }

  #exited(child: Child, code: number): void {
    if (child !== this.#child) return;
    this.#child = null;
    this.#killEngines();
    for (const [id, resolve] of this.#calls) resolve(unreachable(id));
    this.#calls.clear();
    if (this.#closed) {
      this.#closed.resolve();
      return;
    }
    console.error(`${t['error.gone']} (code ${code})`);
    this.#options.onOnline(false);
    if (++this.#crashes > MOST_CRASHES) this.#options.onFailed(`${t['error.stopped']} (code ${code})`);
    else this.start();
  }

  #killEngine(number: number): void {
    const engine = this.#engines.get(number);
    if (engine) this.#options.kill(engine);
  }

  #killEngines(): void {
    for (const engine of this.#engines.values()) this.#options.kill(engine);
    this.#engines.clear();
  }
}

/** The window takes this code as "try again" (renderer/api/errors.ts). */
const unreachable = (id: number): Sent => ({
  type: 'error',
  id,
  error: { code: 'unreachable', message: t['error.gone'], where: null, hint: t['error.gone.hint'] },
});
