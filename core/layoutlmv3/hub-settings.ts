import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';

/** Where models come from and where they are kept, with huggingface_hub's environment variables. */
export interface HubSettings {
  /** Without a trailing slash. */
  readonly endpoint: string;
  /** Folder of `models--…` folders, shared with Python's huggingface_hub. */
  readonly cacheDir: string;
  readonly token: string | null;
  readonly offline: boolean;
  /** Whether snapshots may be links to blobs (HF_HUB_DISABLE_SYMLINKS says no). */
  readonly symlinks: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const isTrue = (value: string | undefined) => /^(1|on|yes|true)$/i.test(value ?? '');

function storedToken(env: Environment, home: string): string | null {
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return null;
  const path = env.HF_TOKEN_PATH || join(home, 'token');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/**
 * Reads HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_TOKEN_PATH, HF_HUB_OFFLINE and their older spellings;
 * `given` wins over them.
 * @throws GalleyError `usage` for an endpoint that is no http(s) address
 */
export function hubSettings(given: Partial<HubSettings> = {}, env: Environment = process.env): HubSettings {
  const home =
    env.HF_HOME || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'huggingface');
  const endpoint = (given.endpoint ?? (env.HF_ENDPOINT || 'https://huggingface.co')).replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]/.test(endpoint) || !URL.canParse(endpoint))
    throw new GalleyError(
      'usage',
      `the hub's address must begin with http:// or https://, found "${endpoint}"`,
      {
        hint: 'check HF_ENDPOINT',
      },
    );
  const token = given.token ?? env.HF_TOKEN ?? env.HUGGING_FACE_HUB_TOKEN ?? storedToken(env, home);
  return {
    endpoint,
    cacheDir: given.cacheDir ?? (env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, 'hub')),
    token: token?.trim() || null,
    offline: given.offline ?? (isTrue(env.HF_HUB_OFFLINE) || isTrue(env.TRANSFORMERS_OFFLINE)),
    symlinks: given.symlinks ?? !isTrue(env.HF_HUB_DISABLE_SYMLINKS),
  };
}

/** A model on the hub: `owner/name`, at a branch, tag, commit or `refs/pr/3`. */
export interface RepoId {
  readonly repo: string;
  readonly revision: string;
}

/**
 * Reads `owner/name` or `owner/name@revision`; null for anything else (a path, say).
 * @param revision used where the name has none
 */
export function parseRepoId(name: string, revision = 'main'): RepoId | null {
  const match = /^([\w-][\w.-]*\/[\w-][\w.-]*)(?:@(.+))?$/.exec(name);
  const at = match?.[2] ?? revision;
  // Both become paths in the cache and in addresses.
  if (!match || `${name}/${at}`.includes('..') || match[1].includes('--') || !/^\w[\w./-]*$/.test(at))
    return null;
  return { repo: match[1], revision: at };
}
