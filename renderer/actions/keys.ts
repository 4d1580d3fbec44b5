import type { Action } from './action.ts';

/** The parts of a keyboard event that name a chord. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'space',
  '+': 'plus',
  Escape: 'esc',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const MODIFIERS = new Set(['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'Dead', 'Unidentified']);

/**
 * The chord of a key press: "mod" (Ctrl, or Cmd on a Mac), "alt", "shift" and the key, in this order. Shift is part of
 * the chord for letters, digits and named keys; a sign that needs Shift on some keyboards ("?") is just that sign.
 * Null for a modifier alone.
 */
export function chordOf(press: KeyPress, mac: boolean): string | null {
  if (MODIFIERS.has(press.key)) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1];
  const letter = press.altKey ? /^Key([A-Z])$/.exec(press.code)?.[1].toLowerCase() : undefined;
  const plain = NAMES[press.key] ?? press.key.toLowerCase();
  const key = digit ?? letter ?? plain;
  const sign = !digit && !letter && press.key.length === 1 && press.key !== ' ' && !/\p{L}/u.test(press.key);
  const mod = mac ? press.metaKey : press.ctrlKey;
  return [mod && 'mod', press.altKey && 'alt', press.shiftKey && !sign && 'shift', key]
    .filter(Boolean)
    .join('+');
}

/** The keys an action has after a person's own choice; an empty choice means no key. */
export function keysOf(
  action: Pick<Action, 'id' | 'keys'>,
  chosen: Readonly<Record<string, string>>,
): string[] {
  const own = chosen[action.id];
  if (own === undefined) return [...action.keys];
  return own === '' ? [] : own.split(' ');
}

export interface KeyConflict {
  readonly keys: string;
  readonly first: Action;
  readonly second: Action;
}

/** Pairs of actions that want the same chord; the first in the list gets it. */
export function keyConflicts(
  actions: readonly Action[],
  chosen: Readonly<Record<string, string>> = {},
): KeyConflict[] {
  const taken = new Map<string, Action>();
  const conflicts: KeyConflict[] = [];
  for (const action of actions) {
    for (const keys of keysOf(action, chosen)) {
      const first = taken.get(keys);
      if (first) conflicts.push({ keys, first, second: action });
      else taken.set(keys, action);
    }
  }
  return conflicts;
}

const SHOWN: Readonly<Record<string, string>> = {
  shift: 'Shift',
  esc: 'Esc',
  tab: 'Tab',
  enter: 'Enter',
  space: 'Space',
  backspace: 'Backspace',
  delete: 'Delete',
  pageup: 'Page up',
  pagedown: 'Page down',
  home: 'Home',
  end: 'End',
  left: '←',
  right: '→',
  up: '↑',
  down: '↓',
  plus: '+',
};

/** A chord as key caps: ["Ctrl", "Shift", "Z"]. */
export function keyCaps(chord: string, mac: boolean): string[] {
  return chord.split('+').map((part) => {
    if (part === 'mod') return mac ? '⌘' : 'Ctrl';
    if (part === 'alt') return mac ? '⌥' : 'Alt';
    return SHOWN[part] ?? part.toUpperCase();
  });
}

export const isMac = () => typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
