import { closeSync, openSync, readSync } from 'node:fs';

/** Page size in pixels, as a viewer shows the image (turned by its EXIF orientation). */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A stretch of an image's bytes; shorter at its end. */
type ReadAt = (offset: number, length: number) => Buffer;

const JPEG_FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/** Size of a PNG or JPEG file from its header; null for anything else or a damaged header. */
export function imageFileSize(path: string): ImageSize | null {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const handle = file;
    return sizeFrom((offset, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(handle, bytes, 0, length, offset));
    });
  } catch {
    return null;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** {@link imageFileSize} of bytes in memory. */
export function imageBytesSize(bytes: Uint8Array): ImageSize | null {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return sizeFrom((offset, length) => all.subarray(offset, offset + length));
}

function sizeFrom(read: ReadAt): ImageSize | null {
  const head = read(0, 24);
  if (head.length === 24 && head.toString('latin1', 1, 4) === 'PNG')
    return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  return head.length >= 4 && head.readUInt16BE(0) === 0xffd8 ? jpegSize(read) : null;
}

function jpegSize(read: ReadAt): ImageSize | null {
  let turned = false;
  for (let at = 2; ; ) {
    const segment = read(at, 10);
    if (segment.length < 10 || segment[0] !== 0xff) return null;
    const marker = segment[1];
    const length = segment.readUInt16BE(2);
    if (JPEG_FRAMES.has(marker)) {
      const [height, width] = [segment.readUInt16BE(5), segment.readUInt16BE(7)];
      if (width === 0 || height === 0) return null;
      return turned ? { width: height, height: width } : { width, height };
    }
    if (marker === 0xe1) turned = exifOrientation(read(at + 4, length - 2)) >= 5;
    at += 2 + length;
  }
}

/** EXIF orientation 1..8, 1 where there is none; 5 to 8 swap the sides. */
function exifOrientation(app1: Buffer): number {
  if (app1.toString('latin1', 0, 6) !== 'Exif\0\0') return 1;
  const tiff = app1.subarray(6);
  if (tiff.length < 8) return 1;
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return 1;
  for (let i = 0, at = directory + 2; i < u16(directory) && at + 12 <= tiff.length; i++, at += 12)
    if (u16(at) === 0x0112) return u16(at + 8);
  return 1;
}
