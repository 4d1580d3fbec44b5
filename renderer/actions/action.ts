import type { LucideIcon } from 'lucide-react';
import type { State } from '../state/api.ts';

export type ActionGroup =
  | 'go'
  | 'pages'
  | 'label'
  | 'accept'
  | 'select'
  | 'edit'
  | 'source'
  | 'view'
  | 'export'
  | 'window';

/**
 * One thing a person can do. Keys, buttons, menus and the command palette all go through this object, so an action has
 * one name, one icon and one key everywhere.
 */
export interface Action {
  readonly id: string;
  readonly title: string;
  readonly group: ActionGroup;
  /** Chords like "mod+shift+z" (see keys.ts); the first is the one shown. */
  readonly keys: readonly string[];
  readonly icon?: LucideIcon;
  /** Keys of a canvas action work while the page has the focus or nothing else wants the key. */
  readonly where: 'anywhere' | 'pages';
  /** Works even while a text field has the focus. */
  readonly inText?: boolean;
  enabled(state: State): boolean;
  /** Pressed state of a toggle, for buttons and menus. */
  on?(state: State): boolean;
  run(): unknown;
}
