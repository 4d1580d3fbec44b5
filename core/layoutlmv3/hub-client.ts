import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { describesFile, hasChecksum, type RemoteFile, readDescription } from './hub-remote-file.ts';
import type { HubSettings, RepoId } from './hub-settings.ts';

export interface ClientOptions {
  readonly signal?: AbortSignal;
  /** Attempts per request after the first. Default 5. */
  readonly retries?: number;
  /** First wait between attempts in ms, doubled each time. Default 500. */
  readonly retryDelayMs?: number;
  /** A connection that brings nothing for so long counts as dropped. Default 30 000. */
  readonly idleTimeoutMs?: number;
}

/** Not a failure of the transport: trying again would give the same answer. */
const isFinal = (error: unknown) => error instanceof GalleyError;

const MAX_REDIRECTS = 5;

/** The hub's HTTP interface, as far as downloads need it. */
export class HubClient {
  readonly #settings: HubSettings;
  readonly #options: ClientOptions;

  constructor(settings: HubSettings, options: ClientOptions = {}) {
    this.#settings = settings;
    this.#options = options;
  }

  url({ repo, revision }: RepoId, file: string): string {
    const path = file.split('/').map(encodeURIComponent).join('/');
    return `${this.#settings.endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${path}`;
  }

  /**
   * Size, commit and checksum of a file, or null where the model has no such file.
   * @throws GalleyError `not-found` for no such model or revision, `network`, `cancelled`
   */
  async head(id: RepoId, file: string): Promise<RemoteFile | null> {
    return this.#retrying(`${id.repo}/${file}`, async () => {
      let url = this.url(id, file);
      for (let hop = 0; ; hop++) {
        const response = await this.#request(url, { method: 'HEAD', redirect: 'manual' });
        await response.body?.cancel();
        const { headers, status } = response;
        // Renamed models redirect within the hub; files redirect to storage elsewhere, which the hub's own
        // answer already describes.
        const next = headers.get('location');
        if (
          status >= 300 &&
          status < 400 &&
          next &&
          this.#isHub(new URL(next, url)) &&
          !describesFile(headers)
        ) {
          if (hop >= MAX_REDIRECTS)
            throw new GalleyError('network', 'the hub redirects in a circle', { where: url });
          url = new URL(next, url).href;
          continue;
        }
        if (status === 404 && headers.get('x-error-code') !== 'RepoNotFound') {
          if (headers.get('x-error-code') === 'RevisionNotFound')
            throw new GalleyError('not-found', `${id.repo} has no revision "${id.revision}"`, { where: url });
          return null;
        }
        if (status >= 400) this.#refuse(status, headers, id, url);
        return readDescription(headers, id, file, url);
      }
    });
  }

  /**
   * Downloads a file to `path` by way of `<path>.incomplete`, which a later call resumes. The content must have
   * the checksum its etag states.
   * @param onBytes told of every chunk, resumed bytes included; negative when bytes had to be thrown away
   * @throws GalleyError `network`, `damaged` (wrong checksum twice), `io`, `cancelled`
   */
  async download(
    id: RepoId,
    remote: RemoteFile,
    path: string,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    const url = this.url({ ...id, revision: remote.commit }, remote.file);
    const partial = `${path}.incomplete`;
    await mkdir(dirname(path), { recursive: true }).catch((error) => {
      throw toGalleyError(error, path);
    });
    for (let again = false; ; again = true) {
      await this.#retrying(`${id.repo}/${remote.file}`, () =>
        this.#append(url, remote, partial, id, onBytes),
      );
      if (await hasChecksum(partial, remote.etag)) break;
      const { size } = await stat(partial);
      await rm(partial, { force: true });
      onBytes(-size);
      if (again)
        throw new GalleyError('damaged', `${remote.file} arrived with a wrong checksum, twice`, {
          where: url,
          hint: 'try again later, or another HF_ENDPOINT: what this one delivers is not what the hub describes',
        });
    }
    await rename(partial, path);
  }

  /** @throws GalleyError `io` where the disk has no room for `bytes` more */
  async checkSpace(folder: string, bytes: number): Promise<void> {
    await mkdir(folder, { recursive: true }).catch((error) => {
      throw toGalleyError(error, folder);
    });
    const disk = await statfs(folder).catch(() => null);
    if (disk && disk.bavail * disk.bsize < bytes)
      throw new GalleyError(
        'io',
        `the download needs ${megabytes(bytes)} MB, the disk has ${megabytes(disk.bavail * disk.bsize)} MB free`,
        { where: folder, hint: 'free some space, or set HF_HOME to a folder on another disk' },
      );
  }

  /** One attempt: what the partial file lacks is asked for with a Range and appended. */
  async #append(
    url: string,
    { size, file }: RemoteFile,
    partial: string,
    id: RepoId,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    let have = (await stat(partial).catch(() => null))?.size ?? 0;
    if (size !== null && have > size) {
      await rm(partial);
      have = 0;
    }
    if (size !== null && have === size && have > 0) return;
    const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
    const response = await this.#request(url, { headers });
    if (response.status === 416) {
      await response.body?.cancel();
      await rm(partial, { force: true });
      onBytes(-have);
      throw new Error('the server refused to resume');
    }
    if (!response.ok) {
      await response.body?.cancel();
      this.#refuse(response.status, response.headers, id, url);
    }
    const resumed =
      response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`) === true;
    if (have > 0 && !resumed) {
      onBytes(-have);
      have = 0;
    }
    const handle = await open(partial, resumed ? 'a' : 'w').catch((error) => {
      throw toGalleyError(error, partial);
    });
    try {
      for await (const chunk of response.body ?? []) {
        this.#touch();
        await handle.write(chunk).catch((error) => {
          throw toGalleyError(error, partial);
        });
        have += chunk.length;
        onBytes(chunk.length);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (size !== null && have < size)
      throw new Error(`the connection ended after ${have} of ${size} bytes of ${file}`);
  }

  #isHub(url: URL): boolean {
    return url.origin === new URL(this.#settings.endpoint).origin;
  }

  #idle: NodeJS.Timeout | undefined;
  #touch(): void {
    this.#idle?.refresh();
  }

  /** fetch with the token (fetch itself drops it when a redirect leaves the hub), cancel and idle timeout. */
  async #request(
    url: string,
    init: { method?: string; redirect?: 'manual'; headers?: Record<string, string> },
  ): Promise<Response> {
    const { signal, idleTimeoutMs = 30_000 } = this.#options;
    const idle = new AbortController();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(
      () => idle.abort(new Error(`nothing arrived for ${idleTimeoutMs / 1000} s`)),
      idleTimeoutMs,
    );
    this.#idle.unref();
    const { token } = this.#settings;
    const headers: Record<string, string> = {
      'user-agent': 'galley',
      // Compressed answers would make lengths and ranges lie.
      'accept-encoding': 'identity',
      ...(token && this.#isHub(new URL(url)) ? { authorization: `Bearer ${token}` } : {}),
      ...init.headers,
    };
    const signals = signal ? [signal, idle.signal] : [idle.signal];
    return fetch(url, { ...init, headers, signal: AbortSignal.any(signals) });
  }

  /** Turns a refusal into a GalleyError, or into an Error where trying again may help. */
  #refuse(status: number, headers: Headers, { repo, revision }: RepoId, url: string): never {
    const code = headers.get('x-error-code');
    if (status === 429 || status >= 500) throw new Error(`the hub answered ${status}`);
    if (code === 'GatedRepo')
      throw new GalleyError('network', `${repo} is open only to people its owners admit`, {
        where: url,
        hint: "ask for access on the model's page, then set HF_TOKEN",
      });
    if (status === 401 || status === 403 || code === 'RepoNotFound')
      throw new GalleyError(
        code === 'RepoNotFound' || status === 401 ? 'not-found' : 'network',
        this.#settings.token
          ? `the hub has no model ${repo} that this token may see (${status})`
          : `the hub has no public model ${repo} (${status})`,
        { where: url, hint: 'check the name; a private model needs HF_TOKEN with access to it' },
      );
    throw new GalleyError('network', `the hub answered ${status} for ${repo} at ${revision}`, { where: url });
  }

  /** Repeats what failed in transport, each time after a longer wait; cancelling is never repeated. */
  async #retrying<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const { signal, retries = 5, retryDelayMs = 500 } = this.#options;
    for (let tries = 0; ; tries++) {
      try {
        if (signal?.aborted) throw signal.reason;
        return await attempt();
      } catch (error) {
        if (signal?.aborted)
          throw new GalleyError('cancelled', `the download of ${what} was stopped; it resumes where it was`, {
            cause: error,
          });
        if (isFinal(error)) throw error;
        if (tries >= retries)
          throw new GalleyError('network', `cannot download ${what}: ${reasonOf(error)}`, {
            where: this.#settings.endpoint,
            hint: 'is the machine online? A run that starts again resumes the download; HF_HUB_OFFLINE=1 uses the cache only',
            cause: error,
          });
        await sleep(retryDelayMs * 2 ** tries, undefined, { signal }).catch(() => {});
      } finally {
        clearTimeout(this.#idle);
      }
    }
  }
}

const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);

/** fetch says "fetch failed" and keeps the reason inside. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return (cause?.code ?? cause?.message ?? error.message).split('\n')[0];
}
