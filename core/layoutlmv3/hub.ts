import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson } from '../files/files.ts';
import { CachedRepo } from './hub-cache.ts';
import { type FetchOptions, ModelDownload } from './hub-download.ts';
import { knownLicence, licenceOfCard, type ModelLicence } from './hub-licence.ts';
import { hubSettings, parseRepoId } from './hub-settings.ts';

export type { FetchOptions } from './hub-download.ts';
export type { ModelLicence } from './hub-licence.ts';

export interface FetchedModel {
  /** Folder with config.json, weights and tokenizer, to be read only. */
  readonly dir: string;
  /** Terms that bind whatever is trained from these weights, or null where none are stated. */
  readonly licence: ModelLicence | null;
  /** Hub name and commit, or null for a folder. */
  readonly repo: string | null;
  readonly commit: string | null;
}

/**
 * Finds a model: a folder on this machine as it is, or `owner/name[@revision]` on the hub through
 * {@link fetchModel}.
 * @throws GalleyError `not-found` where it is neither
 */
export async function resolveModel(nameOrFolder: string, options: FetchOptions = {}): Promise<FetchedModel> {
  const folder = await stat(nameOrFolder).catch(() => null);
  if (folder?.isDirectory())
    return { dir: nameOrFolder, licence: await licenceOfFolder(nameOrFolder), repo: null, commit: null };
  if (folder || !parseRepoId(nameOrFolder))
    throw new GalleyError('not-found', 'no such model folder, nor a name on the hub', {
      where: nameOrFolder,
      hint: 'give a folder with config.json and model.safetensors, or a name such as microsoft/layoutlmv3-base',
    });
  return fetchModel(nameOrFolder, options);
}

/** Licence a model folder states: by Galley when it was trained, by its model card, or by where it came from. */
export async function licenceOfFolder(dir: string): Promise<ModelLicence | null> {
  const config = existsSync(join(dir, 'config.json'))
    ? ((await readJson(join(dir, 'config.json'))) as Record<string, unknown> | null)
    : null;
  const stamp = config?.galley as Record<string, unknown> | undefined;
  const base = stamp?.base_model ?? config?._name_or_path;
  const repo = typeof base === 'string' ? base : dir;
  if (typeof stamp?.base_model_licence === 'string')
    return licenceOfCard(repo, `---\nlicense: ${stamp.base_model_licence}\n---`);
  const known = knownLicence(repo);
  if (known) return known;
  const card = join(dir, 'README.md');
  return existsSync(card) ? licenceOfCard(repo, await readFile(card, 'utf8')) : null;
}

/**
 * Brings a model from the Hugging Face hub into huggingface_hub's cache (shared with Python) and returns its
 * snapshot folder. Only the files a token classifier needs are fetched; what is cached is not fetched again;
 * interrupted downloads resume; every file is checked against the checksum the hub states. Without a network
 * (or with HF_HUB_OFFLINE) a cached model is used.
 * @throws GalleyError `not-found`, `network`, `damaged`, `io`, `cancelled`; `usage` for a licence not agreed to
 */
export async function fetchModel(name: string, options: FetchOptions = {}): Promise<FetchedModel> {
  const id = parseRepoId(name, options.revision);
  if (!id)
    throw new GalleyError('usage', `expected owner/name or owner/name@revision, found "${name}"`, {
      hint: 'for example microsoft/layoutlmv3-base',
    });
  const settings = hubSettings(options, options.env);
  const cache = new CachedRepo(settings.cacheDir, id.repo, settings.symlinks);
  const download = new ModelDownload(id, cache, settings, options);
  const early = knownLicence(id.repo);
  if (early) await agree(early, cache, options);
  const commit = settings.offline ? download.cachedCommit('HF_HUB_OFFLINE is set') : await download.run();
  const dir = cache.snapshot(commit);
  const card = cache.find(commit, 'README.md');
  const licence = early ?? (card ? licenceOfCard(id.repo, await readFile(card, 'utf8')) : null);
  if (licence && !early) await agree(licence, cache, options);
  return { dir, licence, repo: id.repo, commit };
}

async function agree(
  licence: ModelLicence,
  cache: CachedRepo,
  { acceptLicence }: FetchOptions,
): Promise<void> {
  if (!licence.restrictive || cache.licenceShown(licence.id)) return;
  if (!(await acceptLicence?.(licence)))
    throw new GalleyError('usage', `${licence.notice} The licence was not agreed to`, {
      where: licence.repo,
      hint: 'agree to it, or train galley-nano, which carries no such terms',
    });
  await cache.rememberLicence(licence.id);
}
