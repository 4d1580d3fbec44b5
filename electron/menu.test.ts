import { describe, expect, it, vi } from 'vitest';
import type { MenuEntry } from '../core/workbench/contract.ts';
import { acceleratorOf, menuTemplate } from './menu.ts';

const entry = (id: string, group: string, more: Partial<MenuEntry> = {}): MenuEntry => ({
  id,
  title: id,
  group,
  key: null,
  enabled: true,
  checked: null,
  ...more,
});
interface Item {
  label?: string;
  role?: string;
  type?: string;
  submenu?: Item[];
  [key: string]: unknown;
}
const template = (entries: MenuEntry[], platform: NodeJS.Platform = 'linux', run = vi.fn()): Item[] =>
  menuTemplate(entries, { platform, development: false, run }) as Item[];
const itemsOf = (menus: Item[], label: string) =>
  (menus.find((menu) => menu.label === label)?.submenu ?? []).map(
    (item) => item.label ?? item.role ?? item.type,
  );

describe('accelerators', () => {
  it.each([
    ['mod+shift+z', 'CommandOrControl+Shift+Z'],
    ['alt+1', 'Alt+1'],
    ['pagedown', 'PageDown'],
    ['f6', 'F6'],
    ['plus', 'Plus'],
    ['mod+0', 'CommandOrControl+0'],
    ['/', '/'],
    ['', undefined],
    [null, undefined],
    ['mod+nonsense', undefined],
    ['mod+ß', undefined],
  ])('%s is %s', (chord, accelerator) => expect(acceleratorOf(chord)).toBe(accelerator));
});

describe('the menu', () => {
  const entries = [
    entry('open-folder', 'window'),
    entry('import-gold', 'window'),
    entry('export-all', 'export'),
    entry('undo', 'edit', { key: 'mod+z', enabled: false }),
    entry('label-1', 'label', { title: 'Salt & Pepper', key: '1' }),
    entry('layer-words', 'view', { checked: true }),
    entry('next-page', 'pages', { key: 'pagedown' }),
    entry('palette', 'window', { key: 'mod+k' }),
  ];

  it('holds every action of the window once, where a person looks for it', () => {
    const menus = template(entries);
    expect(itemsOf(menus, '&File')).toEqual([
      'open-folder',
      'import-gold',
      'separator',
      'export-all',
      'separator',
      'quit',
    ]);
    expect(itemsOf(menus, '&Edit')).toEqual(['undo', 'separator', 'cut', 'copy', 'paste']);
    expect(itemsOf(menus, '&Labels')).toEqual(['Salt && Pepper']);
    expect(itemsOf(menus, '&View')).toEqual(['layer-words', 'separator', 'togglefullscreen']);
    expect(itemsOf(menus, '&Go')).toEqual(['next-page']);
    expect(itemsOf(menus, '&Help')).toEqual(['palette']);
  });

  it('shows keys without taking them from the window, and runs the action', () => {
    const run = vi.fn();
    const menus = template(entries, 'linux', run);
    const all = menus.flatMap((menu) => menu.submenu ?? []);
    const item = (id: string) => all.find((i) => i.id === id)!;
    expect(item('undo')).toMatchObject({
      accelerator: 'CommandOrControl+Z',
      registerAccelerator: false,
      enabled: false,
    });
    expect(item('label-1')).toMatchObject({ accelerator: '1', registerAccelerator: false });
    expect(item('layer-words')).toMatchObject({ type: 'checkbox', checked: true });
    (item('undo').click as () => void)();
    expect(run).toHaveBeenCalledExactlyOnceWith('undo');
  });

  it('gives macOS, where keys cannot be shown alone, none that typing needs', () => {
    const all = template(entries, 'darwin').flatMap((menu) => menu.submenu ?? []);
    expect(all.filter((item) => item.accelerator).map((item) => item.id)).toEqual(['undo', 'palette']);
  });

  it('is there before the window is, without developer tools', () => {
    const menus = template([]);
    expect(menus.map((menu) => menu.label ?? menu.role)).toEqual(['&File', '&Edit', '&View', 'windowMenu']);
    expect(JSON.stringify(menus)).not.toContain('toggleDevTools');
  });
});
