/** What a job may use while it runs inside its worker thread. */
export interface JobContext<Event> {
  /** Aborted when the job is to end at its next safe point. */
  readonly signal: AbortSignal;
  emit(event: Event): void;
  /** Whether a training that is stopped writes a checkpoint first. */
  keepOnStop(): boolean;
  /** Resolves at once, or, while the job is paused, when it goes on or is stopped. */
  whilePaused(): Promise<void>;
}

/** Progress of any job. */
export interface ProgressEvent {
  type: 'progress';
  done: number;
  total: number;
  what: string;
  etaSeconds?: number;
}
export interface WarningEvent {
  type: 'warning';
  message: string;
}
/** A training event of core/training, with its stage. */
export interface TrainingJobEvent {
  type: 'training';
  event: unknown;
}
export type CommonEvent = ProgressEvent | WarningEvent | TrainingJobEvent;

/** Hooks of core/training, core/inference and core/experiment that turn into events of a job. */
export function jobHooks({ signal, emit, keepOnStop, whilePaused }: JobContext<CommonEvent>) {
  return {
    signal,
    checkpointOnStop: keepOnStop,
    whilePaused,
    onProgress: (p: { done: number; total: number; what: string; etaSeconds?: number }) =>
      emit({ type: 'progress', ...p }),
    onWarning: (message: string) => emit({ type: 'warning', message }),
    onEvent: (event: unknown) => emit({ type: 'training', event }),
    /** The licence of downloaded weights is shown as a warning before their first use. */
    acceptLicence: (licence: { notice: string }) => {
      emit({ type: 'warning', message: licence.notice });
      return true;
    },
  };
}
