import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { GalleyError } from '../errors/galley-error.ts';
import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';
import { type ParameterSpec, parameterSpecs } from '../layoutlmv3/parameters.ts';
import type { BatchSource } from './batch-source.ts';
import {
  type EvaluationResult,
  findCheckpoints,
  loadCheckpointTensors,
  loadParameters,
  pruneCheckpoints,
  type ResumePoint,
  readResumePoint,
  saveCheckpoint,
} from './checkpoints.ts';
import { evaluate } from './evaluation.ts';
import { checkFingerprint, type StageFingerprint } from './fingerprint.ts';
import { ADAMW_DEFAULTS } from './kernels/kernels.ts';
import type { ModelRunner } from './model-runner.ts';
import { trainingBatches } from './sampler.ts';
import { linearSchedule, planSteps, type StepPlan } from './schedule.ts';
import type { TrainingState } from './state.ts';
import { StepClock } from './step-clock.ts';
import { type LogRow, newTrainerState, type TrainerState } from './trainer-state.ts';
import { type TrainingWarning, TrainingWatch } from './watch.ts';

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
  readonly runner: ModelRunner;
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

const round = (x: number, digits: number) => Math.round(x * 10 ** digits) / 10 ** digits;

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

/**
 * One training as Hugging Face's Trainer runs it (transformers 5.23): log, evaluate, save in this order after a step
 * or at the end of an epoch; best checkpoint by macro F1, its weights loaded at the end.
 */
export class Trainer {
  readonly #in: TrainerInput;
  readonly #hooks: TrainerHooks;
  readonly #plan: StepPlan;
  readonly #every: { evaluate: number; save: number } | null;
  readonly #clock: StepClock;
  readonly #flopsPerToken: number;
  readonly #started = performance.now();
  #watch: TrainingWatch;
  #trainer: TrainerState;
  #epoch = 0;
  #group = 0;
  #pending: ResumePoint['pending'] = null;
  #lossSinceLog = 0;
  #lastLogged = 0;
  #totalLoss = 0;
  #secondsBefore = 0;
  #resumedFrom = 0;
  /** Step of the last checkpoint that has nothing pending. */
  #savedStep = 0;
  #stepSeconds = 0;
  #best: EvaluationResult | null = null;
  #last: EvaluationResult | null = null;
  #gradientNorm = 0;
  #learningRate = 0;

