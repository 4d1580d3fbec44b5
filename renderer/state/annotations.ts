import type { ContractError, Delta, PageDetail } from '../../core/workbench/contract.ts';
import { asContractError, isUnreachable } from '../api/errors.ts';
import { t } from '../messages/index.ts';
import type { SliceOf } from './api.ts';
import { applyToGold, inverse, labelDelta, stacksFrom } from './deltas.ts';
import { keepPending, keptPending } from './pending-store.ts';
import { labelFrom, UNDECIDED } from './word-labels.ts';

const SAVE_DELAY_MS = 150;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
const MOST_DELTAS = 10_000;

/** A person's labels: shown at once, undoable without limit and across pages, saved by themselves. */
export interface AnnotationsSlice {
  readonly undoStack: readonly Delta[];
  readonly redoStack: readonly Delta[];
  /** Done here, not yet known to be in the journal; oldest first. */
  readonly pending: readonly Delta[];
  readonly saveState: 'idle' | 'saving' | 'waiting';
  readonly savedAt: string | null;
  /** Pages whose next "changed" event is the echo of a save of this window. */
  readonly ownSaves: Set<number>;
  loadHistory(): Promise<void>;
  forgetAnnotations(): void;
  /** Gives words of the open page a label; -1 takes the decision back. */
  label(words: Iterable<number>, labelId: number): void;
  /** Gives words of any page a label each, as a person's decision or an accepted suggestion. Returns whether it did. */
  labelOn(
    pageNum: number,
    words: readonly number[],
    labels: readonly number[],
    origin: 'person' | 'accepted-prediction' | 'accepted-weak',
  ): Promise<boolean>;
  /** Takes predictions as gold, their scores kept; words decided already stay. Returns how many it took. */
  accept(words: Iterable<number>, atLeast?: number): number;
  undo(): Promise<void>;
  redo(): Promise<void>;
  saveNow(): Promise<void>;
  /** Sends what a window before this one had no time to save. */
  recoverPending(): Promise<void>;
}

