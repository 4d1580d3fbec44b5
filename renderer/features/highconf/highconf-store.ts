import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CallOutput, ContractError, Thresholds } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import type { Workbench } from '../../state/context.ts';

type Answer = CallOutput<'highconf.preview'>;

interface HighconfState {
  /** What a person set; null for the workbench's own. */
  readonly chosen: Thresholds | null;
  /** The workbench's thresholds, as first heard. */
  readonly standard: Thresholds | null;
  readonly answer: Answer | null;
  readonly asking: boolean;
  readonly error: ContractError | null;
  readonly minPages: number;
  readonly jobId: string | null;
  /** The set on disk before the last regeneration of this window. */
  readonly before: readonly number[] | null;
  preview(): Promise<void>;
  set(changes: Partial<Thresholds>): void;
  reset(): void;
  want(minPages: number): void;
  regenerate(): Promise<void>;
  regenerated(): Promise<void>;
}

export type HighconfStore = StoreApi<HighconfState>;

const stores = new WeakMap<object, { projectId: string | undefined; store: HighconfStore }>();

/** What this area knows of the open project; it outlives the area. */
export function highconfStore(workbench: Workbench): HighconfStore {
  const projectId = workbench.store.getState().project?.id;
  const known = stores.get(workbench.api);
  if (known && known.projectId === projectId) return known.store;
  const store = create(workbench);
  stores.set(workbench.api, { projectId, store });
  return store;
}

function create({ api, store: galley }: Workbench): HighconfStore {
  let asked = 0;
  return createStore((set, get) => ({
    chosen: null,
    standard: null,
    answer: null,
    asking: false,
    error: null,
    minPages: 25,
    jobId: null,
    before: null,
    preview: async () => {
      const { chosen } = get();
      const mine = ++asked;
      set({ asking: true });
      try {
        const answer = await api.call('highconf.preview', chosen ? { thresholds: chosen } : {});
        if (mine !== asked) return;
        set({ answer, asking: false, error: null, standard: get().standard ?? answer.thresholds });
      } catch (error) {
        if (mine === asked) set({ asking: false, error: asContractError(error) });
      }
    },
    set: (changes) => {
      const from = get().chosen ?? get().answer?.thresholds;
      if (from) set({ chosen: { ...from, ...changes } });
    },
    reset: () => set({ chosen: null }),
    want: (minPages) => set({ minPages }),
    regenerate: async () => {
      const { chosen, minPages, answer } = get();
      try {
        const { jobId } = await api.call('highconf.regenerate', {
          minPages,
          ...(chosen ? { thresholds: chosen } : {}),
        });
        set({ jobId, before: answer?.current.pages ?? [] });
      } catch (error) {
        galley.getState().toast(asContractError(error).message, { kind: 'error' });
      }
    },
    regenerated: async () => {
      set({ jobId: null });
      await get().preview();
    },
  }));
}
