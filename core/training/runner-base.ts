import { GalleyError } from '../errors/galley-error.ts';
import { type Tensor, tensor } from '../runtime/tensor.ts';
import { augmentBatch, type BatchBuffers, fillBatch } from './collate.ts';
import { DropoutMasks } from './dropout.ts';
import { LossScale, type LossScaleState } from './loss-scale.ts';
import type { BatchInput, RunnerOptions, TimeSpent } from './model-runner.ts';
import type { GeneratorState } from './random.ts';
import type { Runner } from './runner.ts';
import { fillTargets } from './targets.ts';

/**
 * What every `Runner` does alike, wherever the weights are: random numbers drawn in one order, batches filled, the loss scale.
 * Steps are taken one at a time unless a runner says otherwise.
 */
export class RunnerBase {
  readonly time: TimeSpent = { feeds: 0, session: 0, gradients: 0 };
  readonly masks: DropoutMasks;
  /** Null where products are not float16. */
  readonly scale: LossScale | null;
  readonly #options: RunnerOptions;

  /** @param largestMask elements of the largest dropout mask of any length */
  constructor(options: RunnerOptions, largestMask: number) {
    this.#options = options;
    this.masks = new DropoutMasks(options.seed, Math.max(1, largestMask));
    this.scale = options.precision === 'float16' ? new LossScale() : null;
  }

  generatorState(): GeneratorState {
    return this.masks.state();
  }

  restoreGenerator(state: GeneratorState, where?: string): void {
    this.masks.restore(state, where);
  }

  lossScale(): LossScaleState | null {
    return this.scale?.state() ?? null;
  }

  restoreLossScale(state: LossScaleState | null): void {
    if (state) this.scale?.restore(state);
  }

  stepsAtOnce(): number {
    return 0;
  }

  /** @throws GalleyError `training`: whoever asks has not looked at {@link stepsAtOnce} */
  async trainSteps(..._: Parameters<Runner['trainSteps']>): ReturnType<Runner['trainSteps']> {
    throw new GalleyError('training', 'this runner takes one step at a time');
  }

  /**
   * Fills buffers and targets [B * T, C] of one micro-batch, hidden words and shifted boxes drawn.
   * @param share what the targets add up to
   */
  fill(buffers: BatchBuffers, input: BatchInput, share: number, targets: Float32Array): void {
    const { ids, augment } = this.#options;
    fillBatch(buffers, input.examples, ids, input.pixelValues);
    augmentBatch(buffers, input.examples, ids, augment, () => this.masks.nextUint32());
    fillTargets(input.examples, buffers.textLength, this.#options.targets, share, targets);
  }

  /** Feed of the loss scale, under the name a graph has for it; none where it has none. */
  scaleFeed(name: string | null): Record<string, Tensor> {
    return name !== null && this.scale ? { [name]: tensor(Float32Array.of(this.scale.scale), []) } : {};
  }
}
