import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson } from '../files/files.ts';
import { CachedRepo } from './hub-cache.ts';
import { type ClientOptions, HubClient, type RemoteFile } from './hub-client.ts';
import { knownLicence, licenceOfCard, type ModelLicence } from './hub-licence.ts';
import { type HubSettings, hubSettings, parseRepoId, type RepoId } from './hub-settings.ts';

export type { ModelLicence } from './hub-licence.ts';

export interface FetchOptions extends Partial<HubSettings>, ClientOptions {
  /** Branch, tag, commit or `refs/pr/3`; `owner/name@revision` says the same. Default `main`. */
  readonly revision?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Shown a restrictive licence before the first use on this machine; answers whether the user agrees. Without
   * it such a model is refused.
   */
  readonly acceptLicence?: (licence: ModelLicence) => boolean | Promise<boolean>;
  /** Bytes done and in total, with seconds to go. */
  readonly onProgress?: (progress: {
    done: number;
    total: number;
    what: string;
    etaSeconds?: number;
  }) => void;
  readonly onWarning?: (message: string) => void;
}

export interface FetchedModel {
  /** Folder with config.json, weights and tokenizer, to be read only. */
  readonly dir: string;
  /** Terms that bind whatever is trained from these weights, or null where none are stated. */
  readonly licence: ModelLicence | null;
  /** Hub name and commit, or null for a folder. */
  readonly repo: string | null;
  readonly commit: string | null;
}

/** Small files a model may have; what the hub lacks of them is no error. */
const SMALL_FILES = [
  'README.md',
  'tokenizer_config.json',
  'tokenizer.json',
  'vocab.json',
  'merges.txt',
  'special_tokens_map.json',
  'added_tokens.json',
  'preprocessor_config.json',
  'processor_config.json',
];
/** In order of preference; an index is followed by the shards it names. */
const WEIGHT_FILES = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];

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
  const cache = new CachedRepo(settings.cacheDir, id.repo);
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

/** One model's way into the cache. */
class ModelDownload {
  readonly #id: RepoId;
  readonly #cache: CachedRepo;
  readonly #client: HubClient;
  readonly #options: FetchOptions;
  #done = 0;
  #total = 0;
  #fetched = 0;
  #started = 0;
  #reported = 0;

  constructor(id: RepoId, cache: CachedRepo, settings: HubSettings, options: FetchOptions) {
    this.#id = id;
    this.#cache = cache;
    this.#client = new HubClient(settings, options);
    this.#options = options;
  }

