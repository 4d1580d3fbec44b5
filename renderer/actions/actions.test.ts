import { describe, expect, it } from 'vitest';
import { fakeApi, fakeOptions } from '../api/fake.ts';
import { createGalleyStore } from '../state/store.ts';
import { makeActions } from './actions.ts';
import { chordOf, keyCaps, keyConflicts, keysOf } from './keys.ts';

const press = (
  key: string,
  code: string,
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
});

async function actions() {
  const api = fakeApi(fakeOptions(new URLSearchParams({ pages: '3', words: '60' })));
  const store = createGalleyStore(api);
  await store.getState().boot();
  await expect.poll(() => store.getState().pageState).toBe('ready');
  return { store, list: makeActions({ store, api }, { current: null }) };
}

describe('chordOf', () => {
  it.each([
    [press('z', 'KeyZ', { ctrlKey: true, shiftKey: true }), 'mod+shift+z'],
    [press('?', 'Slash', { shiftKey: true }), '?'],
    [press('!', 'Digit1', { shiftKey: true, altKey: true }), 'alt+shift+1'],
    [press('1', 'Numpad1'), '1'],
    [press('˙', 'KeyH', { altKey: true }), 'alt+h'],
    [press('+', 'Equal', { shiftKey: true }), 'plus'],
    [press('ArrowRight', 'ArrowRight', { shiftKey: true }), 'shift+right'],
  ])('names a press', (event, chord) => expect(chordOf(event, false)).toBe(chord));
  it('takes Cmd for Ctrl on a Mac', () =>
    expect(chordOf(press('k', 'KeyK', { metaKey: true }), true)).toBe('mod+k'));
  it('gives nothing for a modifier alone', () =>
    expect(chordOf(press('Shift', 'ShiftLeft', { shiftKey: true }), false)).toBeNull());
});

describe('the actions', () => {
  it('have ids and keys of their own', async () => {
    const { list } = await actions();
    expect(new Set(list.map((a) => a.id)).size).toBe(list.length);
    expect(keyConflicts(list).map(({ keys, first, second }) => `${keys}: ${first.id}, ${second.id}`)).toEqual(
      [],
    );
  });

  it('label the selection, and only where there is one', async () => {
    const { store, list } = await actions();
    const label = list.find((a) => a.id === 'label-2')!;
    expect(label.keys).toEqual(['2']);
    expect(label.enabled(store.getState())).toBe(false);
    store.getState().select([5]);
    expect(label.enabled(store.getState())).toBe(true);
    label.run();
    expect(store.getState().detail?.gold?.[5]).toBe(2);
  });
});

describe('chosen keys', () => {
  it('take the place of an action’s own, or take them away', () => {
    const action = { id: 'undo', keys: ['mod+z'] };
    expect(keysOf(action, {})).toEqual(['mod+z']);
    expect(keysOf(action, { undo: 'mod+u f2' })).toEqual(['mod+u', 'f2']);
    expect(keysOf(action, { undo: '' })).toEqual([]);
  });
  it('warn where they take another action’s key', async () => {
    const { list } = await actions();
    const conflicts = keyConflicts(list, { 'fit-width': 'w' });
    expect(conflicts.map(({ first, second }) => [first.id, second.id])).toEqual([
      ['source-weak', 'fit-width'],
    ]);
  });
  it('are shown as caps', () => expect(keyCaps('mod+shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z']));
});
