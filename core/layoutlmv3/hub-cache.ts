import { existsSync, readFileSync } from 'node:fs';
import { mkdir, realpath, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { writeFileWhole } from '../files/files.ts';
import type { RepoId } from './hub-settings.ts';

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * One model in huggingface_hub's cache: `blobs/<etag>`, `refs/<revision>` naming a commit, and
 * `snapshots/<commit>/<file>` linking to blobs. Python and Galley read what the other has fetched.
 */
export class CachedRepo {
  readonly root: string;

  readonly #symlinks: boolean;

  constructor(cacheDir: string, repo: string, symlinks = true) {
    this.#symlinks = symlinks;
    this.root = join(cacheDir, `models--${repo.replaceAll('/', '--')}`);
  }

  snapshot(commit: string): string {
    return join(this.root, 'snapshots', commit);
  }

  /** Commit that a revision had when it was last fetched, or null. */
  commitOf({ revision }: RepoId): string | null {
    if (COMMIT.test(revision)) return revision;
    const path = join(this.root, 'refs', ...revision.split('/'));
    if (!existsSync(path)) return null;
    const commit = readFileSync(path, 'utf8').trim();
    return COMMIT.test(commit) ? commit : null;
  }

  /** A revision may contain slashes (`refs/pr/3`): they become folders, as in Python. */
  async rememberCommit({ revision }: RepoId, commit: string): Promise<void> {
    if (!COMMIT.test(revision)) await writeFileWhole(join(this.root, 'refs', ...revision.split('/')), commit);
  }

  /** Path of a cached file, or null; a link whose blob is gone does not count. */
  find(commit: string, file: string): string | null {
    const path = join(this.snapshot(commit), file);
    return existsSync(path) ? path : null;
  }

  /** Whether the hub is known not to have a file. */
  knownMissing(commit: string, file: string): boolean {
    return existsSync(join(this.root, '.no_exist', commit, file));
  }

  async rememberMissing(commit: string, file: string): Promise<void> {
    await writeFileWhole(join(this.root, '.no_exist', commit, file), '');
  }

  /** Path of a blob; an etag is the name only where it is a plain word. */
  blob(etag: string): string {
    return join(this.root, 'blobs', etag);
  }

  /** Links a snapshot's file to its blob; where links are not allowed (Windows) the blob is moved there, as in Python. */
  async link(commit: string, file: string, etag: string): Promise<void> {
    const path = join(this.snapshot(commit), file);
    const blob = this.blob(etag);
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    try {
      if (!this.#symlinks) throw new Error('no links wanted');
      await symlink(relative(await realpath(dirname(path)), await realpath(blob)), path);
    } catch {
      await rename(blob, path);
    }
  }

  /** Whether the licence of this model has been shown on this machine. */
  licenceShown(id: string): boolean {
    return existsSync(this.#licenceMark(id));
  }

  /** Kept in the cache; a cache that cannot be written is no reason to stop. */
  async rememberLicence(id: string): Promise<void> {
    await writeFileWhole(this.#licenceMark(id), `${new Date().toISOString()}\n`).catch(() => {});
  }

  #licenceMark(id: string): string {
    return join(this.root, `.galley-licence-${id.replaceAll(sep, '-')}`);
  }
}
