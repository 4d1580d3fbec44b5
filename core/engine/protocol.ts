import { type ErrorCode, GalleyError, toGalleyError } from '../errors/galley-error.ts';
import type { Predictions } from '../inference/predictions.ts';
import type { DeviceRequest } from '../runtime/index.ts';

/** What a worker thread tells its host while a job runs. Everything is structured-clone data. */
export type WorkerMessage =
  | { type: 'event'; event: unknown }
  | { type: 'result'; result: unknown }
  | { type: 'error'; error: SerialisedError };

/** What a running job can be told: go on or wait between two micro-batches; end, with a checkpoint or without. */
export type ControlMessage = { type: 'pause' } | { type: 'resume' } | { type: 'stop'; keep: boolean };

/** What the host tells the worker. */
export type HostMessage = { type: 'start'; kind: string; input: unknown } | ControlMessage;

/** A page as the warm predictor takes it. */
export interface PageToPredict {
  readonly pageNum: number;
  readonly width: number;
  readonly height: number;
  readonly words: readonly string[];
  readonly bboxes: readonly (readonly [number, number, number, number])[];
  readonly imagePath: string | null;
  readonly imageBytes?: Uint8Array | null;
  readonly precedingWords?: readonly string[];
}

export interface PredictRequest {
  readonly modelDir: string;
  /** Changes when the weights do: the model is loaded anew then. */
  readonly stamp: string;
  readonly device: DeviceRequest;
  readonly pages: readonly PageToPredict[];
}

/** To the warm predictor's thread, and its answers. */
export type PredictorMessage = { id: number; request: PredictRequest };
export type PredictorAnswer =
  | { id: number; predictions: Predictions[]; warnings: string[] }
  | { id: number; error: SerialisedError };

/** To the engine process. */
export type EngineMessage =
  | { type: 'start'; id: number; kind: string; input: unknown }
  | { type: 'control'; id: number; control: ControlMessage }
  | { type: 'predict'; id: number; request: PredictRequest };

/** From the engine process; `id` is the one of the message it answers. */
export type EngineAnswer =
  | { type: 'ready' }
  | { type: 'event'; id: number; event: unknown }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'error'; id: number; error: SerialisedError };

export interface SerialisedError {
  code: ErrorCode;
  message: string;
  where: string | undefined;
  hint: string | undefined;
  stack: string | undefined;
}

export function serialiseError(error: unknown): SerialisedError {
  const { code, message, where, hint, stack } = toGalleyError(error);
  return { code, message, where, hint, stack: (error as Error)?.stack ?? stack };
}

export function reviveError({ code, message, where, hint, stack }: SerialisedError): GalleyError {
  const error = new GalleyError(code, message, { where, hint });
  if (stack) error.stack = stack;
  return error;
}