  /** Commit of a usable cached snapshot. @throws GalleyError `not-found` saying why the hub was not asked */
  cachedCommit(why: string): string {
    const commit = this.#cache.commitOf(this.#id);
    if (commit && this.#usable(commit)) return commit;
    throw new GalleyError('not-found', `${this.#id.repo} is not in the cache, and ${why}`, {
      where: this.#cache.root,
      hint: 'go online once and start again, or copy the model folder to this machine and give its path',
    });
  }

  /** Fetches what the cache lacks; returns the commit. */
  async run(): Promise<string> {
    const known = this.#cache.commitOf(this.#id);
    // A commit never changes, so a complete copy of it needs no question.
    if (known === this.#id.revision && this.#complete(known)) return known;
    let config: RemoteFile | null;
    try {
      config = await this.#client.head(this.#id, 'config.json');
    } catch (error) {
      if (error instanceof GalleyError && error.code === 'network' && known && this.#usable(known)) {
        this.#options.onWarning?.(`${error.message}; using the copy of ${this.#id.repo} in the cache`);
        return known;
      }
      throw error;
    }
    if (!config)
      throw new GalleyError('not-found', `${this.#id.repo} has no config.json at ${this.#id.revision}`, {
        where: this.#client.url(this.#id, 'config.json'),
        hint: 'is it a LayoutLMv3 model?',
      });
    const { commit } = config;
    if (!this.#complete(commit)) {
      const weights = await this.#weights(commit);
      const small = [];
      for (const file of SMALL_FILES) small.push(await this.#describe(commit, file));
      // Weights last: a snapshot that has them has everything.
      await this.#fetchAll(commit, [config, ...small, ...weights]);
    }
    await this.#cache.rememberCommit(this.#id, commit);
    return commit;
  }

  /** What a training run cannot do without. */
  #usable(commit: string): boolean {
    const has = (file: string) => this.#cache.find(commit, file) !== null;
    return (
      has('config.json') &&
      WEIGHT_FILES.some(has) &&
      (has('tokenizer.json') || (has('vocab.json') && has('merges.txt')))
    );
  }

  /** Usable, and every small file either there or known not to exist. */
  #complete(commit: string): boolean {
    const settled = (file: string) =>
      this.#cache.find(commit, file) !== null || this.#cache.knownMissing(commit, file);
    return this.#usable(commit) && SMALL_FILES.every(settled);
  }

  /** The hub's description of a file the cache lacks; null where there is nothing to fetch. */
  async #describe(commit: string, file: string): Promise<RemoteFile | null> {
    if (this.#cache.find(commit, file) || this.#cache.knownMissing(commit, file)) return null;
    const remote = await this.#client.head({ ...this.#id, revision: commit }, file);
    if (!remote) await this.#cache.rememberMissing(commit, file);
    return remote;
  }

  /** The first kind of weights the model has; an index file brings its shards. */
  async #weights(commit: string): Promise<(RemoteFile | null)[]> {
    for (const file of WEIGHT_FILES) {
      const remote = await this.#describe(commit, file);
      const cached = this.#cache.find(commit, file) !== null;
      if (!remote && !cached) continue;
      if (!file.endsWith('.index.json')) return [remote];
      await this.#fetchAll(commit, [remote]);
      const shards = [];
      for (const shard of await this.#shardNames(commit, file))
        shards.push(await this.#require(commit, shard));
      return shards;
    }
    throw new GalleyError('not-found', `${this.#id.repo} has no weights at ${this.#id.revision}`, {
      where: this.#client.url(this.#id, WEIGHT_FILES[0]),
      hint: `expected one of ${WEIGHT_FILES.join(', ')}`,
    });
  }

  async #shardNames(commit: string, index: string): Promise<string[]> {
    const path = join(this.#cache.snapshot(commit), index);
    const { weight_map: map } = (await readJson(path)) as { weight_map?: Record<string, unknown> };
    const names = [...new Set(Object.values(map ?? {}))];
    if (names.length === 0 || !names.every((n) => typeof n === 'string' && /^[\w][\w.-]*$/.test(n)))
      throw new GalleyError('damaged', 'no weight_map from tensor names to plain file names', {
        where: path,
      });
    return names as string[];
  }

  async #require(commit: string, file: string): Promise<RemoteFile | null> {
    const remote = await this.#describe(commit, file);
    if (!remote && !this.#cache.find(commit, file))
      throw new GalleyError('not-found', `${this.#id.repo} lacks ${file}, which its index names`, {
        where: this.#client.url(this.#id, file),
      });
    return remote;
  }

  async #fetchAll(commit: string, wanted: readonly (RemoteFile | null)[]): Promise<void> {
    const files = wanted.filter((remote) => remote !== null);
    const missing = files.filter(({ etag }) => !existsSync(this.#cache.blob(etag)));
    const bytes = missing.reduce((sum, { size }) => sum + (size ?? 0), 0);
    if (missing.length > 0) await this.#client.checkSpace(this.#cache.root, bytes);
    this.#total += bytes;
    this.#started ||= Date.now();
    for (const remote of files) {
      const blob = this.#cache.blob(remote.etag);
      if (!existsSync(blob)) {
        const begun = await stat(`${blob}.incomplete`).catch(() => null);
        if (begun) this.#progress(begun.size, false);
        await this.#client.download(this.#id, remote, blob, (n) => this.#progress(n, true));
      }
      await this.#cache.link(commit, remote.file, remote.etag);
    }
    this.#report();
  }

  #progress(bytes: number, fetched: boolean): void {
    this.#done += bytes;
    if (fetched && bytes > 0) this.#fetched += bytes;
    if (Date.now() - this.#reported >= 250) this.#report();
  }

  #report(): void {
    this.#reported = Date.now();
    const seconds = (Date.now() - this.#started) / 1000;
    const total = Math.max(this.#total, this.#done);
    const etaSeconds =
      this.#fetched > 0 && seconds > 0.5 ? ((total - this.#done) * seconds) / this.#fetched : undefined;
    this.#options.onProgress?.({
      done: this.#done,
      total,
      what: `downloading ${this.#id.repo} (bytes)`,
      ...(etaSeconds === undefined ? {} : { etaSeconds }),
    });
  }
}
