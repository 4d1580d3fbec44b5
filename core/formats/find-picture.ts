import { statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, normalize } from 'node:path';

const EXTENSIONS = ['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp'];

const isFile = (path: string): boolean => {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/**
 * Where the picture of a page lies that a file names, or that has the file's own name: beside it, in `images` beside it
 * or beside its folder, or in `imagesDir`. A name can only lead to the file's folder and the one above: a file cannot
 * make Galley fetch any other. Null where there is none.
 */
export function findPicture(file: string, named: string | null, imagesDir?: string): string | null {
  const here = dirname(file);
  const folders = [
    ...(imagesDir === undefined ? [] : [imagesDir]),
    here,
    join(here, 'images'),
    join(dirname(here), 'images'),
    dirname(here),
  ];
  const stem = basename(file, extname(file));
  const names: string[] = [];
  if (named !== null && named !== '') {
    const path = normalize(named.replaceAll('\\', '/'));
    const near = !isAbsolute(path) && !/^(\.\.\/){2}/.test(path) && !path.includes('\0');
    if (near && isPicture(path) && isFile(join(here, path))) return join(here, path);
    names.push(basename(path));
  }
  for (const folder of folders)
    for (const name of names) if (isPicture(name) && isFile(join(folder, name))) return join(folder, name);
  for (const folder of folders) {
    const found = byStem(folder, stem) ?? byStem(folder, shorterStem(stem));
    if (found !== null) return found;
  }
  // A name with another ending: `INPUT_0017.tif` in the file, `INPUT_0017.png` on the disk.
  for (const folder of folders)
    for (const name of names) {
      const found = byStem(folder, basename(name, extname(name)));
      if (found !== null) return found;
    }
  return null;
}

const isPicture = (name: string) => EXTENSIONS.includes(extname(name).toLowerCase());

/** `kant_0017` for `kant_0017_PAGE`: the last part of a name often says what made the file. */
export const shorterStem = (stem: string) => stem.replace(/[_.-][A-Za-z][\w-]*$/, '');

function byStem(folder: string, stem: string): string | null {
  if (stem === '' || stem.includes('\0')) return null;
  for (const extension of EXTENSIONS)
    if (isFile(join(folder, stem + extension))) return join(folder, stem + extension);
  return null;
}
