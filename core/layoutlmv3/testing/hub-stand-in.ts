import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMIT = 'cfbbbff0762e6aab37086fdd4739ad14fe7d5db4';

export interface StandInFile {
  readonly content: Buffer;
  /** Large files are described on the hub and delivered from another origin, as on Hugging Face. */
  readonly large?: boolean;
}

export interface Behaviour {
  /** Cuts the connection after so many bytes of a body, so many times. */
  dropAfter?: number;
  drops?: number;
  /** Delivers other bytes than described, so many times. */
  corrupt?: number;
  /** Answers so many requests with this status first. */
  failures?: number;
  failWith?: number;
  /** Ignores Range headers. */
  noRanges?: boolean;
  /** Token it wants. */
  token?: string;
  /** Answers with an HTML page, as a hotel's login page does. */
  html?: boolean;
  /** States this size for large files. */
  claimSize?: number;
  /** Never finishes a body after so many bytes. */
  stallAfter?: number;
}

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
const gitSha1 = (data: Buffer) =>
  createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');

/** A hub of one model on localhost: HEAD and GET of `/{repo}/resolve/{revision}/{file}`, redirects, ranges, faults. */
export class HubStandIn {
  readonly files: Map<string, StandInFile>;
  readonly repo: string;
  behaviour: Behaviour = {};
  commit = COMMIT;
  /** `METHOD path range` of every request, in order. */
  readonly requests: string[] = [];
  /** Authorization headers that reached the storage origin: must stay empty. */
  readonly leaked: string[] = [];
  readonly #servers = [createServer((q, s) => this.#hub(q, s)), createServer((q, s) => this.#storage(q, s))];

  constructor(repo: string, files: Record<string, StandInFile>) {
    this.repo = repo;
    this.files = new Map(Object.entries(files));
  }

  async start(): Promise<void> {
    for (const server of this.#servers)
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  get endpoint(): string {
    return this.#origin(0);
  }

  etag(file: string): string {
    const { content, large } = this.files.get(file) as StandInFile;
    return large ? sha256(content) : gitSha1(content);
  }

  #origin(server: number): string {
    return `http://127.0.0.1:${(this.#servers[server].address() as AddressInfo).port}`;
  }

  #hub(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url as string;
    this.requests.push(`${request.method} ${url}${request.headers.range ? ` ${request.headers.range}` : ''}`);
    const { behaviour } = this;
    if (behaviour.html) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome to the hotel</h1>');
      return;
    }
    if ((behaviour.failures ?? 0) > 0) {
      behaviour.failures = (behaviour.failures as number) - 1;
      response.writeHead(behaviour.failWith ?? 503).end();
      return;
    }
    if (behaviour.token && request.headers.authorization !== `Bearer ${behaviour.token}`) {
      response.writeHead(401, { 'x-error-code': 'RepoNotFound' }).end();
      return;
    }
    // A renamed model and small files redirect within the hub, with a relative address.
    if (url.startsWith('/old/name/')) {
      response.writeHead(307, { location: url.replace('/old/name/', `/${this.repo}/`) }).end();
      return;
    }
    const match = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url);
    if (!match || match[1] !== this.repo) {
      response.writeHead(401, { 'x-error-code': 'RepoNotFound' }).end();
      return;
    }
    const revision = decodeURIComponent(match[2]);
    if (!['main', 'refs/pr/3', this.commit].includes(revision)) {
      response.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end();
      return;
    }
    const file = this.files.get(decodeURIComponent(match[3]));
    if (!file) {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound', 'x-repo-commit': this.commit }).end();
      return;
    }
    const headers = { 'x-repo-commit': this.commit };
    if (file.large) {
      response
        .writeHead(302, {
          ...headers,
          location: `${this.#origin(1)}/store/${match[3]}`,
          'x-linked-etag': `"${sha256(file.content)}"`,
          'x-linked-size': String(behaviour.claimSize ?? file.content.length),
        })
        .end();
      return;
    }
    this.#deliver(request, response, file.content, { ...headers, etag: `W/"${gitSha1(file.content)}"` });
  }

  #storage(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url as string;
    this.requests.push(`${request.method} ${url}${request.headers.range ? ` ${request.headers.range}` : ''}`);
    if (request.headers.authorization) this.leaked.push(request.headers.authorization);
    const file = this.files.get(url.replace('/store/', '')) as StandInFile;
    this.#deliver(request, response, file.content, {});
  }

  #deliver(
    request: IncomingMessage,
    response: ServerResponse,
    content: Buffer,
    headers: Record<string, string>,
  ): void {
    const { behaviour } = this;
    const range = behaviour.noRanges ? null : /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = range ? Number(range[1]) : 0;
    if (from >= content.length && range) {
      response.writeHead(416).end();
      return;
    }
    let body = Buffer.from(content.subarray(from));
    if ((behaviour.corrupt ?? 0) > 0 && request.method === 'GET') {
      behaviour.corrupt = (behaviour.corrupt as number) - 1;
      body[0] ^= 1;
    }
    response.writeHead(range ? 206 : 200, {
      ...headers,
      'content-length': String(body.length),
      ...(range ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const { dropAfter, stallAfter } = behaviour;
    if (dropAfter !== undefined && body.length > dropAfter && (behaviour.drops ?? 0) > 0) {
      behaviour.drops = (behaviour.drops as number) - 1;
      body = body.subarray(0, dropAfter);
      response.write(body, () => setTimeout(() => response.destroy(), 20));
      return;
    }
    if (stallAfter !== undefined && body.length > stallAfter) {
      response.write(body.subarray(0, stallAfter));
      return;
    }
    response.end(body);
  }
}
