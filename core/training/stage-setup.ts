import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { type DatasetDict, openDatasetDict } from '../datasets/dataset-dict.ts';
import type { DatasetSplit } from '../datasets/dataset-split.ts';
import { PixelLoader } from '../encoding/pixels.ts';
import { readPreprocessor } from '../encoding/preprocessor.ts';
import { lineIds, readingLines } from '../encoding/reading-lines.ts';
import { GalleyError } from '../errors/galley-error.ts';
import {
  type LayoutLMv3Config,
  maxTextLength,
  visualLength,
  withGalleySettings,
} from '../layoutlmv3/config.ts';
import type { FetchOptions } from '../layoutlmv3/hub.ts';
import { type ParameterSpec, parameterSpecs } from '../layoutlmv3/parameters.ts';
import type { TrainingPrecision } from '../layoutlmv3/training-layers.ts';
import type { Page } from '../page/page.ts';
import type { Device } from '../runtime/session.ts';
import { BatchSource } from './batch-source.ts';
import { chooseBuckets, rowCost } from './buckets.ts';
import { createRunner } from './create-runner.ts';
import { checkEightBit } from './eight-bit.ts';
import { buildExamples, type ExampleSet } from './examples.ts';
import { type StageFingerprint, stageFingerprint, stageRecipe } from './fingerprint.ts';
import { activationBytes, type TrainingShape } from './memory.ts';
import { type RunnerOptions, trainableNames } from './model-runner.ts';
import { type ModelSource, openModelSource } from './model-source.ts';
import { recipeOf, type TrainingOptions } from './options.ts';
import type { Runner } from './runner.ts';
import { sequentialBatches, trainingBatches } from './sampler.ts';
import { planSteps, type StepPlan } from './schedule.ts';
import { STAGE_FOLDERS, type StageName } from './stage-names.ts';
import { TrainingState } from './state.ts';
import { labelWeights } from './targets.ts';
import { intervals, type TrainerSettings } from './trainer-types.ts';

export { STAGE_FOLDERS, type StageName };

export interface SetupHooks {
  readonly onProgress?: (p: { done: number; total: number; what: string; etaSeconds?: number }) => void;
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** How a model is fetched from the hub (licence, offline). */
  readonly hub?: FetchOptions;
}

/** Pages used with --debug. */
const DEBUG_PAGES = { train: 8, evaluation: 4 };
/** Up to this much for one session's activations there may be several length buckets, whatever the machine. */
const SMALL_SESSION_BYTES = 2 ** 30;
/** Above that, only where all of them and the state take no more than this share of the machine's memory. */
const BUCKETS_SHARE = 0.4;
/** Three buckets' activations together, in those of the longest, about: attention grows with the square. */
const BUCKETS_TOGETHER = 2;

/** Everything about a stage that can be known before its model exists in memory. */
export interface StageSetup {
  readonly stage: StageName;
  readonly dataset: DatasetDict;
  readonly datasetDir: string;
  readonly source: ModelSource;
  /** The source's, with what this training adds to it. */
  readonly config: LayoutLMv3Config;
  readonly settings: TrainerSettings;
  readonly train: ExampleSet;
  readonly evaluation: ExampleSet | null;
  /** Where the evaluation pages come from, for people. */
  readonly evaluationFrom: string;
  readonly plan: StepPlan;
  readonly buckets: readonly number[];
  readonly evalBuckets: readonly number[];
  readonly visual: boolean;
  readonly trainRelativeBias: boolean;
  /** What its products are computed in. */
  readonly precision: TrainingPrecision;
  readonly trainable: ReadonlySet<string>;
  readonly specs: readonly ParameterSpec[];
  readonly fingerprint: StageFingerprint;
}

/** A word's line, found from the boxes alone, as inference will. */
const linesOf = (page: Page) => lineIds(readingLines(page), page.words.length);

/**
 * Opens the dataset and the model of a stage and encodes its pages.
 * @param initFrom model folder to start from instead of `options.model` (Stage B: Stage A's)
 * @param precision what {@link trainingPrecision} found for the device
 */
