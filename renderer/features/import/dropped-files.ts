import { t } from '../../messages/index.ts';

export interface DroppedFiles {
  /** The folder's name, or the first file's without its ending. */
  readonly name: string;
  /** Paths relative to what was dropped; inside a folder that was dropped alone, relative to that. */
  readonly files: readonly { readonly path: string; readonly file: File }[];
}

export const MOST_DROPPED = 20_000;
const MOST_DEPTH = 14;
/** The project that an import made beside scans is not part of them. */
const PROJECT = 'galley-project';

/**
 * Every file of a drop, folders walked all the way down; hidden ones are left out.
 * @param entries taken from the event before anything is waited for: a browser forgets them then
 */
export async function droppedFiles(entries: readonly FileSystemEntry[]): Promise<DroppedFiles> {
  const [only] = entries;
  const alone = entries.length === 1 && only?.isDirectory;
  const files: { path: string; file: File }[] = [];
  const walk = async (entry: FileSystemEntry, path: string, depth: number): Promise<void> => {
    if (entry.name.startsWith('.')) return;
    if (entry.isFile) {
      if (files.length >= MOST_DROPPED) throw new Error(t('drop.tooMany', { most: MOST_DROPPED }));
      files.push({
        path,
        file: await new Promise((found, lost) => (entry as FileSystemFileEntry).file(found, lost)),
      });
    } else if (depth < MOST_DEPTH && entry.name !== PROJECT) {
      for (const child of await childrenOf(entry as FileSystemDirectoryEntry))
        await walk(child, path === '' ? child.name : `${path}/${child.name}`, depth + 1);
    }
  };
  for (const entry of entries) await walk(entry, alone ? '' : entry.name, 0);
  return { name: only?.name.replace(/\.[A-Za-z0-9]{1,5}$/, '') || 'Pages', files };
}

/** A browser gives a folder's entries some at a time, until there are none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((found, lost) => reader.readEntries(found, lost));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
