import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { GalleyError } from '../errors/galley-error.ts';
import { toContractError } from './errors.ts';
import type { Workbench } from './service.ts';
import { sendFile, windowFile } from './static-files.ts';

export interface ServerOptions {
  /** 0: any free one. */
  readonly port?: number;
  /** Folder of the built window. */
  readonly windowFolder: string;
}

export interface WorkbenchServer {
  readonly port: number;
  readonly token: string;
  /** With the token: whoever has it can use the workbench. */
  readonly address: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MOST_BODY_BYTES = 8 * 2 ** 20;
const MOST_SOCKETS = 32;
const PING_MS = 30_000;

/** What the window may load and where it may connect to: nothing but this server. */
export const contentPolicy = (port: number): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}`,
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');

/**
 * Serves a workbench on 127.0.0.1: the window's files, `POST /api/call/<name>`, `GET /api/page-image/<n>?w=`,
 * `POST /api/import-file/<id>?name=` for dropped files, and a WebSocket of events at `/api/events`. Everything below `/api` needs the token. Requests for another host (a rebound
 * name) or from another origin are refused, and no page of another origin is allowed to read an answer.
 */
export async function serveWorkbench(workbench: Workbench, options: ServerOptions): Promise<WorkbenchServer> {
  const token = randomBytes(24).toString('base64url');
  const tokenFits = (given: string | null | undefined): boolean => {
    const [a, b] = [Buffer.from(given ?? ''), Buffer.from(token)];
    return a.length === b.length && timingSafeEqual(a, b);
  };
  let port = 0;
  const hosts = () => [`127.0.0.1:${port}`, `localhost:${port}`];
  const isFromHere = (request: IncomingMessage): boolean => {
    if (!hosts().includes(request.headers.host ?? '')) return false;
    const { origin } = request.headers;
    if (origin !== undefined && !hosts().some((host) => origin === `http://${host}`)) return false;
    const site = request.headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin' || site === 'none';
  };

  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', contentPolicy(port));
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    response.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=()');
    answer(request, response).catch((error) => {
      if (!response.headersSent) sendJson(response, 500, { ok: false, error: toContractError(error) });
      else response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isFromHere(request))
      return refuse(response, 403, 'requests come from the window of this workbench only');
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    const head = request.method === 'HEAD';
    if (!url.pathname.startsWith('/api/')) {
      if (request.method !== 'GET' && !head) return refuse(response, 405, 'only GET');
      // The raw path: URL has already taken dots out, a request that carries them is no honest one.
      const raw = (request.url ?? '/').split('?')[0];
      const file = /(^|\/|%2f|\\|%5c)(\.|%2e){2}/i.test(raw)
        ? null
        : await windowFile(options.windowFolder, raw);
      if (!file) return refuse(response, 404, 'there is no such file');
      return sendFile(response, file, head);
    }
    const given = request.headers['x-galley-token'] ?? url.searchParams.get('token');
    if (!tokenFits(Array.isArray(given) ? given[0] : given))
      return refuse(
        response,
        401,
        'the token is missing or wrong: open the address that galley serve printed',
      );
    const call = /^\/api\/call\/([A-Za-z.]{1,64})$/.exec(url.pathname);
    if (call) {
      if (request.method !== 'POST') return refuse(response, 405, 'only POST');
      // Makes the request one that a page elsewhere cannot send without asking first.
      if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
        return refuse(response, 415, 'expected JSON');
      try {
        const value = await workbench.callUnknown(
          call[1],
          await readBody(request),
          windowOf(request.headers['x-galley-window']),
        );
        return sendJson(response, 200, { ok: true, value });
      } catch (error) {
        return sendJson(response, 200, { ok: false, error: toContractError(error) });
      }
    }
    const image = /^\/api\/page-image\/(\d{1,9})$/.exec(url.pathname);
    if (image) {
      if (request.method !== 'GET') return refuse(response, 405, 'only GET');
      const width = Math.min(10_000, Math.max(0, Number(url.searchParams.get('w') ?? 0) || 0));
      try {
        const { type, data } = await workbench.pageImage(Number(image[1]), width);
        response.setHeader('content-type', type);
        response.setHeader('cache-control', 'private, max-age=300');
        response.end(data);
      } catch (error) {
        const { message } = toContractError(error);
        return refuse(response, 404, message);
      }
      return;
    }
    const received = /^\/api\/import-file\/([A-Za-z0-9-]{1,64})$/.exec(url.pathname);
    if (received) {
      if (request.method !== 'POST') return refuse(response, 405, 'only POST');
      try {
        await workbench.receiveFile(received[1], url.searchParams.get('name') ?? '', request);
        return sendJson(response, 200, { ok: true, value: {} });
      } catch (error) {
        // The rest is not wanted; a browser reads the answer only where the connection ends in order.
        request.resume();
        return sendJson(response, 200, { ok: false, error: toContractError(error) });
      }
    }
    return refuse(response, 404, 'there is no such address');
  }

  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  const windows = new WeakMap<object, string>();
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    const known = url.pathname === '/api/events' && sockets.clients.size < MOST_SOCKETS;
    // A browser always says where a WebSocket comes from; a tool that does not must have the token all the same.
    if (!known || !isFromHere(request) || !tokenFits(url.searchParams.get('token'))) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      const window = windowOf(url.searchParams.get('window'));
      if (window === undefined) return;
      windows.set(client, window);
      workbench.pen.connect(window);
      client.on('close', () => workbench.pen.disconnect(window));
    });
  });
  const stopListening = workbench.onEvent((name, payload) => {
    const text = JSON.stringify({ name, payload });
    for (const client of sockets.clients) {
      if (client.readyState !== client.OPEN) continue;
      const window = windows.get(client);
      const own = window === undefined ? payload : workbench.seenBy(window, name, payload);
      client.send(own === payload ? text : JSON.stringify({ name, payload: own }));
    }
  });
  const ping = setInterval(() => {
    for (const client of sockets.clients) client.ping();
  }, PING_MS);
  ping.unref();

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new GalleyError('usage', `port ${options.port} is in use`, { hint: 'choose another with --port' })
          : error,
      ),
    );
    server.listen(options.port ?? 0, HOST, () => resolve());
  });
  port = (server.address() as AddressInfo).port;
  return {
    port,
    token,
    address: `http://${HOST}:${port}/?token=${token}`,
    close: async () => {
      clearInterval(ping);
      stopListening();
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What a window calls itself; anything else counts as no name. */
const windowOf = (given: string | string[] | null | undefined): string | undefined =>
  typeof given === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : undefined;

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { ok: false, error: { code: 'refused', message, where: null, hint: null } });
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // What is too large is read to its end and thrown away: a connection cut in the middle would hide the answer.
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= MOST_BODY_BYTES) chunks.push(chunk as Buffer);
    else chunks.length = 0;
    if (bytes > 16 * MOST_BODY_BYTES) break;
  }
  if (bytes > MOST_BODY_BYTES)
    throw new GalleyError('usage', `a call may carry ${MOST_BODY_BYTES / 2 ** 20} MB at most`);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new GalleyError('usage', 'the body is not valid JSON');
  }
}
