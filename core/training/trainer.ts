import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { GalleyError } from '../errors/galley-error.ts';
import { type ParameterSpec, parameterSpecs } from '../layoutlmv3/parameters.ts';
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
import { checkFingerprint } from './fingerprint.ts';
import { trainingBatches } from './sampler.ts';
import { planSteps, type StepPlan } from './schedule.ts';
import { StepClock } from './step-clock.ts';
import { StepTaker, type TakenStep } from './step-taker.ts';
import { newTrainerState, type TrainerState } from './trainer-state.ts';
import {
  intervals,
  type TrainerHooks,
  type TrainerInput,
  type TrainerResult,
  type TrainingEvent,
} from './trainer-types.ts';
import { TrainingLog } from './training-log.ts';
import { type TrainingWarning, TrainingWatch } from './watch.ts';

export type { TrainingEvent } from './trainer-types.ts';

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
  readonly #taker: StepTaker;
  readonly #flopsPerToken: number;
  readonly #started = performance.now();
  #watch: TrainingWatch;
  #log: TrainingLog;
  #epoch = 0;
  #group = 0;
  #pending: ResumePoint['pending'] = null;
  #secondsBefore = 0;
  #resumedFrom = 0;
  /** Step of the last checkpoint that has nothing pending. */
  #savedStep = 0;
  #stepSeconds = 0;
  #pausedSeconds = 0;
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
    this.#taker = new StepTaker(input, this.#plan, () => this.#listen());
    const trainer = newTrainerState({
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
    this.#log = new TrainingLog(trainer, (row) => this.#emit({ kind: 'log', row }));
  }

  get #trainer(): TrainerState {
    return this.#log.trainer;
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
        const step = this.#trainer.global_step;
        const taken = await this.#taker.take(batches, this.#group, step, this.#stepsBeforeNextDue());
        if (!taken) await this.#stop(null);
        for (const one of taken ?? []) await this.#account(one);
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

  /** Steps from here to the next evaluation, checkpoint or end of an epoch. */
  #stepsBeforeNextDue(): number {
    const step = this.#trainer.global_step;
    const every = this.#every ? [this.#every.evaluate, this.#every.save] : [];
    return Math.min(
      this.#plan.totalSteps - step,
      this.#plan.stepsPerEpoch - this.#group,
      ...every.map((steps) => steps - (step % steps)),
    );
  }

  /** Counts and tells a step that was taken, and does what is due after it. */
  async #account(done: TakenStep): Promise<void> {
    const { runner, settings } = this.#in;
    for (const microLoss of done.losses) this.#log.addLoss(microLoss);
    const loss = done.losses.reduce((a, b) => a + b, 0);
    this.#trainer.total_flos += this.#flopsPerToken * done.tokens;
    this.#learningRate = done.learningRate;
    this.#gradientNorm = done.gradientNorm;
    this.#group++;
    this.#trainer.global_step++;
    const micro = Math.min(this.#group * settings.accumulation, this.#plan.batchesPerEpoch);
    this.#trainer.epoch = this.#epoch + micro / this.#plan.batchesPerEpoch;
    this.#watch.step(this.#trainer.global_step, loss, this.#gradientNorm, runner.lossScale());
    this.#stepSeconds += done.seconds;
    this.#clock.step(done.seconds);
    this.#tellStep(loss);
    await this.#afterStep();
  }

  async #afterStep(): Promise<void> {
    const step = this.#trainer.global_step;
    const last = step >= this.#plan.totalSteps;
    if (step % this.#in.settings.loggingSteps === 0)
      this.#log.logStep(this.#gradientNorm, this.#learningRate);
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

  async #evaluateAndSave(due: { evaluate: boolean; save: boolean }): Promise<void> {
    if (due.evaluate) await this.#evaluate(due);
    this.#pending = null;
    if (due.save) await this.#save();
  }

  async #evaluate(due: { evaluate: boolean; save: boolean }): Promise<void> {
    const { evaluation, runner, settings, config } = this.#in;
    if (!evaluation) return;
    const step = this.#trainer.global_step;
    const pausedBefore = this.#pausedSeconds;
    const outcome = await evaluate(runner, evaluation, {
      batch: settings.evalBatchSize,
      labelMap: config.labels,
      step,
      onBatch: async (done, total) => {
        await this.#listen();
        if (this.#hooks.signal?.aborted) await this.#stop(due);
        this.#emit({ kind: 'evaluating', done, total });
      },
    });
    this.#clock.evaluation(outcome.seconds - (this.#pausedSeconds - pausedBefore));
    const { metrics, collapse } = outcome;
    const result: EvaluationResult = { step, loss: outcome.loss, metrics, confusion: outcome.confusion };
    this.#log.logEvaluation(outcome, settings.evalBatchSize);
    this.#watch.evaluation(step, metrics, collapse, this.#log.macroF1History);
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
    await runner.download();
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
        ...(runner.lossScale() ? { lossScale: runner.lossScale() } : {}),
        ...this.#log.sums,
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
    await runner.upload();
    runner.restoreGenerator(resume.generator, last.path);
    runner.restoreLossScale(resume.lossScale ?? null);
    const best = trainer.best_global_step;
    // The folder may have been moved since.
    const bestPath = checkpoints.find((c) => c.step === best)?.path ?? null;
    this.#log = new TrainingLog(
      { ...trainer, best_model_checkpoint: bestPath },
      (row) => this.#emit({ kind: 'log', row }),
      resume,
    );
    this.#resumedFrom = trainer.global_step;
    this.#savedStep = resume.pending ? 0 : trainer.global_step;
    this.#epoch = resume.epoch;
    this.#group = resume.group;
    this.#pending = resume.pending;
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
    this.#log.logEnd(samples, seconds);
    const best = trainer.best_model_checkpoint;
    if (best && trainer.best_global_step !== trainer.global_step) await loadParameters(best, this.#in.state);
    else await this.#in.runner.download();
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
    return this.#secondsBefore + (performance.now() - this.#started) / 1000 - this.#pausedSeconds;
  }

  /** Messages (to stop, to wait) are only seen between runs of the model; the time of a pause is not counted. */
  async #listen(): Promise<{ aborted: boolean; pausedSeconds: number }> {
    await setImmediate();
    const began = performance.now();
    await this.#hooks.whilePaused?.();
    const pausedSeconds = (performance.now() - began) / 1000;
    this.#pausedSeconds += pausedSeconds;
    return { aborted: this.#hooks.signal?.aborted ?? false, pausedSeconds };
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
