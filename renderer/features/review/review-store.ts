import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CallOutput, ContractError, ReviewLine } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import type { Workbench } from '../../state/context.ts';

export type Queue = NonNullable<CallOutput<'review.queue'>['queue']>;
/** Open lines with a reason, all open ones, or those that are settled. */
export type ReasonFilter = ReviewLine['reason'] | 'all' | 'settled';
/** 0: the last model judges; else so many models, none of which saw the pages it judges. */
export type Folds = 0 | 2 | 3;

interface ReviewState {
  /** Undefined before the first answer, null where no queue was made yet. */
  readonly queue: Queue | null | undefined;
  readonly error: ContractError | null;
  readonly jobId: string | null;
  readonly folds: Folds;
  /** Seconds that training the folds takes; null before it was asked, or where nobody knows. */
  readonly foldsSeconds: number | null;
  readonly filter: ReasonFilter;
  /** The line shown, by its place in the whole queue. */
  readonly current: number | null;
  load(): Promise<void>;
  start(): Promise<void>;
  judgeBy(folds: Folds): Promise<void>;
  finished(): Promise<void>;
  choose(current: number): void;
  only(filter: ReasonFilter): void;
  /** Settles a line, as suggested or as it is, and goes on to the next. */
  settle(place: number, how: 'suggested' | 'current'): Promise<void>;
}

export type ReviewStore = StoreApi<ReviewState>;

/** Epochs that each fold is trained for (core/review/out-of-fold.ts). */
const FOLD_EPOCHS = 2;

interface Kept {
  readonly projectId: string | undefined;
  readonly store: ReviewStore;
  /** Stops it from following the window's changes. */
  end(): void;
}
const stores = new WeakMap<object, Kept>();

/** What this area knows of the open project; it outlives the area. */
export function reviewStore(workbench: Workbench): ReviewStore {
  const projectId = workbench.store.getState().project?.id;
  const known = stores.get(workbench.api);
  if (known && known.projectId === projectId) return known.store;
  known?.end();
  const { store, end } = create(workbench);
  stores.set(workbench.api, { projectId, store, end });
  return store;
}

/** Places of the lines shown, in the order of the queue: it shrinks as lines are settled. */
export const shownLines = (queue: Queue, filter: ReasonFilter): number[] =>
  queue.items.flatMap((item, place) => {
    if (filter === 'settled') return item.decided ? [place] : [];
    return !item.decided && (filter === 'all' || item.reason === filter) ? [place] : [];
  });

/** Lines settled, words that have another label now, and the share of the queue's worth that this was. */
export function gainOf({ items }: Queue): { lines: number; words: number; share: number } {
  const done = items.filter((item) => item.decided);
  const worth = (lines: typeof items) => lines.reduce((sum, item) => sum + item.worth, 0);
  return {
    lines: done.length,
    words: items.reduce((sum, item) => sum + item.changed, 0),
    share: worth(done) / (worth(items) || 1),
  };
}

/** The next line that is not settled, after a place and then from the start; null when all are. */
export function nextOpen(queue: Queue, filter: ReasonFilter, after: number): number | null {
  const open = shownLines(queue, filter).filter((place) => !queue.items[place].decided);
  return open.find((place) => place > after) ?? open[0] ?? null;
}

function create({ api, store: galley }: Workbench): Pick<Kept, 'store' | 'end'> {
  /** Places whose labels are on their way to the page. */
  const settling = new Set<number>();
  const store: ReviewStore = createStore((set, get) => ({
    queue: undefined,
    error: null,
    jobId: null,
    folds: 0,
    foldsSeconds: null,
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
        const { jobId } = await api.call('review.start', { folds: get().folds });
        set({ jobId });
      } catch (error) {
        galley.getState().toast(asContractError(error).message, { kind: 'error' });
      }
    },
    judgeBy: async (folds) => {
      set({ folds, foldsSeconds: null });
      if (folds === 0) return;
      try {
        const { totalSeconds } = await api.call('train.plan', {
          options: { stage: 'full', model: 'galley-nano', num_train_epochs_stageB: FOLD_EPOCHS },
        });
        // Each fold trains on all pages but its own.
        if (get().folds === folds && totalSeconds !== null) set({ foldsSeconds: totalSeconds * (folds - 1) });
      } catch {
        // The start says what is wrong.
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
      const changed = labels.filter((label, i) => label !== item.current[i]).length;
      const settled = replaced(queue, place, { ...item, decided: true, changed });
      // At once: the next key is for the next line, however long this one's page takes to come.
      set({ queue: settled, current: nextOpen(settled, filter, place) ?? place });
      settling.add(place);
      const done = await galley
        .getState()
        .labelOn(item.pageNum, item.wordIndices, labels, origin)
        .catch(() => false);
      settling.delete(place);
      const now = get().queue;
      if (!done && now) set({ queue: replaced(now, place, item), current: place });
    },
  }));
  // Labels given on the page itself, and undo and redo, settle and open lines too.
  const end = galley.subscribe(async (now, before) => {
    if (now.pending === before.pending) return;
    const pages = new Set(
      now.pending.filter((delta) => !before.pending.includes(delta)).map((d) => d.pageNum),
    );
    for (const pageNum of pages) {
      if (!store.getState().queue?.items.some((item) => item.pageNum === pageNum)) continue;
      const detail = await galley
        .getState()
        .detailOf(pageNum)
        .catch(() => null);
      const { queue, current, filter } = store.getState();
      if (!detail || !queue) continue;
      const items = queue.items.map((item, place) =>
        item.pageNum === pageNum && !settling.has(place) ? withGold(item, detail.gold ?? []) : item,
      );
      const opened = items.findIndex((item, place) => !item.decided && queue.items[place].decided);
      const followed = { ...queue, items };
      const settled = current !== null && items[current].decided && !queue.items[current].decided;
      const next = settled ? (nextOpen(followed, filter, current) ?? current) : current;
      store.setState({ queue: followed, current: opened >= 0 ? opened : next });
    }
  });
  return { store, end };
}

/** The queue with another line in a place. */
const replaced = (queue: Queue, place: number, line: ReviewLine): Queue => ({
  ...queue,
  items: queue.items.map((other, i) => (i === place ? line : other)),
});

/** How far a line is settled by the gold labels of its page. */
export function withGold(item: ReviewLine, gold: readonly number[]): ReviewLine {
  const own = item.wordIndices.map((word) => gold[word] ?? -1);
  return {
    ...item,
    decided: own.every((label) => label >= 0),
    changed: own.filter((label, i) => label >= 0 && label !== item.current[i]).length,
  };
}
