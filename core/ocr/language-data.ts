import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';

/** Where Tesseract finds the data of a language; a folder and a file of it, never an address. */
export interface LanguageData {
  /** `eng` of `eng.traineddata.gz`. */
  readonly language: string;
  readonly folder: string;
  readonly gzip: boolean;
}

/** English, as the integer form of Tesseract's best network: 3 MB, from an npm package. */
const ENGLISH = '@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz';
/** The largest published data (all of Chinese, legacy part too) have 60 MB packed; unpacked is bounded as well. */
const MOST_BYTES = 128 * 2 ** 20;
const MOST_UNPACKED = 512 * 2 ** 20;

const require = createRequire(import.meta.url);
const unpack = promisify(gunzip);

/**
 * The language data of a file (`deu.traineddata`, packed or not), or the built-in English.
 * @throws GalleyError `not-found`, `invalid-data`, `damaged` naming the file
 */
export async function languageData(file?: string): Promise<LanguageData> {
  const path = file === undefined ? builtIn() : resolve(file);
  const match = /^([\w-]+)\.traineddata(\.gz)?$/.exec(basename(path));
  if (!match)
    throw new GalleyError(
      'invalid-data',
      'expected a file named like deu.traineddata or deu.traineddata.gz',
      {
        where: path,
        hint: 'github.com/tesseract-ocr/tessdata_best has one for each language',
      },
    );
  await checkData(path, match[2] !== undefined);
  return { language: match[1], folder: dirname(path), gzip: match[2] !== undefined };
}

function builtIn(): string {
  try {
    return require.resolve(ENGLISH);
  } catch (cause) {
    throw new GalleyError('not-found', "the program's English language data are missing", {
      where: ENGLISH,
      hint: 'run npm ci',
      cause,
    });
  }
}

/** Tesseract says "initialization failed" of anything wrong, so a file is looked at first. */
async function checkData(path: string, gzip: boolean): Promise<void> {
  let bytes: Uint8Array;
  try {
    const facts = await stat(path);
    if (facts.size > MOST_BYTES)
      throw new GalleyError('invalid-data', `expected at most ${MOST_BYTES} bytes, found ${facts.size}`, {
        where: path,
      });
    bytes = await readFile(path);
    if (gzip) bytes = await unpack(bytes, { maxOutputLength: MOST_UNPACKED });
  } catch (error) {
    if (error instanceof GalleyError) throw error;
    const { code } = toGalleyError(error);
    if (code === 'not-found' || code === 'io') throw toGalleyError(error, path);
    throw new GalleyError('damaged', 'the language data cannot be unpacked', { where: path, cause: error });
  }
  // A traineddata file begins with the number of its parts and their places (tessdatamanager.cpp).
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = bytes.length >= 4 ? view.getInt32(0, true) : 0;
  const whole =
    parts > 0 &&
    parts <= 64 &&
    bytes.length >= 4 + 8 * parts &&
    Array.from({ length: parts }, (_, i) => view.getBigInt64(4 + 8 * i, true)).every(
      (at) => at === -1n || (at >= 0n && at < BigInt(bytes.length)),
    );
  if (!whole) throw new GalleyError('damaged', 'the file holds no Tesseract language data', { where: path });
}
