import { useEffect } from 'react';
import type { MenuEntry, WorkbenchApi } from '../../core/workbench/contract.ts';
import type { Action } from '../actions/action.ts';
import { useActions } from '../actions/context.ts';
import { keysOf } from '../actions/keys.ts';
import type { State } from '../state/api.ts';
import { useWorkbench } from '../state/context.ts';
import type { GalleyStore } from '../state/store.ts';

/** The menu shows what changed after so long: a burst of changes is one. */
const SETTLED_MS = 150;

/** Actions as the native menu takes them: under the names, keys and states they have in the window. */
export function menuEntries(list: readonly Action[], state: State): MenuEntry[] {
  return list.map((action) => ({
    id: action.id,
    title: action.title.slice(0, 100),
    group: action.group,
    key: keysOf(action, state.keys)[0] || null,
    enabled: action.enabled(state),
    checked: action.on?.(state) ?? null,
  }));
}

/** Undo and its like belong to a text field while one has the focus; what the field can do itself. */
const IN_TEXT: Readonly<Record<string, string>> = { undo: 'undo', redo: 'redo', 'select-all': 'selectAll' };
const TEXT =
  'input:not([type="range"], [type="checkbox"], [type="radio"]), textarea, [contenteditable="true"]';

/** Runs what was chosen in the menu, as its key would. */
export function runFromMenu(id: string, list: readonly Action[], state: State): void {
  const command = IN_TEXT[id];
  if (command && document.activeElement?.matches(TEXT)) {
    document.execCommand(command);
    return;
  }
  const action = list.find((a) => a.id === id);
  if (action?.enabled(state)) void action.run();
}

/** Keeps the native menu of the desktop like the window's actions; does nothing more in a browser, which has none. */
export function useNativeMenu(): void {
  const { store, api } = useWorkbench();
  const { list } = useActions();
  useEffect(() => keepMenu(list, store, api), [list, store, api]);
}

function keepMenu(list: readonly Action[], store: GalleyStore, api: WorkbenchApi): () => void {
  let shown = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopListening = api.on('menu.run', ({ id }) => runFromMenu(id, list, store.getState()));
  const show = async (): Promise<void> => {
    const entries = menuEntries(list, store.getState());
    const text = JSON.stringify(entries);
    if (text === shown) return;
    shown = text;
    // A menu that cannot be shown is no reason to stop anybody.
    const answer = await api.call('app.menu', { entries }).catch(() => null);
    if (answer && !answer.shown) stop();
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void show(), SETTLED_MS);
  };
  const unsubscribe = store.subscribe(soon);
  const stop = (): void => {
    clearTimeout(timer);
    unsubscribe();
    stopListening();
  };
  soon();
  return stop;
}
