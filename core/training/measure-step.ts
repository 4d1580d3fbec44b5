import { visualLength } from '../layoutlmv3/config.ts';
import type { Device } from '../runtime/session.ts';
import { bucketFor, rowCost } from './buckets.ts';
import { createRunner } from './create-runner.ts';
import { ADAMW_DEFAULTS } from './kernels/kernels.ts';
import type { TrainingOptions } from './options.ts';
import { sequentialBatches, trainingBatches } from './sampler.ts';
import { runnerOptions, type StageSetup } from './stage-setup.ts';
import { TrainingState } from './state.ts';

/** How long a training will take, from a step that was really taken. */
export interface TimeEstimate {
  /** Mean optimizer step of an epoch, all its micro-batches. */
  readonly secondsPerStep: number;
  /** One epoch with the evaluation at its end. */
  readonly secondsPerEpoch: number;
}

/** A forward pass without dropout, as a share of forward and backward pass. */
const EVALUATION = 1 / 3;
/** The first run of a session is two to three times slower than those that follow. */
const WARM_UP = 1;
/** Steps at once that are measured where a runner takes several. */
const LOOPED = 4;

/** Multiplications of the matrix products that {@link measureStep} will compute, about. */
export function measureWork({ config, settings, buckets, visual }: StageSetup): number {
  const tokens = visual ? visualLength(config) : 0;
  const forward = config.numHiddenLayers * rowCost(config, buckets[buckets.length - 1], tokens);
  return (1 + WARM_UP) * 3 * settings.batchSize * forward;
}

/**
 * Takes a few steps on the stage's own windows (weights all zero: the time is the same), at the length most batches have, and
 * works out an epoch from it: other lengths take as much longer as their matrix products are larger.
 */
export async function measureStep(
  setup: StageSetup,
  options: TrainingOptions,
  device: Device,
): Promise<TimeEstimate> {
  const { config, settings, train, evaluation, buckets, evalBuckets, trainable } = setup;
  const longestOf = (examples: typeof train.examples, batch: readonly number[]) =>
    Math.max(...batch.map((i) => examples[i].window.length));
  const batches = trainingBatches(train.examples.length, settings.batchSize, settings.seed, 0);
  // A runner of several steps pads all windows to the longest length.
  const padded = device === 'cuda' && settings.accumulation === 1 ? buckets.slice(-1) : buckets;
  const lengths = batches.map((batch) => bucketFor(padded, longestOf(train.examples, batch)));
  const commonest = buckets.reduce((best, length) => {
    const count = (n: number) => lengths.filter((l) => l === n).length;
    return count(length) > count(best) ? length : best;
  });
  const state = new TrainingState(setup.specs, (spec) => trainable.has(spec.name));
  const runner = createRunner(runnerOptions(setup, options, device), state);
  const examples = batches[lengths.indexOf(commonest)].map((i) => train.examples[i]);
  const pixels = new Float32Array(config.numChannels * config.inputSize ** 2);
  const input = {
    examples,
    textLength: commonest,
    ...(setup.visual ? { pixelValues: examples.map(() => pixels) } : {}),
  };
  let [micro, update] = [0, 0];
  try {
    const optimizer = { ...ADAMW_DEFAULTS, learningRate: 0 };
    for (let i = 0; i <= WARM_UP && runner.stepsAtOnce() === 0; i++) {
      const began = performance.now();
      await runner.train(input, 1, true);
      const ran = performance.now();
      await runner.update(optimizer, 1, settings.maxGradNorm);
      [micro, update] = [(ran - began) / 1000, (performance.now() - ran) / 1000];
    }
    // A runner that takes several steps at once learns from the first ones how many.
    for (let i = 0; i <= 1 + WARM_UP && runner.stepsAtOnce() > 0; i++) {
      const together = new Array<typeof input>(Math.min(i < 2 ? 1 : LOOPED, runner.stepsAtOnce())).fill(
        input,
      );
      const began = performance.now();
      await runner.trainSteps(
        together,
        together.map(() => optimizer),
        1,
        settings.maxGradNorm,
      );
      micro = (performance.now() - began) / 1000 / together.length;
    }
  } finally {
    await runner.release();
  }
  const tokens = setup.visual ? visualLength(config) : 0;
  const relative = (length: number) => rowCost(config, length, tokens) / rowCost(config, commonest, tokens);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const training = micro * sum(lengths.map(relative)) + update * setup.plan.stepsPerEpoch;
  const held = evaluation
    ? sequentialBatches(evaluation.examples.length, settings.evalBatchSize).map((batch) =>
        relative(bucketFor(evalBuckets, longestOf(evaluation.examples, batch))),
      )
    : [];
  const evaluating = (EVALUATION * micro * settings.evalBatchSize * sum(held)) / settings.batchSize;
  return {
    secondsPerStep: training / setup.plan.stepsPerEpoch,
    secondsPerEpoch: training + evaluating,
  };
}
