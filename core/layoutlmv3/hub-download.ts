import { existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import type { CachedRepo } from './hub-cache.ts';
import { type ClientOptions, HubClient } from './hub-client.ts';
import type { ModelLicence } from './hub-licence.ts';
import type { RemoteFile } from './hub-remote-file.ts';
import type { HubSettings, RepoId } from './hub-settings.ts';

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

const shardIndex = z.looseObject({ weight_map: z.record(z.string(), z.string().regex(/^\w[\w.-]*$/)) });

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** One model's way into the cache. */
export class ModelDownload {
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
      await this.#fetchAll(commit, [
        this.#cache.find(commit, config.file) ? null : config,
        ...small,
        ...weights,
      ]);
    }
    await this.#cache.rememberCommit(this.#id, commit);
    return commit;
  }

  /** What a training run cannot do without. */
  #usable(commit: string): boolean {
    const has = (file: string) => this.#cache.find(commit, file) !== null;
    return (
      has('config.json') &&
      WEIGHT_FILES.some((file) => has(file) && this.#shardsOf(commit, file).every(has)) &&
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
      for (const shard of this.#shardsOf(commit, file)) shards.push(await this.#require(commit, shard));
      return shards;
    }
    throw new GalleyError('not-found', `${this.#id.repo} has no weights at ${this.#id.revision}`, {
      where: this.#client.url(this.#id, WEIGHT_FILES[0]),
      hint: `expected one of ${WEIGHT_FILES.join(', ')}`,
    });
  }

  /** Shards that an index file names; none for a file of weights. */
  #shardsOf(commit: string, file: string): string[] {
    if (!file.endsWith('.index.json')) return [];
    const path = join(this.#cache.snapshot(commit), file);
    const index = shardIndex.safeParse(parsed(readFileSync(path, 'utf8')));
    if (!index.success)
      throw new GalleyError('damaged', 'no weight_map from tensor names to plain file names', {
        where: path,
      });
    return [...new Set(Object.values(index.data.weight_map))];
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
