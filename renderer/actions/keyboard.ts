import { useEffect } from 'react';
import { t } from '../messages/index.ts';
import { useWorkbench } from '../state/context.ts';
import type { Action } from './action.ts';
import { useActions } from './context.ts';
import { chordOf, isMac, keyConflicts, keysOf } from './keys.ts';

const TEXT =
  'input:not([type="range"], [type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"]';
/** Keys that a focused control uses itself. */
const CONTROL_KEYS = new Set([
  'enter',
  'space',
  'left',
  'right',
  'up',
  'down',
  'home',
  'end',
  'pageup',
  'pagedown',
  'delete',
  'backspace',
]);
const CONTROLS =
  'button, a[href], input, [role="tab"], [role="slider"], [role="option"], [role="menuitem"], [role="separator"], ' +
  '[role="listbox"]:not([data-canvas])';

/** Whether a press belongs to what has the focus rather than to an action. */
function belongsToFocus(target: Element | null, chord: string, action: Action): boolean {
  if (!target) return false;
  if (target.closest(TEXT)) return !action.inText;
  // Inside menus and dialogs the widget's own keys rule.
  if (target.closest('[role="dialog"], [role="menu"]')) return !action.inText;
  return CONTROL_KEYS.has(chord.replace('shift+', '')) && target.closest(CONTROLS) !== null;
}

/** Sends key presses to actions; warns once where two actions want one chord. */
export function useKeyboard(): void {
  const { store } = useWorkbench();
  const { list } = useActions();
  useEffect(() => {
    const mac = isMac();
    for (const { keys, first, second } of keyConflicts(list, store.getState().keys))
      console.warn(t('key.conflict', { first: first.title, second: second.title, keys }));
    const press = (event: KeyboardEvent) => {
      const chord = chordOf(event, mac);
      if (chord === null || event.defaultPrevented || event.isComposing) return;
      const state = store.getState();
      const wanted = list.find((action) => keysOf(action, state.keys).includes(chord));
      if (!wanted?.enabled(state)) return;
      if (belongsToFocus(event.target instanceof Element ? event.target : null, chord, wanted)) return;
      if (state.dialog !== null && !wanted.inText) return;
      event.preventDefault();
      void wanted.run();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [list, store]);
}
