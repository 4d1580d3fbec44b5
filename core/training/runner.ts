import type { AdamWSettings } from './kernels/kernels.ts';
import type { LossScaleState } from './loss-scale.ts';
import type { BatchInput, TimeSpent } from './model-runner.ts';
import type { GeneratorState } from './random.ts';
import type { StepOutcome } from './state.ts';

/**
 * What a trainer asks of whatever runs the model. Parameters, gradients and moments may lie in the training state
 * (CPU) or on a device; the state is up to date after {@link Runner.download} only.
 */
export interface Runner {
  readonly time: TimeSpent;
  /** State of everything random in a step (dropout, augmentation). */
  generatorState(): GeneratorState;
  restoreGenerator(state: GeneratorState, where?: string): void;
  /**
   * Forward and backward pass of one micro-batch; its gradient is kept until {@link Runner.update}.
   * @param share what the targets of this micro-batch add up to: 1 / micro-batches of its group
   * @param first whether it begins a group (replaces the gradient), or is added to it
   * @returns the loss times `share`
   */
  train(input: BatchInput, share: number, first: boolean): Promise<number>;
  /** What the gradients are scaled by at present; null where products are not float16. */
  lossScale(): LossScaleState | null;
  /** Null leaves it as it is. */
  restoreLossScale(state: LossScaleState | null): void;
  /**
   * Clips by global norm and takes one AdamW step. With a norm that is not finite nothing is updated, and the loss scale halves
   * where there is one.
   * @param step number of this update, from 1, those that were left out because of the loss scale not counted
   * @param maxNorm 0: no clipping
   */
  update(settings: AdamWSettings, step: number, maxNorm: number): Promise<StepOutcome>;
  /** Optimizer steps that one call of {@link Runner.trainSteps} takes at most; 0 where there is no such call. */
  stepsAtOnce(): number;
  /**
   * Several optimizer steps of one micro-batch each, forward, backward, clipping and AdamW; weights and moments are in the
   * training state afterwards. At most {@link Runner.stepsAtOnce}.
   * @param updates settings of the updates by how many were taken before in this call: a step that the loss scale leaves out
   * takes none
   * @param firstUpdate number of the first of these updates, from 1
   * @returns of each step its loss, and the norm of its gradient before clipping
   */
  trainSteps(
    inputs: readonly BatchInput[],
    updates: readonly AdamWSettings[],
    firstUpdate: number,
    maxNorm: number,
  ): Promise<readonly (StepOutcome & { readonly loss: number })[]>;
  /** Logits [B, T, C] without dropout; a view that the next call overwrites. Rows beyond the examples mean nothing. */
  predict(input: BatchInput): Promise<Float32Array>;
  /** Brings parameters and moments into the training state, before they are saved. */
  download(): Promise<void>;
  /** Takes parameters and moments from the training state, after they were loaded. */
  upload(): Promise<void>;
  release(): Promise<void>;
}
