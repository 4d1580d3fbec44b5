/**
 * Gives a plain Node process what a utility process of Electron has, `process.parentPort` with message ports, so that
 * the desktop's processes can be tested where Electron's binary is not. Loaded with `--import` before the module.
 */
import { EventEmitter } from 'node:events';

/** What crosses between the fake main and a fake utility process. */
export type Wire =
  | { kind: 'message'; data: unknown; ports: number[] }
  | { kind: 'port'; port: number; data: unknown }
  | { kind: 'port-closed'; port: number };

/** Holds what comes until somebody listens, as Electron's ports do. */
class Mailbox extends EventEmitter {
  readonly #waiting: unknown[] = [];

  deliver(event: unknown): void {
    if (this.listenerCount('message') > 0) this.emit('message', event);
    else this.#waiting.push(event);
  }

  override on(name: string, listener: (...given: never[]) => void): this {
    super.on(name, listener as never);
    this.#drain(name);
    return this;
  }

  #drain(name: string): void {
    if (name !== 'message') return;
    while (this.listenerCount('message') > 0 && this.#waiting.length > 0)
      this.emit('message', this.#waiting.shift());
  }
}

const send = (wire: Wire): void => void process.send?.(wire);
const ports = new Map<number, Mailbox>();

class ShimPort extends Mailbox {
  readonly #id: number;
  readonly #held: unknown[] = [];
  #started = false;

  constructor(id: number) {
    super();
    this.#id = id;
  }

  postMessage(data: unknown): void {
    send({ kind: 'port', port: this.#id, data });
  }

  start(): void {
    this.#started = true;
    for (const event of this.#held.splice(0)) super.deliver(event);
  }

  override deliver(event: unknown): void {
    if (this.#started) super.deliver(event);
    else this.#held.push(event);
  }
}

const parentPort = Object.assign(new Mailbox(), {
  postMessage: (data: unknown) => send({ kind: 'message', data, ports: [] }),
});
Object.assign(process, { parentPort });

process.on('message', (wire: Wire) => {
  if (wire.kind === 'message') {
    const given = wire.ports.map((id) => {
      const port = new ShimPort(id);
      ports.set(id, port);
      return port;
    });
    parentPort.deliver({ data: wire.data, ports: given });
  } else if (wire.kind === 'port') ports.get(wire.port)?.deliver({ data: wire.data, ports: [] });
  else ports.get(wire.port)?.emit('close');
});
// Electron's children end with their browser process.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
