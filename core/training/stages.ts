import { join } from 'node:path';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { toGalleyError } from '../errors/galley-error.ts';
import { readJson, writeJsonWhole } from '../files/files.ts';
import { loadModelFolder } from '../layoutlmv3/model-folder.ts';
import { saveModelFolder } from '../layoutlmv3/save-model-folder.ts';
import { resolveDevice } from '../runtime/device.ts';
import { type EvaluationResult, findCheckpoints } from './checkpoints.ts';
import { trainingPrecision } from './half-precision.ts';
import { copyLearnedPages, writeLearnedPages } from './learned-pages.ts';
import { checkMemory } from './memory-check.ts';
import type { TrainingOptions } from './options.ts';
import { claimStageFolder, isFinished, readFinished, writeFinished } from './stage-folder.ts';
import { StageLog } from './stage-log.ts';
import { writeStageReports } from './stage-reports.ts';
import {
  openStage,
  type SetupHooks,
  STAGE_FOLDERS,
  type StageName,
  type StageSetup,
  setUpStage,
  trainingShape,
} from './stage-setup.ts';
import { Trainer } from './trainer.ts';
import type { LogRow } from './trainer-state.ts';
import { writeTrainerState } from './trainer-state.ts';
import { intervals, type TrainerResult, type TrainingEvent } from './trainer-types.ts';
import type { TrainingWarning } from './watch.ts';

export { planText, planTraining, type StagePlan, type TrainingPlan } from './plan.ts';
export { STAGE_FOLDERS, type StageName } from './stage-setup.ts';

/** Fewest training pages of a high-confidence set before it is rebuilt. */
const LEAST_PAGES = 10;

export interface TrainHooks extends SetupHooks {
  readonly onEvent?: (event: TrainingEvent & { readonly stage: StageName }) => void;
  /** Whether a stopped training writes a checkpoint first (default), or just stops. */
  readonly checkpointOnStop?: () => boolean;
  /** Asked between two micro-batches: resolves when a paused training is to go on. */
  readonly whilePaused?: () => Promise<void>;
  /** Rebuilds the high-confidence dataset; called when it is missing or has too few training pages. */
  readonly regenerateHighConfidence?: (reason: string) => Promise<void>;
}

export interface StageResult {
  readonly stage: StageName;
  readonly name: 'A' | 'B';
  /** Model folder of the stage. */
  readonly folder: string;
  readonly dataset: string;
  readonly checkpoints: readonly string[];
  readonly bestCheckpoint: string | null;
  readonly bestMacroF1: number | null;
  readonly pages: number;
  readonly windows: number;
  readonly evalPages: number;
  /** Which pages were evaluated, for people. */
  readonly evaluatedOn: string;
  readonly steps: number;
  readonly epochs: number;
  readonly seconds: number;
  readonly secondsPerStep: number;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly warnings: readonly TrainingWarning[];
  /** Evaluation of the weights that were kept. */
  readonly evaluation: EvaluationResult | null;
  readonly logHistory: readonly LogRow[];
  readonly device: string;
  readonly startedFrom: string;
  readonly licence: string | null;
  /** Paths of the reports written, by what they are. */
  readonly reports: Readonly<Record<string, string>>;
}

/**
 * Trains one stage from its dataset to a complete model folder under `options.output_dir`, with checkpoints, reports
 * and a log. With `options.resume` a finished stage is not trained again, an unfinished one goes on.
 * @throws GalleyError `exists` when the folder already holds a training and neither resume nor overwrite is set;
 * `cancelled` after a clean stop; what reading the dataset or the model throws
 */
export async function trainStage(
  stage: StageName,
  options: TrainingOptions,
  hooks: TrainHooks = {},
  overrides: { readonly initFrom?: string } = {},
): Promise<StageResult> {
  const folder = join(options.output_dir, STAGE_FOLDERS[stage]);
  const { device, reason } = await resolveDevice(options.device);
  const precision = await trainingPrecision(options, device, hooks.onWarning);
  const setup = await setUpStage(stage, options, hooks, overrides.initFrom, precision);
  const finished = options.resume ? await readFinished(folder, setup.fingerprint) : null;
  if (finished) return finished;
  checkMemory(setup.config, setup.specs, setup.trainable, trainingShape(setup, options, device));
  await claimStageFolder(folder, options);

  const log = await StageLog.open(join(options.reports_dir, 'logs'), STAGE_FOLDERS[stage], options.resume);
  log.line(`${setup.source.description}; ${device}, ${precision}${reason ? ` (${reason})` : ''}`);
  const parts = await openStage(setup, options, device, {
    ...hooks,
    onWarning: (message) => {
      log.line(`warning: ${message}`);
      hooks.onWarning?.(message);
    },
  });
  const input = {
    config: setup.config,
    ...parts,
    settings: setup.settings,
    folder,
    tokenizerFrom: setup.source.tokenizerFolder,
    fingerprint: setup.fingerprint,
    resume: options.resume,
  };
  try {
    const trained = await new Trainer(input, {
      onEvent: (event) => {
        log.event(event);
        if (event.kind === 'warning') hooks.onWarning?.(event.warning.message);
        hooks.onEvent?.({ ...event, stage });
      },
      ...(hooks.signal ? { signal: hooks.signal } : {}),
      ...(hooks.checkpointOnStop ? { checkpointOnStop: hooks.checkpointOnStop } : {}),
      ...(hooks.whilePaused ? { whilePaused: hooks.whilePaused } : {}),
    }).run();
    const result = await describeResult(setup, folder, trained, device);
    const reports = await writeStageReports(options.reports_dir, STAGE_FOLDERS[stage], result);
    const whole: StageResult = { ...result, reports };
    await saveModelFolder(folder, {
      config: setup.config,
      parameters: parts.state.parameters,
      tokenizerFrom: setup.source.tokenizerFolder,
      extra: async (temporary) => {
        await writeTrainerState(join(temporary, 'trainer_state.json'), trained.trainer);
        await writeLearnedPages(temporary, { dataset: setup.datasetDir, model: setup.source.folder });
        await writeFinished(temporary, setup.fingerprint, whole);
      },
    });
    log.line(`finished: ${folder}`);
    return whole;
  } catch (error) {
    log.line(`ended: ${toGalleyError(error).message}`);
    throw error;
  } finally {
    await parts.runner.release();
    await log.close();
  }
}

