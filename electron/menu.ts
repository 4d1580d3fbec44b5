import type { MenuItemConstructorOptions } from 'electron';
import type { MenuEntry } from '../core/workbench/contract.ts';
import { messages as t } from './messages.ts';

export interface MenuSurroundings {
  readonly platform: NodeJS.Platform;
  /** Reload and developer tools are for who works on Galley. */
  readonly development: boolean;
  /** Runs an action of the window. */
  readonly run: (id: string) => void;
}

type Items = MenuItemConstructorOptions[];
const NAMED: Readonly<Record<string, string>> = {
  plus: 'Plus',
  space: 'Space',
  esc: 'Esc',
  tab: 'Tab',
  enter: 'Enter',
  backspace: 'Backspace',
  delete: 'Delete',
  pageup: 'PageUp',
  pagedown: 'PageDown',
  home: 'Home',
  end: 'End',
  left: 'Left',
  right: 'Right',
  up: 'Up',
  down: 'Down',
  mod: 'CommandOrControl',
  alt: 'Alt',
  shift: 'Shift',
};

const KEY = /^([a-z0-9]|f([1-9]|1\d|2[0-4])|[-=/,.;'[\]`?])$/;

/** A chord of the window ("mod+shift+z") as Electron writes it, or undefined for one that it does not know. */
export function acceleratorOf(chord: string | null): string | undefined {
  if (!chord) return undefined;
  const parts = chord
    .split('+')
    .map((part): string | null => NAMED[part] ?? (KEY.test(part) ? part.toUpperCase() : null));
  return parts.includes(null) ? undefined : parts.join('+');
}

/** Which menu an action of the window's own group belongs to. */
function menuOf({ id, group }: MenuEntry): 'file' | 'edit' | 'labels' | 'view' | 'go' | 'help' {
  if (group === 'edit' || group === 'select') return 'edit';
  if (group === 'label' || group === 'accept') return 'labels';
  if (group === 'go' || group === 'pages') return 'go';
  if (group === 'export') return 'file';
  if (group === 'window' && /^(open|import)/.test(id)) return 'file';
  if (group === 'window' && /^(palette|cheat-sheet)$/.test(id)) return 'help';
  return 'view';
}

/**
 * The native menu: the window's actions under the names and keys they have everywhere, and what a system expects. The
 * window hears its keys itself, so they are shown here and not registered; on macOS, where that cannot be, only
 * those with Cmd are given.
 */
export function menuTemplate(
  entries: readonly MenuEntry[],
  { platform, development, run }: MenuSurroundings,
): Items {
  const mac = platform === 'darwin';
  const itemOf = (entry: MenuEntry): MenuItemConstructorOptions => {
    const accelerator = mac && !entry.key?.includes('mod+') ? undefined : acceleratorOf(entry.key);
    return {
      id: entry.id,
      label: entry.title.replaceAll('&', '&&'),
      enabled: entry.enabled,
      ...(entry.checked === null ? {} : { type: 'checkbox', checked: entry.checked }),
      ...(accelerator ? { accelerator, registerAccelerator: false } : {}),
      click: () => run(entry.id),
    };
  };
  /** Actions of a menu, a line between the groups. */
  const of = (menu: ReturnType<typeof menuOf>): Items => {
    const own = entries.filter((entry) => menuOf(entry) === menu);
    return [...Map.groupBy(own, (entry) => entry.group).values()].flatMap((group, i) => [
      ...(i > 0 ? [LINE] : []),
      ...group.map(itemOf),
    ]);
  };
  const menu = (label: string, ...parts: Items[]): MenuItemConstructorOptions => ({
    label,
    submenu: parts.filter((part) => part.length > 0).flatMap((part, i) => (i > 0 ? [LINE, ...part] : part)),
  });
  const filled = (item: MenuItemConstructorOptions): Items =>
    (item.submenu as Items).length > 0 ? [item] : [];
  const viewing: Items = [
    { role: 'togglefullscreen' },
    ...(development ? ([{ role: 'reload' }, { role: 'toggleDevTools' }] as Items) : []),
  ];
  return [
    ...(mac ? ([{ role: 'appMenu' }] as Items) : []),
    menu(t['menu.file'], of('file'), [{ role: mac ? 'close' : 'quit' }]),
    menu(t['menu.edit'], of('edit'), [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }]),
    ...filled(menu(t['menu.labels'], of('labels'))),
    menu(t['menu.view'], of('view'), viewing),
    ...filled(menu(t['menu.go'], of('go'))),
    { role: 'windowMenu' },
    ...filled(menu(t['menu.help'], of('help'))),
  ];
}

const LINE: MenuItemConstructorOptions = { type: 'separator' };

/** What a menu that is shown can change by itself; anything else needs a new one. */
export const menuShape = (entries: readonly MenuEntry[]): string =>
  JSON.stringify(
    entries.map(({ id, title, group, key, checked }) => [id, title, group, key, checked === null]),
  );
