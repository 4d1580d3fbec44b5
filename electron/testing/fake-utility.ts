import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { Wire } from './utility-shim.ts';

const SHIM = join(import.meta.dirname, 'utility-shim.ts');

/** One end of a channel, as main holds it before it is given to a process. */
export class FakePort {
  static #last = 0;
  readonly id = ++FakePort.#last;
  peer: FakePort | null = null;
  /** The process it was given to. */
  owner: ChildProcess | null = null;
  readonly #waiting: unknown[] = [];

  give(owner: ChildProcess): void {
    this.owner = owner;
    for (const data of this.#waiting.splice(0)) this.receive(data);
  }

  receive(data: unknown): void {
    if (this.owner) this.owner.send({ kind: 'port', port: this.id, data } satisfies Wire, () => {});
    else this.#waiting.push(data);
  }

  close(): void {
    if (this.owner?.connected)
      this.owner.send({ kind: 'port-closed', port: this.id } satisfies Wire, () => {});
  }
}

export class FakeChannel {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();

  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}

/** Electron's `UtilityProcess` as a forked Node process with a shim; structured clone on the way, as there. */
export class FakeUtilityProcess extends EventEmitter {
  static readonly running = new Set<FakeUtilityProcess>();
  readonly serviceName: string;
  readonly module: string;
  readonly #child: ChildProcess;
  readonly #ports = new Map<number, FakePort>();

  constructor(module: string, options: { serviceName?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    super();
    this.module = module;
    this.serviceName = options.serviceName ?? '';
    this.#child = fork(module, [], {
      execArgv: ['--import', SHIM],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      ...(options.cwd ? { cwd: options.cwd } : {}),
      ...(options.env ? { env: options.env } : {}),
    });
    FakeUtilityProcess.running.add(this);
    this.#child.on('message', (wire: Wire) => {
      if (wire.kind === 'message') this.emit('message', wire.data);
      else if (wire.kind === 'port') this.#ports.get(wire.port)?.peer?.receive(wire.data);
    });
    this.#child.on('exit', (code) => {
      FakeUtilityProcess.running.delete(this);
      for (const port of this.#ports.values()) port.peer?.close();
      this.emit('exit', code ?? 9);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  postMessage(data: unknown, transfer: FakePort[] = []): void {
    for (const port of transfer) {
      this.#ports.set(port.id, port);
      port.give(this.#child);
    }
    const wire: Wire = { kind: 'message', data, ports: transfer.map(({ id }) => id) };
    if (this.#child.connected) this.#child.send(wire, () => {});
  }

  kill(): boolean {
    return this.#child.kill();
  }
}
