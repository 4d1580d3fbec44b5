import { createReadStream } from 'node:fs';
import { describeError, GalleyError, toGalleyError } from '../errors/galley-error.ts';

const SHOWN = 5;

/** Collects what is wrong line by line, so that one run shows more than the first mistake. */
export class LineProblems {
  readonly #path: string;
  readonly #found: string[] = [];
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get count(): number {
    return this.#found.length;
  }

  /** Runs `read` for one line; what it throws is kept under that line's number. */
  guard<T>(line: number, read: () => T): T | undefined {
    this.#lines++;
    try {
      return read();
    } catch (error) {
      this.#found.push(`line ${line}: ${describeError(error)}`);
      return undefined;
    }
  }

  /** @throws GalleyError `invalid-data` listing the first problems, when there were any. */
  throwIfAny(what: string): void {
    if (this.#found.length === 0) return;
    const more = this.#found.length - SHOWN;
    const list = this.#found.slice(0, SHOWN).join('; ') + (more > 0 ? `; and ${more} more` : '');
    throw new GalleyError(
      'invalid-data',
      `${this.#found.length} of ${this.#lines} ${what} cannot be used: ${list}`,
      { where: this.#path },
    );
  }
}

/**
 * Calls `take` with each non-empty line of a text file, 1-based number first. A byte order mark is dropped.
 * @throws GalleyError `not-found` or `io`, naming the file.
 */
export async function forEachLine(path: string, take: (line: number, text: string) => void): Promise<void> {
  // Not node:readline, which also breaks lines at U+2028 and U+2029: both may stand unescaped in JSON strings.
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 });
  let number = 0;
  const emit = (text: string) => {
    number++;
    const line = number === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (line.trim() !== '') take(number, line);
  };
  try {
    let rest = '';
    for await (const chunk of stream) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) emit(line);
    }
    if (rest !== '') emit(rest);
  } catch (error) {
    throw toGalleyError(error, path);
  } finally {
    stream.destroy();
  }
}

/** The object on one line. @throws GalleyError `damaged` or `invalid-data`. */
export function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new GalleyError('damaged', `not valid JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new GalleyError('invalid-data', `expected a JSON object, found ${describeValue(value)}`);
  return value as Record<string, unknown>;
}

/** Short name of a JSON value for messages: its type, and the value where it is short. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return String(value);
}
