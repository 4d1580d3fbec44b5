import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { GalleyError } from '../errors/galley-error.ts';
import type { RepoId } from './hub-settings.ts';

/** What the hub says of one file. */
export interface RemoteFile {
  readonly file: string;
  readonly commit: string;
  /** sha256 of a large file, git's sha1 of a small one; the name of its blob in the cache. */
  readonly etag: string;
  /** Bytes, or null where the hub does not say. */
  readonly size: number | null;
}

/** Whether an answer describes a file itself, rather than only pointing to where that is done. */
export const describesFile = (headers: Headers) =>
  headers.has('x-linked-etag') || (headers.has('etag') && headers.has('x-repo-commit'));

/** Reads size, commit and checksum from the hub's headers. @throws GalleyError `network` for any other server */
export function readDescription(headers: Headers, id: RepoId, file: string, url: string): RemoteFile {
  const etag = (headers.get('x-linked-etag') ?? headers.get('etag') ?? '')
    .replace(/^W\//, '')
    .replaceAll('"', '');
  const commit = headers.get('x-repo-commit') ?? '';
  // The cache names folders and files after both: anything but plain words stays out.
  if (!/^[\w-]{8,128}$/.test(etag) || !/^[0-9a-f]{40}$/.test(commit))
    throw new GalleyError('network', `what answers for ${id.repo} is not a model hub`, {
      where: url,
      hint: 'check HF_ENDPOINT, and whether a proxy or login page stands in between',
    });
  const length =
    headers.get('x-linked-size') ?? (headers.has('location') ? null : headers.get('content-length'));
  const size = length === null ? Number.NaN : Number(length);
  return { file, commit, etag, size: Number.isSafeInteger(size) && size >= 0 ? size : null };
}

/** Whether a file has the sha256 (large files) or git blob sha1 (small ones) of its etag; others pass. */
export async function hasChecksum(path: string, etag: string): Promise<boolean> {
  const sha256 = /^[0-9a-f]{64}$/.test(etag);
  if (!sha256 && !/^[0-9a-f]{40}$/.test(etag)) return true;
  const hash = createHash(sha256 ? 'sha256' : 'sha1');
  if (!sha256) hash.update(`blob ${(await stat(path)).size}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex') === etag;
}