export async function setUpStage(
  stage: StageName,
  options: TrainingOptions,
  hooks: SetupHooks = {},
  initFrom?: string,
  precision: TrainingPrecision = options.precision,
): Promise<StageSetup> {
  const datasetDir = stage === 'highconf' ? options.highconf_dataset_dir : options.full_dataset_dir;
  const dataset = await openDatasetDict(datasetDir);
  const source = await openModelSource(
    initFrom ?? options.model,
    dataset.labelMap,
    {
      line_boxes: options.line_boxes,
      max_length: options.max_length,
      visual: !options.text_only,
      context_words: options.context_words,
    },
    hooks.hub,
  );
  const { tokenizer } = source;
  if (options.max_length > maxTextLength(source.config))
    throw new GalleyError(
      'usage',
      `--max_length ${options.max_length}, but the model has positions for ${maxTextLength(source.config)}`,
    );
  const encode = (split: DatasetSplit, pageLimit: number | undefined, keep?: (page: number) => boolean) =>
    buildExamples(split, tokenizer, dataset.labelMap, {
      maxLength: options.max_length,
      ...(options.stride === undefined ? {} : { stride: options.stride }),
      ...(options.line_boxes ? { linesOf } : {}),
      contextWords: options.context_words,
      ...(pageLimit === undefined ? {} : { pageLimit }),
      ...(keep ? { keep } : {}),
      confidenceWeights: options.word_weights === 'confidence',
      onProgress: (done, total) => hooks.onProgress?.({ done, total, what: `encoding ${split.name} pages` }),
      ...(hooks.signal ? { signal: hooks.signal } : {}),
    });
  const trainSplit = dataset.split('train');
  const train = encode(trainSplit, options.debug ? DEBUG_PAGES.train : undefined);
  if (train.examples.length === 0)
    throw new GalleyError('training', 'no page of the train split has a label to learn from', {
      where: datasetDir,
      hint: 'label the pages first (galley label), or look at the dataset with galley doctor',
    });
  const held = await evaluationPages(stage, options, dataset, trainSplit, encode);
  if (!held)
    hooks.onWarning?.(
      `${datasetDir}: no validation pages: nothing is evaluated while training, and the last weights are kept`,
    );

  const settings = trainerSettings(stage, options);
  const visual = !options.text_only && source.config.visualEmbed;
  const untrained = source.fromScratch || source.config.galley.relative_bias_trained === true;
  const trainRelativeBias =
    options.freeze_layers === 0 &&
    (options.relative_bias === 'trained' || (options.relative_bias === 'auto' && untrained));
  const config = trainRelativeBias
    ? withGalleySettings(source.config, { relative_bias_trained: true })
    : source.config;
  const plan = planSteps({ ...settings, examples: train.examples.length });
  const cost = (length: number) => rowCost(config, length, visual ? visualLength(config) : 0);
  const shape = {
    batch: options.batch_size,
    textLength: options.max_length,
    visual,
    checkpointing: options.gradient_checkpointing,
  };
  const activations = activationBytes(config, shape);
  const trainable = trainableNames(config, {
    visual,
    trainRelativeBias,
    freezeLayers: options.freeze_layers,
  });
  const specs = parameterSpecs(config);
  const state = TrainingState.estimateBytes(specs, (spec) => trainable.has(spec.name));
  const together = state + BUCKETS_TOGETHER * activations;
  // All the machine's memory, not what is free: a training that goes on must pad as it did before.
  const several = activations <= SMALL_SESSION_BYTES || together <= BUCKETS_SHARE * totalmem();
  const maxBuckets = several ? undefined : 1;
  return {
    stage,
    dataset,
    datasetDir,
    source,
    config,
    settings,
    train,
    evaluation: held?.set ?? null,
    evaluationFrom: held?.from ?? 'none',
    plan,
    buckets: chooseBuckets(batchLengths(train, plan, settings), options.max_length, cost, maxBuckets),
    evalBuckets: held
      ? chooseBuckets(evalLengths(held.set, settings.evalBatchSize), options.max_length, cost, maxBuckets)
      : [],
    visual,
    trainRelativeBias,
    precision,
    trainable,
    specs,
    fingerprint: stageFingerprint(
      stage,
      stageRecipe(recipeOf(options), { ...settings, precision }),
      config,
      held ? [train, held.set] : [train],
    ),
  };
}

/** Allocates the state, loads the first weights and makes what a trainer works with. */
export async function openStage(
  setup: StageSetup,
  options: TrainingOptions,
  device: Device,
  hooks: SetupHooks = {},
): Promise<{
  state: TrainingState;
  runner: Runner;
  train: BatchSource;
  evaluation: BatchSource | null;
}> {
  const { source, config, trainable } = setup;
  if (setup.precision === 'int8') await checkEightBit(device);
  const state = new TrainingState(setup.specs, (spec) => trainable.has(spec.name));
  await source.load(state, options.seed);
  const runner = createRunner(runnerOptions(setup, options, device), state);
  const pixels = setup.visual
    ? new PixelLoader({
        ...(await readPreprocessor(source.tokenizerFolder)),
        size: config.inputSize,
        ...(hooks.onWarning ? { onWarning: hooks.onWarning } : {}),
      })
    : null;
  return {
    state,
    runner,
    train: new BatchSource(setup.train, setup.buckets, pixels),
    evaluation: setup.evaluation && new BatchSource(setup.evaluation, setup.evalBuckets, pixels),
  };
}

