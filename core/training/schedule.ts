/** How many steps a training takes, as Hugging Face's Trainer counts them (transformers 5.23). */
export interface StepPlan {
  readonly batchesPerEpoch: number;
  /** Optimizer steps per epoch; a shorter last group of batches counts as one. */
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** Epochs begun, whole. */
  readonly epochs: number;
  readonly warmupSteps: number;
}

export interface StepSettings {
  readonly examples: number;
  readonly batchSize: number;
  readonly accumulation: number;
  /** May be a fraction. */
  readonly epochs: number;
  /** Overrides `epochs` where it is above 0. */
  readonly maxSteps: number;
  /** Share of all steps. */
  readonly warmupRatio: number;
}

export function planSteps(s: StepSettings): StepPlan {
  const batchesPerEpoch = Math.ceil(s.examples / s.batchSize);
  const stepsPerEpoch = Math.max(1, Math.ceil(batchesPerEpoch / s.accumulation));
  const totalSteps = s.maxSteps > 0 ? s.maxSteps : Math.ceil(s.epochs * stepsPerEpoch);
  return {
    batchesPerEpoch,
    stepsPerEpoch,
    totalSteps,
    epochs: s.maxSteps > 0 ? Math.ceil(s.maxSteps / stepsPerEpoch) : Math.ceil(s.epochs),
    warmupSteps: Math.ceil(totalSteps * s.warmupRatio),
  };
}

/**
 * Learning rate of the update that follows `stepsTaken` earlier ones: linear from 0 to `peak` over the warm-up,
 * then linear to 0 at `totalSteps` (transformers' get_linear_schedule_with_warmup).
 */
export function linearSchedule(
  peak: number,
  stepsTaken: number,
  { totalSteps, warmupSteps }: { readonly totalSteps: number; readonly warmupSteps: number },
): number {
  const factor =
    stepsTaken < warmupSteps
      ? stepsTaken / Math.max(1, warmupSteps)
      : Math.max(0, (totalSteps - stepsTaken) / Math.max(1, totalSteps - warmupSteps));
  return peak * factor;
}