export const annotationsSlice: SliceOf<AnnotationsSlice> = (api) => (set, get) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;

  const saveSoon = (delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void get().saveNow(), delay);
  };
  const setPending = (pending: readonly Delta[]) => {
    set({ pending });
    const { project } = get();
    if (project) keepPending(project.id, pending);
  };
  const perform = (delta: Delta) => {
    get().changeDetail(delta.pageNum, (detail) => applyToGold(detail, delta));
    setPending([...get().pending, delta]);
    saveSoon(SAVE_DELAY_MS);
  };
  const record = (delta: Delta | null) => {
    if (!delta) return;
    set({ undoStack: [...get().undoStack, delta], redoStack: [] });
    perform(delta);
  };
  const mayEdit = (detail: PageDetail | null): detail is PageDetail =>
    detail !== null && get().project?.readOnly === false;
  /** A refused change is taken back on the page, and everything built on top of it with it. */
  const refused = async (error: ContractError) => {
    const pages = new Set(get().pending.map(({ pageNum }) => pageNum));
    setPending([]);
    set({ saveState: 'idle' });
    get().toast(t('save.failed.detail', { reason: error.message }), { kind: 'error' });
    await get().loadHistory();
    get().pageMayHaveChanged([...pages]);
  };

  /** Undo and redo are new deltas in the journal, so that the journal only ever grows. */
  const shift = async (from: 'undoStack' | 'redoStack') => {
    const delta = get()[from].at(-1);
    if (!delta || get().project?.readOnly !== false) return;
    const back = from === 'undoStack';
    const other = back ? 'redoStack' : 'undoStack';
    await get().detailOf(delta.pageNum);
    set({ [from]: get()[from].slice(0, -1), [other]: [...get()[other], delta] });
    perform(back ? inverse(delta, 'undo') : { ...delta, origin: 'redo' });
    if (get().pageNum !== delta.pageNum) await get().openPage(delta.pageNum);
    get().select(delta.indices);
    get().reveal(delta.indices);
  };

  return {
    undoStack: [],
    redoStack: [],
    pending: [],
    saveState: 'idle',
    savedAt: null,
    ownSaves: new Set(),

    loadHistory: async () => {
      try {
        const { deltas } = await api.call('annotations.history', {});
        const { undo, redo } = stacksFrom(deltas);
        set({ undoStack: undo, redoStack: redo });
        await get().recoverPending();
      } catch (error) {
        get().toast(asContractError(error).message, { kind: 'error' });
      }
    },
    forgetAnnotations: () => {
      clearTimeout(timer);
      set({ undoStack: [], redoStack: [], pending: [], saveState: 'idle', savedAt: null });
    },
    label: (words, labelId) => {
      const { detail } = get();
      if (mayEdit(detail)) record(labelDelta(detail, [...words], labelId));
    },
    labelOn: async (pageNum, words, labels, origin) => {
      const detail = await get().detailOf(pageNum);
      if (!mayEdit(detail)) return false;
      record(labelDelta(detail, words, labels, origin));
      return true;
    },
    accept: (words, atLeast = 0) => {
      const { detail } = get();
      if (!mayEdit(detail)) return 0;
      const indices: number[] = [];
      const labels: number[] = [];
      const scores: number[] = [];
      for (const word of words) {
        const label = labelFrom(detail, 'predicted', word);
        const score = detail.predictedConfidence?.[word] ?? 0;
        const decided = (detail.gold?.[word] ?? UNDECIDED) !== UNDECIDED;
        if (label === null || decided || score < atLeast) continue;
        indices.push(word);
        labels.push(label);
        scores.push(score);
      }
      record(labelDelta(detail, indices, labels, 'accepted-prediction', scores));
      return indices.length;
    },
    undo: () => shift('undoStack'),
    redo: () => shift('redoStack'),
    saveNow: async () => {
      clearTimeout(timer);
      const deltas = get().pending.slice(0, MOST_DELTAS);
      if (deltas.length === 0 || get().saveState === 'saving') return;
      set({ saveState: 'saving' });
      try {
        for (const { pageNum } of deltas) get().ownSaves.add(pageNum);
        const { savedAt, revisions } = await api.call('annotations.apply', { deltas });
        retryMs = FIRST_RETRY_MS;
        const pending = get().pending.slice(deltas.length);
        setPending(pending);
        set({ savedAt, saveState: 'idle' });
        for (const { pageNum, revision } of revisions)
          get().changeDetail(pageNum, (detail) => ({ ...detail, revision }));
        if (pending.length > 0) saveSoon(0);
      } catch (error) {
        for (const { pageNum } of deltas) get().ownSaves.delete(pageNum);
        if (!isUnreachable(error)) return refused(asContractError(error));
        set({ saveState: 'waiting' });
        saveSoon(retryMs);
        retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
      }
    },
    recoverPending: async () => {
      const { project, pending } = get();
      const kept = project && !project.readOnly && pending.length === 0 ? keptPending(project.id) : [];
      if (!project || kept.length === 0) return;
      // Changes made meanwhile would be sent on top of these before they are there.
      set({ saveState: 'saving' });
      let saved = 0;
      let lost = 0;
      try {
        for (const delta of kept)
          try {
            await api.call('annotations.apply', { deltas: [delta] });
            saved++;
          } catch (error) {
            if (isUnreachable(error)) throw error;
            const there = await get()
              .detailOf(delta.pageNum)
              .catch(() => null);
            // Saved, but the window before did not live to hear of it.
            if (!delta.indices.every((word, i) => there?.gold?.[word] === delta.after[i])) lost++;
          }
        keepPending(project.id, get().pending);
      } catch {
        return;
      } finally {
        set({ saveState: 'idle' });
        if (get().pending.length > 0) saveSoon(0);
      }
      if (saved > 0) {
        get().toast(t('save.recovered', { count: saved }));
        get().pageMayHaveChanged(kept.map(({ pageNum }) => pageNum));
        await get().loadHistory();
      }
      if (lost > 0) get().toast(t('save.lost', { count: lost }), { kind: 'error' });
    },
  };
};
