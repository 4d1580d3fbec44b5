import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { answerApp } from './app-protocol.ts';
import { CONTENT_POLICY } from './window-security.ts';

let folder: string;
const image = vi.fn(async (n: number) =>
  n === 5 ? { type: 'image/png', data: new Uint8Array([1, 2]) } : `there is no page ${n}`,
);
const get = (url: string, method = 'GET') => answerApp({ url, method }, folder, image);
beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'galley-protocol-'));
  folder = join(root, 'window');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, '.hidden.json'), '{}');
  writeFileSync(join(folder, 'notes.txt'), 'no type of a window');
  writeFileSync(join(root, 'secret.json'), '{}');
  symlinkSync(join(root, 'secret.json'), join(folder, 'link.json'));
});

describe('app://', () => {
  it('gives the window’s files, each under its policy', async () => {
    for (const [path, type] of [
      ['index.html', 'text/html'],
      ['assets/main.js', 'text/javascript'],
      ['nothing.js', 'text/plain'],
    ]) {
      const { headers } = await get(`app://galley/${path}`);
      expect(headers.get('content-type')).toContain(type);
      expect(headers.get('content-security-policy')).toBe(CONTENT_POLICY);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('gives pictures of pages by number, at a width that is bounded', async () => {
    const found = await get('app://galley/api/page-image/5?w=1e9');
    expect(found.headers.get('content-type')).toBe('image/png');
    expect(image).toHaveBeenLastCalledWith(5, 10_000);
    expect(new Uint8Array(await found.arrayBuffer())).toEqual(new Uint8Array([1, 2]));
    await get('app://galley/api/page-image/5?w=-3');
    expect(image).toHaveBeenLastCalledWith(5, 0);
    const missing = await get('app://galley/api/page-image/6');
    expect([missing.status, await missing.text()]).toEqual([404, 'there is no page 6']);
  });

  it.each([
    'app://galley/../secret.json',
    'app://galley/%2e%2e/secret.json',
    'app://galley/..%2fsecret.json',
    'app://galley/..%5csecret.json',
    'app://galley/assets/..%2f..%2fsecret.json',
    'app://galley/link.json',
    'app://galley/.hidden.json',
    'app://galley/notes.txt',
    'app://galley/assets',
    'app://galley/%00.json',
    'app://galley/%E0%A4%A.json',
    'app://galley/api/page-image/..%2f5',
    'app://galley/api/page-image/5%2f..',
    'app://galley//etc/passwd',
    'app://galley/C:/secret.json',
    'app://other/index.html',
    'file:///etc/passwd',
    'no address',
  ])('gives nothing for %s', async (url) => {
    image.mockClear();
    const { status, headers } = await get(url);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(headers.get('content-security-policy')).toBe(CONTENT_POLICY);
    expect(image).not.toHaveBeenCalled();
  });

  it.each(['POST', 'PUT', 'DELETE', 'HEAD'])('takes no %s', async (method) =>
    expect((await get('app://galley/index.html', method)).status).toBe(405),
  );
});