/** How the model of a stage is run. */
export function runnerOptions(setup: StageSetup, options: TrainingOptions, device: Device): RunnerOptions {
  const { source, config, settings } = setup;
  return {
    config,
    ids: source.tokenizer.ids,
    visual: setup.visual,
    batch: settings.batchSize,
    evalBatch: settings.evalBatchSize,
    device,
    trainRelativeBias: setup.trainRelativeBias,
    checkpointing: options.gradient_checkpointing,
    freezeLayers: options.freeze_layers,
    precision: setup.precision,
    targets: {
      labels: config.labels.size,
      smoothing: options.label_smoothing_factor,
      labelWeights: labelWeights(setup.train.labelCounts, options.label_weight_power),
    },
    augment: { tokenMasking: options.token_masking, boxJitter: options.box_jitter },
    seed: options.seed,
    buckets: setup.buckets,
  };
}

/** What a stage's memory depends on. */
export function trainingShape(setup: StageSetup, options: TrainingOptions, device: Device): TrainingShape {
  const { settings, train, evaluation } = setup;
  return {
    batch: settings.batchSize,
    evalBatch: settings.evalBatchSize,
    visual: setup.visual,
    checkpointing: options.gradient_checkpointing,
    freezeLayers: options.freeze_layers,
    precision: setup.precision,
    trainRelativeBias: setup.trainRelativeBias,
    accumulates: settings.accumulation > 1,
    lengths: setup.buckets,
    evalLengths: setup.evalBuckets,
    pages: train.pages + (evaluation?.pages ?? 0),
    device,
  };
}

export function trainerSettings(stage: StageName, options: TrainingOptions): TrainerSettings {
  const [rate, epochs] =
    stage === 'highconf'
      ? [options.learning_rate_stageA, options.num_train_epochs_stageA]
      : [options.learning_rate_stageB, options.num_train_epochs_stageB];
  const settings = {
    learningRate: rate ?? options.learning_rate,
    epochs,
    maxSteps: options.max_steps,
    batchSize: options.batch_size,
    evalBatchSize: options.eval_batch_size,
    accumulation: options.gradient_accumulation_steps,
    accumulationLoss: options.accumulation_loss,
    warmupRatio: options.warmup_ratio,
    weightDecay: options.weight_decay,
    maxGradNorm: options.max_grad_norm,
    seed: options.seed,
    loggingSteps: options.logging_steps,
    ...(options.eval_steps === undefined ? {} : { evalSteps: options.eval_steps }),
    ...(options.save_steps === undefined ? {} : { saveSteps: options.save_steps }),
    saveTotalLimit: options.save_total_limit,
  };
  intervals(settings);
  return settings;
}

type Encode = (
  split: DatasetSplit,
  pageLimit: number | undefined,
  keep?: (page: number) => boolean,
) => ExampleSet;

/**
 * The validation split of the stage's own dataset; for a high-confidence set without one, that of the full dataset,
 * less the pages trained on.
 */
async function evaluationPages(
  stage: StageName,
  options: TrainingOptions,
  dataset: DatasetDict,
  trainSplit: DatasetSplit,
  encode: Encode,
): Promise<{ set: ExampleSet; from: string } | null> {
  const limit = options.debug ? DEBUG_PAGES.evaluation : undefined;
  const own = dataset.findSplit('validation');
  if (own && own.length > 0) {
    const set = encode(own, limit);
    if (set.examples.length > 0) return { set, from: `${own.name} split` };
  }
  if (stage === 'full' || !existsSync(options.full_dataset_dir)) return null;
  const full = (await openDatasetDict(options.full_dataset_dir)).findSplit('validation');
  if (!full || full.length === 0) return null;
  const trained = new Set(trainSplit.pageNumbers());
  const numbers = full.pageNumbers();
  const set = encode(full, limit, (page) => !trained.has(numbers[page]));
  return set.examples.length > 0 ? { set, from: `${full.name} split of the full dataset` } : null;
}

/** Longest window of every batch of every epoch: the order is known beforehand. */
function batchLengths(set: ExampleSet, plan: StepPlan, settings: TrainerSettings): number[] {
  const lengths: number[] = [];
  for (let epoch = 0; epoch < plan.epochs; epoch++)
    for (const batch of trainingBatches(set.examples.length, settings.batchSize, settings.seed, epoch))
      lengths.push(longest(set, batch));
  return lengths;
}

const evalLengths = (set: ExampleSet, batch: number) =>
  sequentialBatches(set.examples.length, batch).map((indices) => longest(set, indices));

const longest = (set: ExampleSet, batch: readonly number[]) =>
  Math.max(...batch.map((i) => set.examples[i].window.length));
