import type { ErrorCode } from '../errors/galley-error.ts';

/** What a worker thread tells its host while a job runs. Everything is structured-clone data. */
export type WorkerMessage =
  | { type: 'event'; event: unknown }
  | { type: 'result'; result: unknown }
  | { type: 'error'; error: SerialisedError };

/** What the host tells the worker. */
export type HostMessage = { type: 'start'; kind: string; input: unknown } | { type: 'cancel' };

export interface SerialisedError {
  code: ErrorCode;
  message: string;
  where: string | undefined;
  hint: string | undefined;
  stack: string | undefined;
}
