import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';

const beside = (path: string) =>
  join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);

/**
 * Makes a folder and its missing parents, one at a time: Node's own `recursive` never returns where a parent is there
 * but cannot hold folders (`/proc/x/y`).
 * @throws GalleyError `not-found`, `io` naming the folder that could not be made
 */
export async function ensureFolder(path: string): Promise<void> {
  const missing: string[] = [];
  let folder = resolve(path);
  while (!existsSync(folder) && dirname(folder) !== folder) {
    missing.unshift(folder);
    folder = dirname(folder);
  }
  for (const next of missing) {
    try {
      await mkdir(next);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw toGalleyError(error, next);
    }
  }
}

/** Writes beside, syncs, then renames: readers see the old file or the whole new one, never a half. */
export function writeFileWhole(path: string, data: string | Uint8Array): Promise<void> {
  return fillFileWhole(path, (handle) => handle.writeFile(data));
}

/** {@link writeFileWhole} for what is too large to hold: `fill` writes to the handle piece by piece. */
export async function fillFileWhole(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const temporary = beside(path);
  try {
    await ensureFolder(dirname(path));
    const handle = await open(temporary, 'w');
    try {
      await fill(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw toGalleyError(error, path);
  }
}

/** {@link writeFileWhole} of indented JSON with a trailing newline. */
export function writeJsonWhole(path: string, value: unknown, indent = 2): Promise<void> {
  return writeFileWhole(path, `${JSON.stringify(value, null, indent)}\n`);
}

/**
 * Fills a temporary folder beside `path` and renames it into place when `fill` succeeds. A folder that
 * stood there is moved aside first and removed last, so one of the two is always whole.
 */
export async function writeFolderWhole(
  path: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = beside(path);
  const old = `${temporary}.old`;
  try {
    await ensureFolder(temporary);
    await fill(temporary);
    const replaced = existsSync(path);
    if (replaced) await rename(path, old);
    try {
      await rename(temporary, path);
    } catch (error) {
      if (replaced) await rename(old, path);
      throw error;
    }
    if (replaced) await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw toGalleyError(error, path);
  }
}

/** Parsed JSON of a file. @throws GalleyError `not-found`, `io`, or `damaged` naming the file. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GalleyError('damaged', `not valid JSON: ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

/** Text of a file. @throws GalleyError as {@link readJson}. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw toGalleyError(error, path);
  }
}

/** @throws GalleyError `not-found` unless `path` is a folder. */
export async function requireFolder(path: string, what: string, hint?: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory())
    throw new GalleyError('not-found', `${what}: no such folder`, { where: path, hint });
}