/**
 * `galley train`: the stages that `options.stage` asks for, then the final model. Stage B starts from Stage A's
 * weights (of this run, or of its folder where Stage B is trained alone) with a fresh optimizer and schedule.
 */
export async function trainStages(
  options: TrainingOptions,
  hooks: TrainHooks = {},
): Promise<{ stages: StageResult[]; finalFolder: string }> {
  const stages: StageResult[] = [];
  if (options.stage !== 'full') {
    await ensureHighConfidence(options, hooks);
    stages.push(await trainStage('highconf', options, hooks));
  }
  if (options.stage !== 'highconf') {
    const before = stages[0]?.folder ?? stageAFolder(options);
    stages.push(await trainStage('full', options, hooks, before ? { initFrom: before } : {}));
  }
  const finalFolder = await saveFinalModel(options, stages[stages.length - 1].folder);
  return { stages, finalFolder };
}

/** Stage A's model folder, where it is complete. */
export function stageAFolder(options: Pick<TrainingOptions, 'output_dir'>): string | undefined {
  const folder = join(options.output_dir, STAGE_FOLDERS.highconf);
  return isFinished(folder) ? folder : undefined;
}

/** Copies a stage's model to `layoutlmv3_boston_final/`, complete, with its trainer_state.json. @returns the folder */
export async function saveFinalModel(
  options: Pick<TrainingOptions, 'output_dir'>,
  from: string,
): Promise<string> {
  const folder = join(options.output_dir, STAGE_FOLDERS.final);
  const { config, parameters } = await loadModelFolder(from);
  await saveModelFolder(folder, {
    config,
    parameters,
    tokenizerFrom: from,
    extra: async (temporary) => {
      await writeJsonWhole(
        join(temporary, 'trainer_state.json'),
        await readJson(join(from, 'trainer_state.json')),
      );
      await copyLearnedPages(from, temporary);
    },
  });
  return folder;
}

/** Rebuilds the high-confidence set, by the hook, where it is missing or too small. */
async function ensureHighConfidence(options: TrainingOptions, hooks: TrainHooks): Promise<void> {
  if (!hooks.regenerateHighConfidence) return;
  let pages = 0;
  let reason: string;
  try {
    pages = (await openDatasetDict(options.highconf_dataset_dir)).split('train').length;
    reason = `${pages} training pages, fewer than ${LEAST_PAGES}`;
  } catch (error) {
    const known = toGalleyError(error, options.highconf_dataset_dir);
    if (known.code !== 'not-found') throw known;
    reason = 'there is none yet';
  }
  if (pages < LEAST_PAGES) await hooks.regenerateHighConfidence(reason);
}

async function describeResult(
  setup: StageSetup,
  folder: string,
  { trainer, plan, best, last, warnings, seconds, secondsPerStep }: TrainerResult,
  device: string,
): Promise<Omit<StageResult, 'reports'>> {
  const every = intervals(setup.settings);
  const { recipe } = setup.fingerprint;
  return {
    stage: setup.stage,
    name: setup.stage === 'highconf' ? 'A' : 'B',
    folder,
    dataset: setup.datasetDir,
    checkpoints: (await findCheckpoints(folder)).map((c) => c.path),
    bestCheckpoint: trainer.best_model_checkpoint,
    bestMacroF1: trainer.best_metric,
    pages: setup.train.pages,
    windows: setup.train.examples.length,
    evalPages: setup.evaluation?.pages ?? 0,
    evaluatedOn: setup.evaluationFrom,
    steps: plan.totalSteps,
    epochs: trainer.epoch,
    seconds,
    secondsPerStep,
    hyperparameters: {
      ...recipe,
      warmup_steps: plan.warmupSteps,
      relative_bias: setup.trainRelativeBias ? 'trained' : 'frozen',
      evaluation: every ? `every ${every.evaluate} steps` : 'each epoch',
      length_buckets: setup.buckets.join('/'),
    },
    warnings,
    evaluation: best ?? last,
    logHistory: trainer.log_history as LogRow[],
    device,
    startedFrom: setup.source.description,
    licence: setup.config.galley.base_model_licence ?? null,
  };
}
