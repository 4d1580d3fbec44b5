import { open, readFile, stat } from 'node:fs/promises';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';

/** What a file may hold at most; far above any honest page, and small enough that no file stops the machine. */
export const BOUNDS = {
  /** Bytes of an XML or HTML file: a page with every glyph outlined has about 10 MB. */
  xmlBytes: 48 * 2 ** 20,
  /** Bytes of a JSON file: exports of whole projects. */
  jsonBytes: 256 * 2 ** 20,
  /** Bytes of a CSV of tokens: about a million words. */
  csvBytes: 96 * 2 ** 20,
  /** Elements inside one another. */
  depth: 100,
  wordsPerPage: 20_000,
  pagesPerFile: 20_000,
  /** Characters of one word. */
  wordLength: 1000,
  /** Pixels along one side of a page. */
  pageSide: 200_000,
  /** Characters of a label name. */
  labelLength: 100,
} as const;

/** Bytes of the start of a file that tell its kind. */
const HEAD_BYTES = 4096;

/** The first 4 KiB of a file. @throws GalleyError `not-found`, `io`. */
export async function readHead(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw toGalleyError(error, path);
  }
}

/** A whole file of at most `most` bytes. @throws GalleyError `invalid-data` where it is larger, `not-found`, `io`. */
export async function readBounded(path: string, most: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > most)
      throw new GalleyError('invalid-data', `expected at most ${megabytes(most)}, found ${megabytes(size)}`, {
        where: path,
        hint: 'split the file',
      });
    if (size === 0) throw new GalleyError('damaged', 'the file is empty', { where: path });
    return await readFile(path);
  } catch (error) {
    throw toGalleyError(error, path);
  }
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`;

/**
 * Text of a file: UTF-8, UTF-16 with a byte order mark, or what an XML declaration names.
 * @throws GalleyError `damaged` where the bytes are not what they are said to be
 */
export function decodeText(bytes: Uint8Array, where: string): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new GalleyError('damaged', `the text is not ${encoding}`, { where, cause: error });
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1');
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(start)?.[1]?.toLowerCase();
  // A declaration that could be read as single bytes is not UTF-16, whatever it says.
  return declared === undefined || declared.startsWith('utf-16') ? 'utf-8' : declared;
}

/** JSON of bytes. @throws GalleyError `damaged` */
export function parseJson(bytes: Uint8Array, where: string): unknown {
  const text = decodeText(bytes, where);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new GalleyError('damaged', `not valid JSON: ${(error as Error).message}`, { where, cause: error });
  }
}
