import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeApi, fakeApi, fakeOptions } from '../api/fake.ts';
import { createGalleyStore, type GalleyStore } from './store.ts';

let api: FakeApi;
let store: GalleyStore;
const state = () => store.getState();
const gold = (word: number) => state().detail?.gold?.[word] ?? -1;

beforeEach(async () => {
  vi.useFakeTimers();
  api = fakeApi(fakeOptions(new URLSearchParams({ pages: '12', words: '80' })));
  store = createGalleyStore(api);
  await state().boot();
  await vi.waitFor(() => expect(state().pageState).toBe('ready'));
});
afterEach(() => vi.useRealTimers());

describe('labelling', () => {
  it('is seen at once and saved a moment later', async () => {
    state().label([3, 4], 2);
    expect([gold(3), gold(4)]).toEqual([2, 2]);
    expect(api.journal).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(api.journal.map(({ indices, after }) => ({ indices, after }))).toEqual([
      { indices: [3, 4], after: [2, 2] },
    ]);
    expect(state().savedAt).not.toBeNull();
    expect(state().pending).toHaveLength(0);
  });

  it('makes no change of a label that is there already', () => {
    state().label([3], 2);
    state().label([3], 2);
    expect(state().undoStack).toHaveLength(1);
  });

  it('does nothing in a read-only window', () => {
    store.setState({ project: { ...state().project!, readOnly: true } });
    state().label([3], 2);
    expect(gold(3)).toBe(-1);
  });
});

describe('undo and redo', () => {
  it('go across pages and open the page they change', async () => {
    state().label([3], 2);
    await state().openPage(2);
    state().label([5], 1);
    await state().undo();
    expect(gold(5)).toBe(-1);
    await state().undo();
    expect(state().pageNum).toBe(1);
    expect(gold(3)).toBe(-1);
    await state().redo();
    await state().redo();
    expect(state().pageNum).toBe(2);
    expect(gold(5)).toBe(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(api.journal.map(({ origin }) => origin)).toEqual([
      'person',
      'person',
      'undo',
      'undo',
      'redo',
      'redo',
    ]);
  });

  it('survive a reload of the window', async () => {
    state().label([3], 2);
    state().label([4], 3);
    await state().undo();
    await vi.advanceTimersByTimeAsync(500);
    const again = createGalleyStore(api);
    await again.getState().boot();
    await vi.waitFor(() => expect(again.getState().undoStack).toHaveLength(1));
    expect(again.getState().redoStack).toHaveLength(1);
  });

  it('keep what can be redone while only the selection changes', async () => {
    state().label([3], 2);
    await state().undo();
    state().select([7]);
    expect(state().redoStack).toHaveLength(1);
    state().label([7], 2);
    expect(state().redoStack).toHaveLength(0);
  });
});

describe('saving', () => {
  it('waits while the line is down and goes on by itself', async () => {
    api.unreachable = true;
    state().label([3], 2);
    await vi.advanceTimersByTimeAsync(500);
    expect(state().saveState).toBe('waiting');
    state().label([4], 2);
    api.unreachable = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect(api.journal).toHaveLength(2);
    expect(state().saveState).toBe('idle');
  });

  it('takes a refused change back and says so', async () => {
    api.refuseSave = 'no space left on the disk';
    state().label([3], 2);
    await vi.advanceTimersByTimeAsync(500);
    expect(gold(3)).toBe(-1);
    expect(state().toasts.at(-1)?.text).toContain('no space left on the disk');
    expect(state().undoStack).toHaveLength(0);
  });
});

describe('accepting predictions', () => {
  it('takes what is sure enough, keeps the score, and leaves decisions alone', async () => {
    const { detail } = state();
    const sure = detail!
      .predictedConfidence!.map((score, word) => ({ score, word }))
      .filter((p) => p.score >= 0.8);
    const decided = sure[0].word;
    state().label([decided], detail!.predicted![decided] === 6 ? 5 : 6);
    const taken = state().accept(detail!.words.keys(), 0.8);
    expect(taken).toBe(sure.length - 1);
    expect(gold(decided)).not.toBe(detail!.predicted![decided]);
    const delta = state().undoStack.at(-1)!;
    expect(delta.origin).toBe('accepted-prediction');
    expect(delta.scores?.every((score) => score >= 0.8)).toBe(true);
  });
});

describe('changes that were not saved in time', () => {
  const stored = new Map<string, string>();
  const waiting = () => stored.has('galley.pending.fake');
  beforeEach(() => {
    stored.clear();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    });
  });
  afterEach(() => vi.unstubAllGlobals());
  /** The window that comes after the one that was closed. */
  const reopened = async () => {
    const again = createGalleyStore(api);
    await again.getState().boot();
    await vi.waitFor(() => expect(again.getState().pageState).toBe('ready'));
    return again.getState;
  };

  it('are sent by the next window, and can be undone there', async () => {
    api.unreachable = true;
    state().label([3], 2);
    state().label([4], 1);
    await vi.advanceTimersByTimeAsync(200);
    api.unreachable = false;
    const next = await reopened();
    await vi.waitFor(() => expect(next().undoStack).toHaveLength(2));
    expect(api.journal.map(({ indices }) => indices)).toEqual([[3], [4]]);
    expect(next().toasts.at(-1)?.text).toContain('2 changes');
    expect(waiting()).toBe(false);
  });

  it('are not sent twice where only the answer was lost', async () => {
    state().label([3], 2);
    const kept = new Map(stored);
    await vi.advanceTimersByTimeAsync(500);
    for (const [key, value] of kept) stored.set(key, value);
    const next = await reopened();
    await vi.waitFor(() => expect(waiting()).toBe(false));
    expect(api.journal).toHaveLength(1);
    expect(next().toasts).toHaveLength(0);
  });

  it('are forgotten once they are saved', async () => {
    state().label([3], 2);
    expect(waiting()).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    expect(waiting()).toBe(false);
  });
});
