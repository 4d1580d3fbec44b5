import type { ContractError, EventName, MenuEntry } from '../../core/workbench/contract.ts';

/** What main and the workbench's utility process say to each other. Everything is structured-clone data. */
export interface StartMessage {
  readonly type: 'start';
  /** Project to open; absent: the one used last, else the demo, else none. */
  readonly projectDir?: string;
}

/** To the workbench. `id` numbers requests in each direction on its own. */
export type ToWorkbench =
  | StartMessage
  | { type: 'call'; id: number; name: string; input: unknown }
  | { type: 'image'; id: number; pageNum: number; width: number }
  | { type: 'answer'; id: number; value: unknown }
  /** With the port to the engine that was asked for. */
  | { type: 'engine-port'; engine: number }
  | { type: 'engine-exit'; engine: number; reason: string }
  | { type: 'close' };

/** What the workbench asks main for: things that only the process with the windows can do. */
export type Question =
  | { what: 'choose-folder'; purpose: 'open' | 'import' }
  | { what: 'reveal'; folder: string }
  | { what: 'menu'; entries: readonly MenuEntry[] };

/** From the workbench. */
export type FromWorkbench =
  | { type: 'opened' }
  | { type: 'failed'; error: ContractError }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; error: ContractError }
  | { type: 'event'; name: EventName; payload: unknown }
  | { type: 'ask'; id: number; question: Question }
  | { type: 'engine-start'; engine: number }
  | { type: 'engine-kill'; engine: number }
  | { type: 'closed' };

/** Answer of a call as the window gets it. */
export type Answer = { ok: true; value: unknown } | { ok: false; error: ContractError };
