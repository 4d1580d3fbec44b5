import type { LabelledPage } from '../../datasets/labelled-page.ts';
import { IGNORED_LABEL } from '../../encoding/windows.ts';
import type { LayoutLMv3Config } from '../../layoutlmv3/config.ts';
import { initParameters, parameterSpecs } from '../../layoutlmv3/parameters.ts';
import { tinyConfig } from '../../layoutlmv3/testing/tiny.ts';
import { BatchSource } from '../batch-source.ts';
import type { Example, ExampleSet } from '../examples.ts';
import { stageFingerprint } from '../fingerprint.ts';
import { type BatchInput, ModelRunner, type RunnerOptions, trainableNames } from '../model-runner.ts';
import { MersenneTwister } from '../random.ts';
import { TrainingState } from '../state.ts';
import type { TrainerInput, TrainerSettings } from '../trainer-types.ts';

/** Special ids of the tiny vocabulary of 40. */
export const TINY_IDS = { cls: 0, pad: 1, sep: 2, unk: 3, mask: 4 };

/** A window of `words` one-piece words whose label follows from the word, so that it can be learned. */
export function tinyExample(seed: number, words: number, labels = 5): Example {
  const random = new MersenneTwister(seed);
  const length = words + 2;
  const inputIds = new Int32Array(length);
  const bbox = new Int32Array(4 * length);
  const labelIds = new Int32Array(length).fill(IGNORED_LABEL);
  const wordIndex = new Int32Array(length).fill(-1);
  inputIds[length - 1] = TINY_IDS.sep;
  for (let word = 0; word < words; word++) {
    const id = 5 + random.below(30);
    const [x, y] = [random.below(900), random.below(900)];
    inputIds[word + 1] = id;
    bbox.set([x, y, x + random.below(100), y + random.below(100)], 4 * (word + 1));
    labelIds[word + 1] = id % labels;
    wordIndex[word + 1] = word;
  }
  const window = {
    length,
    inputIds,
    bbox,
    labels: labelIds,
    wordIndex,
    labelled: words,
    heads: new Int32Array(0),
  };
  return { window, page: 0, weights: null };
}

export function tinyPixels(config: LayoutLMv3Config, seed: number): Float32Array {
  const random = new MersenneTwister(seed);
  const values = new Float32Array(config.numChannels * config.inputSize ** 2);
  return values.map(() => random.nextUint32() / 2 ** 31 - 1);
}

export interface TinyRun {
  readonly config: LayoutLMv3Config;
  readonly state: TrainingState;
  readonly runner: ModelRunner;
  readonly options: RunnerOptions;
  input(examples: readonly Example[], textLength: number): BatchInput;
}

/** A runner over a model small enough for a test, initialised from `seed`. */
export function tinyRun(
  changes: Record<string, unknown> = {},
  options: Partial<RunnerOptions> & { readonly buckets: readonly number[] },
): TinyRun {
  const config = tinyConfig(changes);
  const settings: RunnerOptions = {
    config,
    ids: TINY_IDS,
    visual: true,
    batch: 2,
    evalBatch: 2,
    device: 'cpu',
    trainRelativeBias: false,
    targets: { labels: config.labels.size, smoothing: 0, labelWeights: null },
    augment: { tokenMasking: 0, boxJitter: 0 },
    seed: 42,
    ...options,
  };
  const trainable = trainableNames(config, settings);
  const state = new TrainingState(parameterSpecs(config), (spec) => trainable.has(spec.name));
  state.load(initParameters(config, 7));
  const pixels = tinyPixels(config, 3);
  return {
    config,
    state,
    runner: new ModelRunner(settings, state),
    options: settings,
    input: (examples, textLength) => ({
      examples,
      textLength,
      ...(settings.visual ? { pixelValues: examples.map(() => pixels) } : {}),
    }),
  };
}

const PAGE: LabelledPage = {
  pageNum: 1,
  width: 100,
  height: 100,
  words: [],
  bboxes: [],
  imagePath: null,
  labels: [],
};

export function tinySet(examples: readonly Example[], labels = 5): ExampleSet {
  const labelCounts = new Array<number>(labels).fill(0);
  for (const { window } of examples) for (const l of window.labels) if (l !== IGNORED_LABEL) labelCounts[l]++;
  return { examples, pages: examples.length, skipped: 0, labelCounts, page: () => PAGE };
}

export const TINY_SETTINGS: TrainerSettings = {
  learningRate: 5e-3,
  epochs: 3,
  maxSteps: -1,
  batchSize: 2,
  evalBatchSize: 2,
  accumulation: 2,
  accumulationLoss: 'mean',
  warmupRatio: 0.1,
  weightDecay: 0.01,
  maxGradNorm: 1,
  seed: 42,
  loggingSteps: 2,
  saveTotalLimit: 2,
};

/** Everything a trainer needs, with seven training windows, four for evaluation, dropout on. */
export function tinyTraining(
  folder: string,
  changes: Partial<TrainerSettings> = {},
  resume = false,
  options: Partial<RunnerOptions> = {},
): TrainerInput & { readonly state: TrainingState; readonly options: RunnerOptions } {
  const settings = { ...TINY_SETTINGS, ...changes };
  const { batchSize: batch, evalBatchSize: evalBatch } = settings;
  const run = tinyRun({}, { buckets: [6, 9], batch, evalBatch, ...options });
  const pixels = { load: async () => tinyPixels(run.config, 3) };
  const train = tinySet([3, 4, 5, 6, 7, 3, 5].map((words, i) => tinyExample(i, words)));
  const held = tinySet([4, 6, 7].map((words, i) => tinyExample(100 + i, words)));
  return {
    config: run.config,
    state: run.state,
    options: run.options,
    runner: run.runner,
    train: new BatchSource(train, [6, 9], pixels),
    evaluation: new BatchSource(held, [9], pixels),
    settings,
    folder,
    tokenizerFrom: folder,
    fingerprint: stageFingerprint('test', { ...settings }, run.config, [train, held]),
    resume,
  };
}
