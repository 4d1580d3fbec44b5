import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { GalleyError, toGalleyError } from '../../errors/galley-error.ts';

/** Reads `length` bytes at `offset` of an open file. */
export type ReadBytes = (offset: number, length: number) => Buffer;

/**
 * A file that is read in stretches. It is opened for each use, so that nothing is left to close, and every use checks
 * that the file is still the one first seen.
 */
export class FileWindow {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly #modified: number;

  /** @throws GalleyError `not-found` or `io`. */
  constructor(path: string) {
    this.path = path;
    try {
      const found = statSync(path);
      this.size = found.size;
      this.#modified = found.mtimeMs;
    } catch (error) {
      throw toGalleyError(error, path);
    }
  }

  /** @throws GalleyError `mismatch` when the file was replaced since, `damaged` for a read past its end. */
  use<T>(work: (read: ReadBytes) => T): T {
    let file: number | undefined;
    try {
      file = openSync(this.path, 'r');
      const handle = file;
      const found = fstatSync(handle);
      if (found.size !== this.size || found.mtimeMs !== this.#modified)
        throw new GalleyError('mismatch', 'the file was changed while it was open', {
          where: this.path,
          hint: 'open the dataset again',
        });
      return work((offset, length) => this.#read(handle, offset, length));
    } catch (error) {
      throw toGalleyError(error, this.path);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  #read(handle: number, offset: number, length: number): Buffer {
    if (offset < 0 || length < 0 || offset + length > this.size)
      throw new GalleyError(
        'damaged',
        `the file ends at byte ${this.size}, expected ${length} bytes at ${offset}`,
        { where: this.path },
      );
    // Not from Node's pool: typed arrays over it need an offset of their element's size.
    const bytes = Buffer.from(new ArrayBuffer(length));
    let done = 0;
    while (done < length) {
      const count = readSync(handle, bytes, done, length - done, offset + done);
      if (count === 0)
        throw new GalleyError('damaged', `the file ended at byte ${offset + done} while it was read`, {
          where: this.path,
        });
      done += count;
    }
    return bytes;
  }
}
