import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { mayBeImported, wasImported } from './chosen-folders.ts';
import { looksLikeProject, waitsForImport } from './project-file.ts';

const DEPTH = 3;
const MOST = 200;
const LOOKED_AT = 4000;
const SKIPPED = new Set(['node_modules', 'dist', 'models', 'runs', 'dataset_dict']);

/**
 * Folders below `root` by their relative names, the root itself as `.`: to `open`, those with a dataset or a project; to
 * `import`, those with pages that no dataset was made of yet, and those that hold files which can be imported.
 */
export function projectChoices(root: string, purpose: 'open' | 'import' = 'open'): string[] {
  const found: string[] = [];
  let looked = 0;
  /** @returns whether the folder holds anything to import */
  const visit = (folder: string, depth: number): boolean => {
    if (found.length >= MOST || ++looked > LOOKED_AT) return false;
    if (purpose === 'import' && wasImported(folder)) {
      found.push(relative(root, folder) || '.');
      return true;
    }
    if (looksLikeProject(folder)) {
      if (waitsForImport(folder) === (purpose === 'import')) found.push(relative(root, folder) || '.');
      return false;
    }
    const place = found.length;
    const own = purpose === 'import' && mayBeImported(folder);
    if (own) found.push(relative(root, folder) || '.');
    if (depth === DEPTH) return own;
    let entries: string[] = [];
    try {
      entries = readdirSync(folder, { withFileTypes: true })
        .filter(
          (e) =>
            e.isDirectory() &&
            !e.name.startsWith('.') &&
            !SKIPPED.has(e.name) &&
            (purpose === 'import' || e.name !== 'images'),
        )
        .map((e) => e.name)
        .sort();
    } catch {}
    const below = entries.filter((name) => visit(join(folder, name), depth + 1)).length;
    // A shelf of folders can be imported as one.
    if (!own && below > 1) found.splice(place, 0, relative(root, folder) || '.');
    return own || below > 0;
  };
  visit(root, 0);
  return found;
}
