import { Menu } from 'electron';
import type { MenuEntry } from '../core/workbench/contract.ts';
import { type MenuSurroundings, menuShape, menuTemplate } from './menu.ts';

/** The application's menu, built anew only where it holds other things than before. */
export class AppMenu {
  readonly #surroundings: MenuSurroundings;
  #shape: string | null = null;
  #menu: Menu | null = null;

  constructor(surroundings: MenuSurroundings) {
    this.#surroundings = surroundings;
  }

  show(entries: readonly MenuEntry[]): void {
    const shape = menuShape(entries);
    if (shape !== this.#shape) {
      this.#menu = Menu.buildFromTemplate(menuTemplate(entries, this.#surroundings));
      Menu.setApplicationMenu(this.#menu);
      this.#shape = shape;
      return;
    }
    for (const { id, enabled, checked } of entries) {
      const item = this.#menu?.getMenuItemById(id);
      if (!item) continue;
      item.enabled = enabled;
      if (checked !== null) item.checked = checked;
    }
  }
}
