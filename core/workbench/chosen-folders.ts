import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { PROJECT_FILE } from './project-file.ts';

/** Name of the project that an import makes beside the files it was made of. */
export const IMPORTED_PROJECT = 'galley-project';
const MOST = 50;
const PAGES = /\.(?:png|jpe?g|tiff?|webp|pdf|hocr|jsonl)$/i;
/** Endings of much else too: these are looked into. */
const MAYBE = /\.(?:html?|xml|json)$/i;
const INSIDE = /ocr[_-]|<(?:\w+:)?(?:alto|PcGts)|"(?:form|annotations|predictions)"/;
const HEAD = 4096;
const LOOKED_INTO = 20;

/** Folders a person chose for an import. The window knows them by an id, so that it can name no others. */
export class ChosenFolders {
  readonly #folders = new Map<string, { folder: string; paths: readonly string[] }>();

  /**
   * @param paths what of the folder is meant, where it is not all of it
   * @returns the id of the folder, the same each time it is chosen
   */
  add(folder: string, paths: readonly string[] = [folder]): string {
    const same = JSON.stringify([folder, paths]);
    for (const [id, known] of this.#folders)
      if (JSON.stringify([known.folder, known.paths]) === same) return id;
    const id = randomUUID();
    this.#folders.set(id, { folder, paths });
    if (this.#folders.size > MOST) this.#folders.delete(this.#folders.keys().next().value as string);
    return id;
  }

  /** @throws GalleyError `not-found` for an id that was not handed out */
  get(id: string): { readonly folder: string; readonly paths: readonly string[] } {
    const found = this.#folders.get(id);
    if (found) return found;
    throw new GalleyError('not-found', 'this folder was not chosen', { hint: 'choose it again' });
  }
}

/** Whether an import has made its project in this folder. */
export const wasImported = (folder: string): boolean =>
  existsSync(join(folder, IMPORTED_PROJECT, PROJECT_FILE));

/** Whether a file of the folder itself is likely one to import, by its name or its beginning. */
export function mayBeImported(folder: string): boolean {
  try {
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name);
    const maybe = names.filter((name) => MAYBE.test(name)).slice(0, LOOKED_INTO);
    return (
      names.some((name) => PAGES.test(name)) ||
      maybe.some((name) => INSIDE.test(beginningOf(join(folder, name))))
    );
  } catch {
    return false;
  }
}

function beginningOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD);
    return head.toString('latin1', 0, readSync(file, head, 0, HEAD, 0));
  } finally {
    closeSync(file);
  }
}
