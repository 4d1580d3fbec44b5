import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { looksLikeProject, waitsForImport } from './project-file.ts';

const DEPTH = 3;
const MOST = 200;
const LOOKED_AT = 4000;
const SKIPPED = new Set(['node_modules', 'dist', 'models', 'runs', 'images', 'dataset_dict']);

/**
 * Folders below `root` by their relative names, the root itself as `.`: to `open`, those with a dataset or a project; to
 * `import`, those with pages that no dataset was made of yet.
 */
export function projectChoices(root: string, purpose: 'open' | 'import' = 'open'): string[] {
  const found: string[] = [];
  let looked = 0;
  const visit = (folder: string, depth: number): void => {
    if (found.length >= MOST || ++looked > LOOKED_AT) return;
    if (looksLikeProject(folder)) {
      if (waitsForImport(folder) === (purpose === 'import')) found.push(relative(root, folder) || '.');
      return;
    }
    if (depth === DEPTH) return;
    let entries: string[] = [];
    try {
      entries = readdirSync(folder, { withFileTypes: true })
        .filter((e) => e.isDirectory() && !e.name.startsWith('.') && !SKIPPED.has(e.name))
        .map((e) => e.name)
        .sort();
    } catch {}
    for (const name of entries) visit(join(folder, name), depth + 1);
  };
  visit(root, 0);
  return found;
}
