import { expect, it, vi } from 'vitest';
import { calls } from '../../core/workbench/contract.ts';
import { makeActions } from '../actions/actions.ts';
import { fakeApi, fakeOptions } from '../api/fake.ts';
import { createGalleyStore } from '../state/store.ts';
import { menuEntries, runFromMenu } from './native-menu.ts';

async function actions() {
  const api = fakeApi(fakeOptions(new URLSearchParams({ pages: '3', words: '60' })));
  const store = createGalleyStore(api);
  await store.getState().boot();
  await expect.poll(() => store.getState().pageState).toBe('ready');
  return { store, list: makeActions({ store, api }, { current: null }) };
}

it('holds every action with the key that was chosen, in the shape of the contract', async () => {
  const { store, list } = await actions();
  await store.getState().changeSettings({ keys: { undo: 'mod+u f2', palette: '' } });
  const entries = menuEntries(list, store.getState());
  expect(entries).toHaveLength(list.length);
  expect(calls['app.menu'].input.safeParse({ entries }).error).toBeUndefined();
  const of = (id: string) => entries.find((entry) => entry.id === id);
  expect(of('undo')).toMatchObject({ key: 'mod+u', enabled: false, checked: null });
  expect(of('palette')?.key).toBeNull();
  expect(of('toggle-pages')?.checked).toBe(true);
  store.getState().select([3]);
  expect(menuEntries(list, store.getState()).find(({ id }) => id === 'label-2')?.enabled).toBe(true);
});

it('runs an action as its key would, and none that is not possible now', async () => {
  const { store, list } = await actions();
  vi.stubGlobal('document', { activeElement: null });
  runFromMenu('label-2', list, store.getState());
  expect(store.getState().undoStack).toHaveLength(0);
  store.getState().select([3]);
  runFromMenu('label-2', list, store.getState());
  expect(store.getState().detail?.gold?.[3]).toBe(2);

  const execCommand = vi.fn();
  vi.stubGlobal('document', { activeElement: { matches: () => true }, execCommand });
  runFromMenu('undo', list, store.getState());
  expect(execCommand).toHaveBeenCalledWith('undo');
  expect(store.getState().detail?.gold?.[3]).toBe(2);
  vi.unstubAllGlobals();
});