  constructor(input: TrainerInput, hooks: TrainerHooks = {}) {
    this.#in = input;
    this.#hooks = hooks;
    const s = input.settings;
    this.#every = intervals(s);
    this.#plan = planSteps({
      examples: input.train.set.examples.length,
      batchSize: s.batchSize,
      accumulation: s.accumulation,
      epochs: s.epochs,
      maxSteps: s.maxSteps,
      warmupRatio: s.warmupRatio,
    });
    this.#trainer = newTrainerState({
      maxSteps: this.#plan.totalSteps,
      epochs: this.#plan.epochs,
      batchSize: s.batchSize,
      loggingSteps: s.loggingSteps,
      ...(this.#every ? { evalSteps: this.#every.evaluate, saveSteps: this.#every.save } : {}),
    });
    const evaluated = input.evaluation?.set.examples.length ?? 0;
    // A forward pass costs a third of a training pass.
    this.#clock = new StepClock(evaluated / (3 * s.batchSize * s.accumulation));
    this.#flopsPerToken = 6 * parametersOutsideEmbeddings(parameterSpecs(input.config));
    this.#watch = this.#newWatch();
  }

  get plan(): StepPlan {
    return this.#plan;
  }

  /**
   * Trains to the end. @throws GalleyError `cancelled` after a clean stop (with a checkpoint unless the hooks say
   * no), `mismatch` for a checkpoint of other options or data, `training` when there is nothing to train on
   */
  async run(): Promise<TrainerResult> {
    const { train, settings, resume } = this.#in;
    if (train.set.examples.length === 0)
      throw new GalleyError('training', 'no page has a label to learn from', {
        hint: 'look at the labels column of the dataset, or label the pages first',
      });
    if (resume) await this.#restore();
    if (this.#pending) await this.#evaluateAndSave(this.#pending);
    for (; this.#epoch < this.#plan.epochs; this.#epoch++, this.#group = 0) {
      if (this.#trainer.global_step >= this.#plan.totalSteps) break;
      const batches = trainingBatches(
        train.set.examples.length,
        settings.batchSize,
        settings.seed,
        this.#epoch,
      );
      while (this.#group < this.#plan.stepsPerEpoch) {
        await this.#step(batches);
        if (this.#trainer.global_step >= this.#plan.totalSteps) break;
      }
      if (!this.#every) {
        // Saved as the beginning of the next epoch, so that a resumed training does not come here again.
        [this.#epoch, this.#group] = [this.#epoch + 1, 0];
        await this.#evaluateAndSave({ evaluate: true, save: true });
        this.#epoch--;
      }
    }
    return this.#finish();
  }

  /** One optimizer step: a group of micro-batches, clipping, AdamW, and what is due after it. */
  async #step(batches: readonly (readonly number[])[]): Promise<void> {
    const { runner, state, train, settings } = this.#in;
    const began = performance.now();
    const from = this.#group * settings.accumulation;
    const group = batches.slice(from, from + settings.accumulation);
    const share = settings.accumulationLoss === 'mean' ? 1 / group.length : 1;
    const generator = runner.generatorState();
    let loss = 0;
    for (const [i, batch] of group.entries()) {
      // Messages (a request to stop) are only seen between runs.
      await setImmediate();
      if (this.#hooks.signal?.aborted) {
        runner.restoreGenerator(generator);
        await this.#stop(null);
      }
      const input = await train.load(batch, batches[from + i + 1]);
      const microLoss = await runner.train(input, share, i === 0);
      loss += microLoss;
      const sofar = this.#trainer.global_step - this.#lastLogged;
      // logging_nan_inf_filter: what is no number is replaced by the average of the losses since the last row.
      this.#lossSinceLog += Number.isFinite(microLoss) ? microLoss : this.#lossSinceLog / (1 + sofar);
      const longest = Math.max(...input.examples.map((e) => e.window.length));
      this.#trainer.total_flos += this.#flopsPerToken * longest * input.examples.length;
    }
    const taken = this.#trainer.global_step;
    this.#learningRate = linearSchedule(settings.learningRate, taken, this.#plan);
    const optimizer = {
      ...ADAMW_DEFAULTS,
      learningRate: this.#learningRate,
      weightDecay: settings.weightDecay,
    };
    this.#gradientNorm = state.update(optimizer, taken + 1, settings.maxGradNorm).gradientNorm;
    this.#group++;
    this.#trainer.global_step++;
    const micro = Math.min(from + settings.accumulation, this.#plan.batchesPerEpoch);
    this.#trainer.epoch = this.#epoch + micro / this.#plan.batchesPerEpoch;
    this.#watch.step(this.#trainer.global_step, loss, this.#gradientNorm);
    const seconds = (performance.now() - began) / 1000;
    this.#stepSeconds += seconds;
    this.#clock.step(seconds);
    this.#tellStep(loss);
    await this.#afterStep();
  }

  async #afterStep(): Promise<void> {
    const step = this.#trainer.global_step;
    const last = step >= this.#plan.totalSteps;
    if (step % this.#in.settings.loggingSteps === 0) this.#log();
    if (!this.#every) return;
    const due = {
      evaluate: step % this.#every.evaluate === 0 || last,
      save: step % this.#every.save === 0 || last,
    };
    if (due.evaluate || due.save) await this.#evaluateAndSave(due);
  }

  #tellStep(loss: number): void {
    const { global_step: step, epoch } = this.#trainer;
    this.#emit({
      kind: 'step',
      step,
      totalSteps: this.#plan.totalSteps,
      epoch,
      epochs: this.#in.settings.maxSteps > 0 ? this.#plan.epochs : this.#in.settings.epochs,
      loss,
      gradientNorm: this.#gradientNorm,
      learningRate: this.#learningRate,
      secondsPerStep: this.#clock.secondsPerStep,
      etaSeconds: this.#clock.eta(this.#plan.totalSteps - step, this.#evaluationsLeft()),
    });
  }

  #evaluationsLeft(): number {
    if (!this.#in.evaluation) return 0;
    const { global_step: step } = this.#trainer;
    const { totalSteps, stepsPerEpoch } = this.#plan;
    const every = this.#every?.evaluate ?? stepsPerEpoch;
    return Math.ceil(totalSteps / every) - Math.floor(step / every);
  }

  #log(): void {
    const step = this.#trainer.global_step;
    this.#addRow({
      loss: this.#lossSinceLog / (step - this.#lastLogged),
      grad_norm: this.#gradientNorm,
      learning_rate: this.#learningRate,
    });
    this.#totalLoss += this.#lossSinceLog;
    this.#lossSinceLog = 0;
    this.#lastLogged = step;
  }

  #addRow(values: Record<string, number>): void {
    const row = { ...values, epoch: this.#trainer.epoch, step: this.#trainer.global_step };
    this.#trainer.log_history.push(row);
    this.#emit({ kind: 'log', row });
  }

  async #evaluateAndSave(due: { evaluate: boolean; save: boolean }): Promise<void> {
    if (due.evaluate) await this.#evaluate(due);
    this.#pending = null;
    if (due.save) await this.#save();
  }

  async #evaluate(due: { evaluate: boolean; save: boolean }): Promise<void> {
    const { evaluation, runner, settings, config } = this.#in;
    if (!evaluation) return;
    const step = this.#trainer.global_step;
    const outcome = await evaluate(runner, evaluation, {
      batch: settings.evalBatchSize,
      labelMap: config.labels,
      step,
      onBatch: async (done, total) => {
        await setImmediate();
        if (this.#hooks.signal?.aborted) await this.#stop(due);
        this.#emit({ kind: 'evaluating', done, total });
      },
    });
    this.#clock.evaluation(outcome.seconds);
    const { metrics, collapse, seconds, examples } = outcome;
    const result: EvaluationResult = {
      step,
      loss: outcome.loss,
      metrics,
      confusion: outcome.confusion,
    };
    this.#addRow({
      eval_loss: outcome.loss ?? Number.NaN,
      eval_macro_f1: metrics.macro_f1,
      eval_accuracy: metrics.accuracy,
      eval_entity_f1: metrics.entity_f1,
      eval_runtime: round(seconds, 4),
      eval_samples_per_second: round(examples / seconds, 3),
      eval_steps_per_second: round(Math.ceil(examples / settings.evalBatchSize) / seconds, 3),
    });
    const history = this.#trainer.log_history.flatMap((row) =>
      'eval_macro_f1' in row ? [row.eval_macro_f1] : [],
    );
    this.#watch.evaluation(step, metrics, collapse, history);
    const best = metrics.macro_f1 > (this.#trainer.best_metric ?? Number.NEGATIVE_INFINITY);
    if (best) {
      this.#trainer.best_metric = metrics.macro_f1;
      this.#trainer.best_global_step = step;
      this.#best = result;
    }
    this.#last = result;
    this.#emit({ kind: 'evaluation', result, best });
  }

  async #save(): Promise<void> {
    const { config, state, folder, tokenizerFrom, settings, runner, fingerprint } = this.#in;
    const trainer = this.#trainer;
    const finished = trainer.global_step >= this.#plan.totalSteps && !this.#pending;
    (
      trainer.stateful_callbacks.TrainerControl as { args: Record<string, boolean> }
    ).args.should_training_stop = finished;
    const path = join(folder, `checkpoint-${trainer.global_step}`);
    const bestStep = trainer.best_global_step;
    if (bestStep !== null) {
      const bestPath = join(folder, `checkpoint-${bestStep}`);
      const there = bestPath === path || (await findCheckpoints(folder)).some((c) => c.path === bestPath);
      if (there) trainer.best_model_checkpoint = bestPath;
    }
    await saveCheckpoint(folder, {
      model: { config, parameters: state.parameters, tokenizerFrom },
      state,
      trainer,
      resume: {
        format: 1,
        fingerprint,
        epoch: this.#epoch,
        group: this.#group,
        pending: this.#pending,
        generator: runner.generatorState() as { words: number[]; index: number },
        lossSinceLog: this.#lossSinceLog,
        lastLogged: this.#lastLogged,
        totalLoss: this.#totalLoss,
        seconds: this.#seconds(),
        warnings: this.#watch.warnings,
        best: this.#best,
        last: this.#last,
      },
    });
    this.#savedStep = this.#pending ? 0 : trainer.global_step;
    await pruneCheckpoints(folder, settings.saveTotalLimit, trainer.best_model_checkpoint);
    this.#emit({ kind: 'checkpoint', step: trainer.global_step, path });
  }

  /** Ends a run on request. @throws GalleyError `cancelled`, always */
  async #stop(pending: ResumePoint['pending']): Promise<never> {
    const keep = this.#hooks.checkpointOnStop?.() ?? true;
    const step = this.#trainer.global_step;
    if (keep && step > 0 && (pending || step !== this.#savedStep)) {
      this.#pending = pending;
      await this.#save();
    }
    const kept = keep && step > 0 ? `, checkpoint kept in ${this.#in.folder}` : '';
    throw new GalleyError('cancelled', `stopped after step ${step} of ${this.#plan.totalSteps}${kept}`, {
      hint: kept ? 'go on with --resume' : undefined,
    });
  }

  async #restore(): Promise<void> {
    const { folder, fingerprint, state, runner } = this.#in;
    const checkpoints = await findCheckpoints(folder);
    const last = checkpoints[checkpoints.length - 1];
    if (!last) return;
    const { resume, trainer } = await readResumePoint(last.path);
    checkFingerprint(resume.fingerprint, fingerprint, last.path);
    await loadCheckpointTensors(last.path, state);
    runner.restoreGenerator(resume.generator, last.path);
    const best = trainer.best_global_step;
    this.#trainer = {
      ...trainer,
      // The folder may have been moved since.
      best_model_checkpoint: checkpoints.find((c) => c.step === best)?.path ?? null,
    };
    this.#resumedFrom = trainer.global_step;
    this.#savedStep = resume.pending ? 0 : trainer.global_step;
    this.#epoch = resume.epoch;
    this.#group = resume.group;
    this.#pending = resume.pending;
    this.#lossSinceLog = resume.lossSinceLog;
    this.#lastLogged = resume.lastLogged;
    this.#totalLoss = resume.totalLoss;
    this.#secondsBefore = resume.seconds;
    this.#best = resume.best;
    this.#last = resume.last;
    this.#watch = this.#newWatch(resume.warnings as TrainingWarning[]);
  }

  async #finish(): Promise<TrainerResult> {
    const trainer = this.#trainer;
    const seconds = this.#seconds();
    const windows = this.#in.train.set.examples.length;
    const { settings } = this.#in;
    const samples =
      settings.maxSteps > 0
        ? settings.maxSteps * settings.batchSize * settings.accumulation
        : windows * settings.epochs;
    this.#totalLoss += this.#lossSinceLog;
    this.#addRow({
      train_runtime: round(seconds, 4),
      train_samples_per_second: round(samples / seconds, 3),
      train_steps_per_second: round(trainer.global_step / seconds, 3),
      total_flos: trainer.total_flos,
      train_loss: this.#totalLoss / Math.max(trainer.global_step, 0.001),
    });
    const best = trainer.best_model_checkpoint;
    if (best && trainer.best_global_step !== trainer.global_step) await loadParameters(best, this.#in.state);
    const stepsHere = trainer.global_step - this.#resumedFrom;
    return {
      trainer,
      plan: this.#plan,
      best: this.#best,
      last: this.#last,
      warnings: this.#watch.warnings,
      seconds,
      secondsPerStep: stepsHere > 0 ? this.#stepSeconds / stepsHere : 0,
      resumedFrom: this.#resumedFrom,
    };
  }

  #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#started) / 1000;
  }

  #newWatch(earlier: readonly TrainingWarning[] = []): TrainingWatch {
    return new TrainingWatch((warning) => this.#emit({ kind: 'warning', warning }), earlier);
  }

  #emit(event: TrainingEvent): void {
    this.#hooks.onEvent?.(event);
  }
}

/** What transformers' `num_parameters(exclude_embeddings=True)` counts, for its estimate of floating-point work. */
function parametersOutsideEmbeddings(specs: readonly ParameterSpec[]): number {
  return specs
    .filter((spec) => !spec.name.endsWith('_embeddings.weight'))
    .reduce((sum, spec) => sum + spec.size, 0);
}
