import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { readJson, writeJsonWhole } from '../files/files.ts';
import { type CallOutput, calls } from './contract.ts';

export type Settings = CallOutput<'settings.get'>;
const DEFAULTS: Settings = { theme: 'system', keys: {}, reduceMotion: false };
/** Projects remembered, latest first. */
const MOST_RECENT = 20;

const recentSchema = z.array(z.object({ name: z.string(), folder: z.string() }));

/** A short name for a folder that a window may hand back; it says nothing about the path. */
export const folderId = (folder: string): string =>
  createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16);

/** Settings and recent projects of the person at this machine; a damaged file counts as none. */
export class UserSettings {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(): Promise<Settings> {
    const stored = await readJson(join(this.#folder, 'settings.json')).catch(() => ({}));
    const parsed = calls['settings.set'].input.safeParse(stored);
    return { ...DEFAULTS, ...(parsed.success ? parsed.data : {}) };
  }

  async set(changes: Partial<Settings>): Promise<void> {
    await writeJsonWhole(join(this.#folder, 'settings.json'), { ...(await this.get()), ...changes });
  }

  async recent(): Promise<{ id: string; name: string; folder: string; missing: boolean }[]> {
    const parsed = recentSchema.safeParse(await readJson(join(this.#folder, 'recent.json')).catch(() => []));
    const known = parsed.success ? parsed.data : [];
    return known.map((p) => ({ id: folderId(p.folder), ...p, missing: !existsSync(p.folder) }));
  }

  /** Puts a project at the head of the list. A list that cannot be written must not keep a project closed. */
  async remember(folder: string, name = basename(folder)): Promise<void> {
    const others = (await this.recent()).filter((p) => resolve(p.folder) !== resolve(folder));
    const list = [{ name, folder: resolve(folder) }, ...others].slice(0, MOST_RECENT);
    await writeJsonWhole(
      join(this.#folder, 'recent.json'),
      list.map((p) => ({ name: p.name, folder: p.folder })),
    ).catch(() => {});
  }
}
