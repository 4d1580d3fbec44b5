/** What went wrong, as one word a program can match on. New codes are added here, once. */
export type ErrorCode =
  | 'usage' // a command line or configuration that cannot be obeyed
  | 'not-found' // a file or folder that is not there
  | 'damaged' // a file that is there but cannot be read as what it claims to be
  | 'invalid-data' // readable, but a value breaks the rules (box, label, shape)
  | 'mismatch' // two things that must agree do not (checkpoint and config, dataset and label map)
  | 'exists' // something would be overwritten without leave
  | 'io' // the disk, permissions, no space
  | 'network' // a download
  | 'device' // a device that cannot start
  | 'graph' // the gradient engine was asked for something impossible
  | 'training' // a run that cannot go on (NaN, no pages)
  | 'cancelled'; // the user asked to stop

/** Exit code of the command line for each error code (documented in docs/cli.md). */
export const EXIT_CODES: Record<ErrorCode, number> = {
  usage: 2,
  'not-found': 3,
  damaged: 4,
  'invalid-data': 4,
  mismatch: 4,
  exists: 5,
  io: 6,
  network: 7,
  device: 8,
  graph: 9,
  training: 10,
  cancelled: 130,
};

export interface ErrorDetails {
  /** Where: file path, page number, tensor or column name, operator. */
  where?: string;
  /** What to do about it, one sentence. */
  hint?: string;
  cause?: unknown;
}

/**
 * Every failure a person may meet. `message` says what, with expected and found; `where` and `hint`
 * complete the one line that {@link describeError} prints.
 */
export class GalleyError extends Error {
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GalleyError';
    this.code = code;
    this.where = details.where;
    this.hint = details.hint;
  }
}

const SYSTEM_ERRORS: Record<string, [ErrorCode, string]> = {
  ENOENT: ['not-found', 'no such file or folder'],
  ENOTDIR: ['not-found', 'a part of the path is not a folder'],
  EISDIR: ['invalid-data', 'a folder where a file was expected'],
  EACCES: ['io', 'permission denied'],
  EPERM: ['io', 'operation not permitted'],
  EROFS: ['io', 'the file system is read-only'],
  ENOSPC: ['io', 'no space left on the disk'],
  EDQUOT: ['io', 'disk quota exceeded'],
  EMFILE: ['io', 'too many open files'],
};

/** Turns anything thrown into a GalleyError; system errors keep their path. */
export function toGalleyError(error: unknown, where?: string): GalleyError {
  if (error instanceof GalleyError) return error;
  const system = error as NodeJS.ErrnoException;
  const known = system?.code ? SYSTEM_ERRORS[system.code] : undefined;
  if (known) return new GalleyError(known[0], known[1], { where: system.path ?? where, cause: error });
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new GalleyError('damaged', message || 'unknown error', { where, cause: error });
}

/** The one clear line: what, where, what to do. */
export function describeError(error: unknown): string {
  const e = toGalleyError(error);
  const where = e.where ? `${e.where}: ` : '';
  const hint = e.hint ? ` (${e.hint})` : '';
  return `${where}${e.message}${hint}`.replace(/\s*\n\s*/g, ' ');
}
