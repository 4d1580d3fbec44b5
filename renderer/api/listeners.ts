import type { EventName, EventPayload, WorkbenchApi } from '../../core/workbench/contract.ts';

/** Who listens to which event; shared by the transports. */
export class Listeners {
  readonly #byName = new Map<string, Set<(payload: never) => void>>();

  readonly on: WorkbenchApi['on'] = (name, listener) => {
    const set = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, set.add(listener as (payload: never) => void));
    return () => set.delete(listener as (payload: never) => void);
  };

  emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
    for (const listener of this.#byName.get(name) ?? []) listener(payload as never);
  }
}
