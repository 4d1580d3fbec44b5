import { readFile } from 'node:fs/promises';
import { windowFile } from '../core/workbench/static-files.ts';
import { CONTENT_POLICY, isOurs } from './window-security.ts';

const HEADERS = {
  'content-security-policy': CONTENT_POLICY,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};
const MOST_WIDTH = 10_000;

const refuse = (status: number, message: string): Response =>
  new Response(message, { status, headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' } });

/**
 * Answers `app://galley/...`: files of the built window, and pictures of pages by their numbers, which the workbench
 * finds inside the open project. There is no way to name another path.
 * @param image the picture of a page, or a line that says why there is none
 */
export async function answerApp(
  request: Pick<Request, 'url' | 'method'>,
  windowFolder: string,
  image: (pageNum: number, width: number) => Promise<{ type: string; data: Uint8Array } | string>,
): Promise<Response> {
  if (!isOurs(request.url)) return refuse(403, 'not ours');
  if (request.method !== 'GET') return refuse(405, 'only GET');
  const url = new URL(request.url);
  const wanted = /^\/api\/page-image\/(\d{1,9})$/.exec(url.pathname);
  if (wanted) {
    const width = Math.min(MOST_WIDTH, Math.max(0, Number(url.searchParams.get('w') ?? 0) || 0));
    const found = await image(Number(wanted[1]), width);
    if (typeof found === 'string') return refuse(404, found);
    return new Response(found.data as Uint8Array<ArrayBuffer>, {
      headers: { ...HEADERS, 'content-type': found.type, 'cache-control': 'private, max-age=300' },
    });
  }
  const file = await windowFile(windowFolder, url.pathname);
  if (!file) return refuse(404, 'there is no such file');
  return new Response(new Uint8Array(await readFile(file.file)), {
    headers: { ...HEADERS, 'content-type': file.type },
  });
}
