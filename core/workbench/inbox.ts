import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { ensureFolder, fillFileWhole } from '../files/files.ts';
import { insideFolder } from './inside.ts';

/** Most that is taken in one folder. */
export const INBOX_BOUNDS = { files: 20_000, fileBytes: 2 ** 30, bytes: 8 * 2 ** 30, depth: 16 } as const;
const MOST_OPEN = 20;

/**
 * Copies of files that were dropped on the window of a browser: a browser hands over what is in them, not where they
 * lie. Each drop has a folder of its own, in which its project is made as beside any other scans.
 */
export class Inbox {
  readonly #place: string;
  /** What a folder has taken so far. */
  readonly #open = new Map<string, { files: number; bytes: number }>();

  constructor(place: string) {
    this.#place = place;
  }

  /** Makes a new folder called like `name`. @returns its path */
  async open(name: string): Promise<string> {
    const like =
      name
        .normalize('NFC')
        .replace(/[^\p{L}\p{N} ._-]+/gu, '_')
        .replace(/^[. ]+|[. ]+$/g, '')
        .slice(0, 80)
        .trim() || 'Pages';
    let folder = join(this.#place, like);
    for (let number = 2; existsSync(folder); number++) folder = join(this.#place, `${like} ${number}`);
    await ensureFolder(folder);
    this.#open.set(folder, { files: 0, bytes: 0 });
    if (this.#open.size > MOST_OPEN) this.#open.delete(this.#open.keys().next().value as string);
    return folder;
  }

  /**
   * Writes a file, whole or not at all.
   * @param name relative to the folder, with slashes
   * @throws GalleyError `usage` for a name that leads out, is hidden or there already, and beyond {@link INBOX_BOUNDS}
   */
  async receive(folder: string, name: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const taken = this.#open.get(folder);
    if (!taken) throw new GalleyError('not-found', 'this folder takes no files', { hint: 'drop them again' });
    const parts = name.split('/');
    const refuse = (why: string): never => {
      throw new GalleyError('usage', `"${name.slice(0, 200)}" ${why}`);
    };
    if (parts.length > INBOX_BOUNDS.depth) refuse(`lies more than ${INBOX_BOUNDS.depth} folders deep`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    if (parts.some((part) => part === '' || part.length > 200 || /^\.|[\\:\u0000-\u001f]/.test(part)))
      refuse('is no name that can be taken');
    const path = insideFolder(folder, name);
    if (existsSync(path)) refuse('is there already');
    if (++taken.files > INBOX_BOUNDS.files)
      refuse(`is more than ${INBOX_BOUNDS.files} files: choose a part of them`);
    let bytes = 0;
    await fillFileWhole(path, async (file) => {
      for await (const piece of pieces) {
        bytes += piece.byteLength;
        taken.bytes += piece.byteLength;
        if (bytes > INBOX_BOUNDS.fileBytes || taken.bytes > INBOX_BOUNDS.bytes)
          throw new GalleyError('usage', 'that is too much to copy through a browser', {
            where: relative(folder, path),
            hint: 'start galley serve with --root above the files, and choose their folder by name',
          });
        await file.writeFile(piece);
      }
    });
  }
}
