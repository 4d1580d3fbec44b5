import type { FileHandle } from 'node:fs/promises';
import { GalleyError } from '../errors/galley-error.ts';

/** An uncompressed member of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  /** Where its local header lies; the data follow behind it. */
  readonly headerOffset: number;
}

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** End record with the longest comment, and the zip64 locator before it. */
const TAIL = 22 + 65_535 + 20;
const MAX_DIRECTORY = 64 * 2 ** 20;

/** Reads bytes [position, position + length) of an open file; throws where it ends before. */
export async function readAt(
  file: FileHandle,
  position: number,
  length: number,
  path: string,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0)
      throw new GalleyError('damaged', `the file ends at byte ${position + done}, more was expected`, {
        where: path,
      });
    done += bytesRead;
  }
  return bytes;
}

/**
 * The members of a zip archive whose data are stored, not compressed (what torch.save writes; with or
 * without zip64). Only the directory at the end is read.
 * @throws GalleyError `damaged`.
 */
export async function readStoredZip(file: FileHandle, path: string): Promise<Map<string, ZipEntry>> {
  const fail = (message: string): never => {
    throw new GalleyError('damaged', message, { where: path });
  };
  const { size } = await file.stat();
  const tailStart = Math.max(0, size - TAIL);
  const tail = await readAt(file, tailStart, size - tailStart, path);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) fail('not a zip archive, or a truncated one: no directory at its end');
  let count = tail.readUInt16LE(end + 10);
  let length = tail.readUInt32LE(end + 12);
  let start = tail.readUInt32LE(end + 16);
  if (end >= 20 && tail.readUInt32LE(end - 20) === END64_LOCATOR) {
    const record = await readAt(file, safe(tail.readBigUInt64LE(end - 12), size, fail), 56, path);
    if (record.readUInt32LE(0) !== END64) fail('the zip64 directory record is damaged');
    count = safe(record.readBigUInt64LE(32), size, fail);
    length = safe(record.readBigUInt64LE(40), size, fail);
    start = safe(record.readBigUInt64LE(48), size, fail);
  }
  if (start + length > size || length > MAX_DIRECTORY) fail('the zip directory lies outside the file');

  const directory = await readAt(file, start, length, path);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > length || directory.readUInt32LE(at) !== CENTRAL) fail('the zip directory is damaged');
    const method = directory.readUInt16LE(at + 10);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((o) => directory.readUInt16LE(at + o));
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > length) fail('the zip directory is damaged');
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    // 64-bit values stand in the extra field, in this order, for each 32-bit field that is all ones.
    const wide = wideFields(extra);
    const pick = (field: number) => {
      const narrow = directory.readUInt32LE(at + field);
      return narrow === 0xffffffff ? safe(wide.shift() ?? -1n, size, fail) : narrow;
    };
    const full = pick(24);
    const packed = pick(20);
    const headerOffset = pick(42);
    if (method !== 0 || full !== packed) fail(`"${name}" is compressed, torch.save stores its members`);
    if (headerOffset + 30 + full > size) fail(`"${name}" lies outside the file: it is truncated`);
    if (entries.has(name)) fail(`"${name}" is in the archive twice`);
    entries.set(name, { name, size: full, headerOffset });
    at = next;
  }
  return entries;
}

/** Where the data of a member begin. */
export async function dataOffset(file: FileHandle, entry: ZipEntry, path: string): Promise<number> {
  const header = await readAt(file, entry.headerOffset, 30, path);
  if (header.readUInt32LE(0) !== LOCAL)
    throw new GalleyError('damaged', `the header of "${entry.name}" is damaged`, { where: path });
  return entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function wideFields(extra: Buffer): bigint[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    if (id === 1) {
      const values: bigint[] = [];
      for (let i = at + 4; i + 8 <= Math.min(at + 4 + length, extra.length); i += 8)
        values.push(extra.readBigUInt64LE(i));
      return values;
    }
    at += 4 + length;
  }
  return [];
}

function safe(value: bigint, size: number, fail: (message: string) => never): number {
  if (value < 0n || value > BigInt(size)) fail('the zip directory lies outside the file');
  return Number(value);
}
