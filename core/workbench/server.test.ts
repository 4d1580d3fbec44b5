import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { serveWorkbench, type WorkbenchServer } from './server.ts';
import type { Workbench } from './service.ts';
import { openTiny, tinyFolder, writeTinyProject } from './testing/tiny-workbench.ts';

let server: WorkbenchServer;
let workbench: Workbench;
beforeAll(async () => {
  const folder = await tinyFolder();
  const window = join(folder, 'window');
  mkdirSync(join(window, 'assets'), { recursive: true });
  writeFileSync(join(window, 'index.html'), '<!doctype html><title>Galley</title>');
  writeFileSync(join(window, 'assets', 'main-a1b2c3d4.js'), 'export {};');
  writeFileSync(join(window, '.hidden.js'), 'secret');
  writeFileSync(join(window, 'notes.txt'), 'secret');
  writeFileSync(join(folder, 'secret.json'), '{"secret": true}');
  symlinkSync(join(folder, 'secret.json'), join(window, 'link.json'));
  ({ workbench } = await openTiny(folder, await writeTinyProject(folder, 4)));
  server = await serveWorkbench(workbench, { windowFolder: window });
});
afterAll(async () => {
  await server.close();
  await workbench.close();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A request exactly as written: no client tidies its path or its headers. */
function send(
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const call = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  send(`/api/call/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-galley-token': server.token, ...headers },
    body: JSON.stringify(body),
  });

describe('galley serve', () => {
  it('serves the window under a policy that loads nothing from elsewhere', async () => {
    const { status, headers, text } = await send('/');
    expect(status).toBe(200);
    expect(text).toContain('Galley');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect((await send('/assets/main-a1b2c3d4.js')).headers['cache-control']).toMatch(/immutable/);
    expect((await send('/index.html', { method: 'HEAD' })).text).toBe('');
  });

  it('answers calls with the token and passes errors on without a stack', async () => {
    const list = JSON.parse((await call('pages.list', {})).text);
    expect(list.ok).toBe(true);
    expect(list.value.pages.length).toBe(4);
    const wrong = JSON.parse((await call('pages.get', { pageNum: 99 })).text);
    expect(wrong).toEqual({
      ok: false,
      error: { code: 'not-found', message: expect.any(String), where: null, hint: null },
    });
    expect(JSON.parse((await call('__proto__', {})).text).ok).toBe(false);
    expect(JSON.parse((await call('constructor', {})).text).error.code).toBe('usage');
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { 'x-galley-token': 'x'.repeat(32) }],
    ['a shorter token', { 'x-galley-token': 'x' }],
    ['an empty token', { 'x-galley-token': '' }],
  ])('refuses %s', async (_, headers) => {
    const body = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' };
    expect((await send('/api/call/pages.list', body as never)).status).toBe(401);
    expect((await send('/api/page-image/1?w=100', { headers: headers as never })).status).toBe(401);
  });

  it.each([
    ['another host (a rebound name)', { host: 'evil.example' }],
    ['our address with another port', { host: '127.0.0.1:1' }],
    ['another origin', { origin: 'http://evil.example' }],
    ['an origin that is none', { origin: 'null' }],
    ['the same host by another scheme', { origin: 'https://127.0.0.1' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('refuses %s, token or not', async (_, headers) => {
    const answer = await call('pages.list', {}, headers as never);
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect((await send('/', { headers: headers as never })).status).toBe(403);
  });

  it('allows its own origin, and gives a preflight nothing', async () => {
    const own = { origin: `http://127.0.0.1:${server.port}`, 'sec-fetch-site': 'same-origin' };
    expect((await call('pages.list', {}, own)).status).toBe(200);
    const preflight = await send('/api/call/pages.list', { method: 'OPTIONS', headers: own });
    expect(preflight.status).toBeGreaterThanOrEqual(400);
    expect(preflight.headers['access-control-allow-methods']).toBeUndefined();
  });

  it.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/..%5csecret.json',
    '/assets/..%2f..%2fsecret.json',
    '//secret.json',
    '/%00secret.json',
    '/link.json',
    '/.hidden.js',
    '/notes.txt',
    '/%E0%A4%A',
    '/etc/passwd',
  ])('gives nothing for %s', async (path) => {
    const answer = await send(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain('secret"');
  });

  it('refuses bodies that are too large, no JSON, or of another type', async () => {
    const large = await call('pages.search', { text: 'x'.repeat(9 * 2 ** 20) });
    expect(JSON.parse(large.text).error.message).toMatch(/8 MB/);
    const headers = { 'x-galley-token': server.token };
    const post = (type: string, body: string) =>
      send('/api/call/pages.list', { method: 'POST', headers: { ...headers, 'content-type': type }, body });
    expect((await post('text/plain', '{}')).status).toBe(415);
    expect(JSON.parse((await post('application/json', '{')).text).error.code).toBe('usage');
    expect((await send('/api/call/pages.list', { headers })).status).toBe(405);
  });

  it('gives pictures of pages to whoever has the token', async () => {
    const image = await send(`/api/page-image/2?w=200&token=${server.token}`);
    expect(image).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } });
    for (const odd of ['99', '2?w=-5', '2?w=1e99', '2?w=NaN']) {
      const mark = odd.includes('?') ? '&' : '?';
      const answer = await send(`/api/page-image/${odd}${mark}token=${server.token}`);
      expect([200, 404]).toContain(answer.status);
    }
    expect((await send(`/api/page-image/..%2f1?token=${server.token}`)).status).toBe(404);
  });

  it('tells events over a WebSocket, to this window only', async () => {
    const connect = (query: string, headers: Record<string, string> = {}) =>
      new Promise<WebSocket | number>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/events${query}`, { headers });
        socket.on('open', () => resolve(socket));
        socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
        socket.on('error', () => resolve(0));
      });
    expect(await connect('')).toBe(403);
    expect(await connect('?token=wrong')).toBe(403);
    expect(await connect(`?token=${server.token}`, { origin: 'http://evil.example' })).toBe(403);
    expect(await connect(`?token=${server.token}`, { host: 'evil.example' })).toBe(403);
    const socket = (await connect(`?token=${server.token}`, {
      origin: `http://127.0.0.1:${server.port}`,
    })) as WebSocket;
    const message = new Promise<string>((resolve) => socket.on('message', (data) => resolve(String(data))));
    const delta = { pageNum: 2, indices: [0], before: [-1], after: [1], origin: 'person', scores: null };
    await call('annotations.apply', { deltas: [delta] });
    expect(JSON.parse(await message)).toMatchObject({ name: 'pages.changed' });
    socket.close();
  });

  it('lets the first of two windows write until it is closed', async () => {
    const opened = (window: string) =>
      new Promise<WebSocket>((resolve) => {
        const socket = new WebSocket(
          `ws://127.0.0.1:${server.port}/api/events?token=${server.token}&window=${window}`,
        );
        socket.on('open', () => resolve(socket));
      });
    const first = await opened('window-one');
    const second = await opened('window-two');
    const readOnly = async (window: string) =>
      JSON.parse((await call('project.current', {}, { 'x-galley-window': window })).text).value.project
        .readOnly;
    expect([await readOnly('window-one'), await readOnly('window-two')]).toEqual([false, true]);
    const told = new Promise<unknown>((resolve) =>
      second.on('message', (data) => resolve(JSON.parse(String(data)))),
    );
    workbench.pen.claim('window-two');
    expect(await told).toMatchObject({ name: 'project.changed', payload: { project: { readOnly: false } } });
    expect(await readOnly('window-one')).toBe(true);
    first.close();
    second.close();
  });
});
