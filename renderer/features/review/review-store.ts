import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CallOutput, ContractError, ReviewLine } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import type { Workbench } from '../../state/context.ts';

export type Queue = NonNullable<CallOutput<'review.queue'>['queue']>;
export type ReasonFilter = ReviewLine['reason'] | 'all';

interface ReviewState {
  /** Undefined before the first answer, null where no queue was made yet. */
  readonly queue: Queue | null | undefined;
  readonly error: ContractError | null;
  readonly jobId: string | null;
  readonly filter: ReasonFilter;
  /** The line shown, by its place in the whole queue. */
  readonly current: number | null;
  load(): Promise<void>;
  start(): Promise<void>;
  finished(): Promise<void>;
  choose(current: number): void;
  only(filter: ReasonFilter): void;
  /** Settles a line, as suggested or as it is, and goes on to the next. */
  settle(place: number, how: 'suggested' | 'current'): Promise<void>;
}

export type ReviewStore = StoreApi<ReviewState>;

const stores = new WeakMap<object, { projectId: string | undefined; store: ReviewStore }>();

/** What this area knows of the open project; it outlives the area. */
export function reviewStore(workbench: Workbench): ReviewStore {
  const projectId = workbench.store.getState().project?.id;
  const known = stores.get(workbench.api);
  if (known && known.projectId === projectId) return known.store;
  const store = create(workbench);
  stores.set(workbench.api, { projectId, store });
  return store;
}

/** Places of the lines shown, in the order of the queue. */
export const shownLines = (queue: Queue, filter: ReasonFilter): number[] =>
  queue.items.flatMap((item, place) => (filter === 'all' || item.reason === filter ? [place] : []));

/** The next line that is not settled, after a place and then from the start; null when all are. */
export function nextOpen(queue: Queue, filter: ReasonFilter, after: number): number | null {
  const open = shownLines(queue, filter).filter((place) => !queue.items[place].decided);
  return open.find((place) => place > after) ?? open[0] ?? null;
}

function create({ api, store: galley }: Workbench): ReviewStore {
  return createStore((set, get) => ({
    queue: undefined,
    error: null,
    jobId: null,
    filter: 'all',
    current: null,
    load: async () => {
      try {
        const { queue } = await api.call('review.queue', {});
        const { current, filter } = get();
        const kept = current !== null && queue !== null && current < queue.items.length;
        set({ queue, error: null, current: kept ? current : queue && nextOpen(queue, filter, -1) });
      } catch (error) {
        set({ error: asContractError(error) });
      }
    },
    start: async () => {
      try {
        const { jobId } = await api.call('review.start', {});
        set({ jobId });
      } catch (error) {
        galley.getState().toast(asContractError(error).message, { kind: 'error' });
      }
    },
    finished: async () => {
      set({ jobId: null, current: null });
      await get().load();
    },
    choose: (current) => set({ current }),
    only: (filter) => {
      const { queue } = get();
      set({
        filter,
        current: queue ? (nextOpen(queue, filter, -1) ?? shownLines(queue, filter)[0] ?? null) : null,
      });
    },
    settle: async (place, how) => {
      const { queue, filter } = get();
      const item = queue?.items[place];
      if (!queue || !item) return;
      const labels = how === 'suggested' ? item.suggested : item.current;
      if (labels.some((label) => label < 0)) return;
      const origin = how === 'suggested' ? 'accepted-prediction' : 'accepted-weak';
      const done = await galley.getState().labelOn(item.pageNum, item.wordIndices, labels, origin);
      if (!done) return;
      const changed = labels.filter((label, i) => label !== item.current[i]).length;
      const items = queue.items.map((other, i) =>
        i === place ? { ...other, decided: true, changed } : other,
      );
      const settled = { ...queue, items };
      set({ queue: settled, current: nextOpen(settled, filter, place) ?? place });
    },
  }));
}
