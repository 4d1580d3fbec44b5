import { GalleyError } from '../errors/galley-error.ts';
import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';
import type { BatchSource } from './batch-source.ts';
import type { EvaluationResult } from './checkpoints.ts';
import type { StageFingerprint } from './fingerprint.ts';
import type { Runner } from './runner.ts';
import type { StepPlan } from './schedule.ts';
import type { TrainingState } from './state.ts';
import type { LogRow, TrainerState } from './trainer-state.ts';
import type { TrainingWarning } from './watch.ts';

/** What a training tells while it runs. */
export type TrainingEvent =
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly totalSteps: number;
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      readonly secondsPerStep: number;
      /** Evaluations still to come included. */
      readonly etaSeconds: number | undefined;
    }
  | { readonly kind: 'log'; readonly row: LogRow }
  | { readonly kind: 'evaluating'; readonly done: number; readonly total: number }
  | { readonly kind: 'evaluation'; readonly result: EvaluationResult; readonly best: boolean }
  | { readonly kind: 'checkpoint'; readonly step: number; readonly path: string }
  | { readonly kind: 'warning'; readonly warning: TrainingWarning };

/** The numbers of one stage, resolved. */
export interface TrainerSettings {
  readonly learningRate: number;
  /** May be a fraction. */
  readonly epochs: number;
  readonly maxSteps: number;
  readonly batchSize: number;
  readonly evalBatchSize: number;
  readonly accumulation: number;
  readonly accumulationLoss: 'mean' | 'sum';
  readonly warmupRatio: number;
  readonly weightDecay: number;
  /** 0: no clipping. */
  readonly maxGradNorm: number;
  readonly seed: number;
  readonly loggingSteps: number;
  /** Absent: at the end of each epoch. */
  readonly evalSteps?: number;
  /** Absent: with each evaluation. A multiple of the evaluation steps, or the best would have no checkpoint. */
  readonly saveSteps?: number;
  readonly saveTotalLimit: number;
}

export interface TrainerInput {
  readonly config: LayoutLMv3Config;
  readonly state: TrainingState;
  readonly runner: Runner;
  readonly train: BatchSource;
  /** Null without evaluation pages: then there is no best checkpoint, the last weights are kept. */
  readonly evaluation: BatchSource | null;
  readonly settings: TrainerSettings;
  /** Stage folder, which holds the checkpoints. */
  readonly folder: string;
  /** Folder whose tokenizer files go into checkpoints. */
  readonly tokenizerFrom: string;
  readonly fingerprint: StageFingerprint;
  /** Go on from the last checkpoint of the folder, if it has one. */
  readonly resume: boolean;
}

export interface TrainerHooks {
  readonly onEvent?: (event: TrainingEvent) => void;
  readonly signal?: AbortSignal;
  /** Whether a stopped training writes a checkpoint first (default), or just stops. */
  readonly checkpointOnStop?: () => boolean;
  /** Asked between two micro-batches; the training goes on, model and all, when it resolves. */
  readonly whilePaused?: () => Promise<void>;
}

export interface TrainerResult {
  readonly trainer: TrainerState;
  readonly plan: StepPlan;
  readonly best: EvaluationResult | null;
  readonly last: EvaluationResult | null;
  readonly warnings: readonly TrainingWarning[];
  /** Seconds of training altogether, runs before a resume included. */
  readonly seconds: number;
  /** Mean of this run's steps. */
  readonly secondsPerStep: number;
  /** Step this run began after. */
  readonly resumedFrom: number;
}

/** Steps between evaluations and between checkpoints; null: at the ends of epochs. @throws GalleyError `usage` */
export function intervals(s: Pick<TrainerSettings, 'evalSteps' | 'saveSteps'>): {
  evaluate: number;
  save: number;
} | null {
  if (s.evalSteps === undefined && s.saveSteps === undefined) return null;
  const evaluateEvery = s.evalSteps ?? s.saveSteps!;
  const saveEvery = s.saveSteps ?? evaluateEvery;
  if (saveEvery % evaluateEvery !== 0)
    throw new GalleyError(
      'usage',
      `--save_steps ${saveEvery} is not a multiple of --eval_steps ${evaluateEvery}`,
      { hint: 'the best checkpoint is chosen among evaluated ones' },
    );
  return { evaluate: evaluateEvery, save: saveEvery };
}
