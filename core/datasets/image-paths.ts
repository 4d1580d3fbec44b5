import { existsSync, readdirSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { toGalleyError } from '../errors/galley-error.ts';

/** How many folders a stored relative path may climb before an absolute one is the clearer choice. */
const MAXIMUM_CLIMB = 4;
const IMAGE_EXTENSIONS = new Set(['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp', '.bmp', '.gif']);

/** Finds the image a row names; remembers nothing, looks at the disk each time. */
export type ImageResolver = (stored: string) => string | null;

/**
 * A resolver trying an absolute path as it is, then relative to each of `roots` in order. Backslashes of
 * a dataset made on Windows are understood. Null where no file is found.
 */
export function imageResolver(roots: readonly string[]): ImageResolver {
  return (stored) => {
    if (stored === '') return null;
    const path = sep === '/' && !existsSync(stored) ? stored.replaceAll('\\', '/') : stored;
    if (isAbsolute(path)) return existsSync(path) ? path : null;
    for (const root of roots) {
      const candidate = resolve(root, path);
      if (existsSync(candidate)) return candidate;
    }
    return null;
  };
}

/** `folder` and up to `levels` of its parents, nearest first: where relative image paths are looked for. */
export function folderAndParents(folder: string, levels: number): string[] {
  const folders = [resolve(folder)];
  for (let i = 0; i < levels; i++) {
    const parent = dirname(folders[folders.length - 1]);
    if (parent === folders[folders.length - 1]) break;
    folders.push(parent);
  }
  return folders;
}

/** The form to store: relative to `folder` with forward slashes where that is near, else absolute. */
export function storedImagePath(imagePath: string, folder: string): string {
  const path = relative(resolve(folder), resolve(imagePath));
  const parts = path.split(sep);
  const climb = parts.filter((part) => part === '..').length;
  const reachesRoot = resolve(folder, ...Array<string>(climb).fill('..')) === parse(resolve(folder)).root;
  if (isAbsolute(path) || climb > MAXIMUM_CLIMB || (climb > 0 && reachesRoot)) return resolve(imagePath);
  return parts.join('/');
}

/**
 * Images of a folder by page number, for pages that name none: files whose whole stem is the number,
 * with an optional `page` before it (`0079.png`, `page_79.jpg`, `page-0079.png`).
 * @throws GalleyError `not-found` or `io`.
 */
export function imagesByPageNumber(folder: string): Map<number, string> {
  const found = new Map<number, string>();
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    throw toGalleyError(error, folder);
  }
  for (const name of names) {
    const extension = extname(name);
    const match = /^(?:page[ _-]?)?(\d+)$/i.exec(name.slice(0, name.length - extension.length));
    if (match && IMAGE_EXTENSIONS.has(extension.toLowerCase()) && !found.has(Number(match[1])))
      found.set(Number(match[1]), join(resolve(folder), name));
  }
  return found;
}
