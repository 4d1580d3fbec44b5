import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { insideFolder } from './inside.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
};

/** Path of a file of the window, or null for one that is not below `folder` or of no known type. */
export async function windowFile(
  folder: string,
  path: string,
): Promise<{ file: string; type: string; bytes: number } | null> {
  let name: string;
  try {
    name = decodeURIComponent(path).replace(/^\/+/, '') || 'index.html';
  } catch {
    return null;
  }
  const type = TYPES[extname(name)];
  if (!type || name.split(/[\\/]/).some((part) => part.startsWith('.'))) return null;
  try {
    const file = insideFolder(folder, name);
    const found = await stat(file);
    return found.isFile() ? { file, type, bytes: found.size } : null;
  } catch {
    return null;
  }
}

/** Files with a hash in their name never change. */
export async function sendFile(
  response: ServerResponse,
  { file, type, bytes }: { file: string; type: string; bytes: number },
  head: boolean,
): Promise<void> {
  response.setHeader('content-type', type);
  response.setHeader('content-length', bytes);
  response.setHeader(
    'cache-control',
    /-[\w-]{8,}\.\w+$/.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
  response.writeHead(200);
  if (head) response.end();
  else await pipeline(createReadStream(file), response);
}
