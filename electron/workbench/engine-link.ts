import type { MessagePortMain } from 'electron';
import type { EngineProcess } from '../../core/engine/host.ts';
import type { EngineAnswer, EngineMessage } from '../../core/engine/protocol.ts';
import type { FromWorkbench } from './protocol.ts';

type Port = Pick<MessagePortMain, 'on' | 'postMessage' | 'start'>;

interface Link {
  port: Port | null;
  readonly waiting: EngineMessage[];
  readonly onMessage: Set<(message: EngineAnswer) => void>;
  readonly onExit: Set<(reason: string) => void>;
}

/**
 * Engines as the workbench's process sees them: only main can start Electron's utility processes, so it starts them on
 * demand and hands over a port that leads straight there.
 */
export class EngineLinks {
  readonly #tell: (message: FromWorkbench) => void;
  readonly #links = new Map<number, Link>();
  #last = 0;

  constructor(tell: (message: FromWorkbench) => void) {
    this.#tell = tell;
  }

  readonly start = (): EngineProcess => {
    const engine = ++this.#last;
    const link: Link = { port: null, waiting: [], onMessage: new Set(), onExit: new Set() };
    this.#links.set(engine, link);
    this.#tell({ type: 'engine-start', engine });
    return {
      // Main knows it; nobody here needs it.
      pid: undefined,
      post: (message) => {
        if (link.port) link.port.postMessage(message);
        else link.waiting.push(message);
      },
      onMessage: (listener) => link.onMessage.add(listener),
      onExit: (listener) => link.onExit.add(listener),
      kill: () => this.#tell({ type: 'engine-kill', engine }),
    };
  };

  connected(engine: number, port: Port): void {
    const link = this.#links.get(engine);
    if (!link) return;
    port.on('message', ({ data }) => {
      for (const listener of link.onMessage) listener(data as EngineAnswer);
    });
    port.start();
    link.port = port;
    for (const message of link.waiting.splice(0)) port.postMessage(message);
  }

  exited(engine: number, reason: string): void {
    const link = this.#links.get(engine);
    this.#links.delete(engine);
    for (const listener of link?.onExit ?? []) listener(reason);
  }
}
