import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';

/** Whether `path` is `folder` or lies below it, by name alone. */
export function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`));
}

/** Real path of the nearest part of `path` that exists, with the rest put back. */
function realPathOf(path: string): string {
  let there = resolve(path);
  const missing: string[] = [];
  while (!existsSync(there) && dirname(there) !== there) {
    missing.unshift(there.slice(dirname(there).length).replaceAll(sep, ''));
    there = dirname(there);
  }
  return join(realpathSync(there), ...missing);
}

/**
 * A relative path below `folder`, absolute. Links are followed: one that leads out of the folder is refused.
 * @throws GalleyError `usage` for an absolute path, one with `..` or a NUL, or one that leads out
 */
export function insideFolder(folder: string, path: string): string {
  const refuse = (why: string): never => {
    throw new GalleyError('usage', `"${path}" ${why}`, { where: folder });
  };
  if (path.includes('\0')) refuse('is no path');
  if (isAbsolute(path) || /^[A-Za-z]:/.test(path)) refuse('must be relative to the folder');
  const parts = path.split(/[\\/]/);
  if (parts.includes('..')) refuse('leads out of the folder');
  const target = resolve(folder, ...parts);
  if (!isBelow(realPathOf(folder), realPathOf(target))) refuse('leads out of the folder through a link');
  return target;
}
