import { ADAMW_DEFAULTS, type AdamWSettings } from './kernels/kernels.ts';
import type { BatchInput } from './model-runner.ts';
import { linearSchedule, type StepPlan } from './schedule.ts';
import type { TrainerInput } from './trainer-types.ts';

/** One optimizer step that was taken. */
export interface TakenStep {
  /** Of each micro-batch, times its share. */
  readonly losses: readonly number[];
  /** Tokens fed, as transformers counts them. */
  readonly tokens: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly seconds: number;
}

/** Indices of the examples of each micro-batch of an epoch. */
type Batches = readonly (readonly number[])[];

/**
 * Takes optimizer steps: loads their batches, and lets the runner do forward and backward pass, clipping and AdamW, one step at a
 * time or several in one run, as the runner can.
 */
export class StepTaker {
  readonly #in: Pick<TrainerInput, 'runner' | 'train' | 'settings'>;
  readonly #plan: StepPlan;
  readonly #listen: () => Promise<{ aborted: boolean; pausedSeconds: number }>;

  /** @param listen waits out a pause, and says whether the training is to stop; asked between runs of the model */
  constructor(
    input: TrainerInput,
    plan: StepPlan,
    listen: () => Promise<{ aborted: boolean; pausedSeconds: number }>,
  ) {
    this.#in = input;
    this.#plan = plan;
    this.#listen = listen;
  }

  /**
   * @param group of micro-batches in the epoch that the next step begins with
   * @param step steps that the training has counted so far
   * @param most steps that may be taken at once: nothing is due behind any of them but the last
   * @returns the steps taken, one or more; null when the training is to stop, with everything as before
   */
  async take(
    batches: Batches,
    group: number,
    step: number,
    most: number,
  ): Promise<readonly TakenStep[] | null> {
    const { runner, settings } = this.#in;
    // What was left out because float16 gradients ran over is a step of the plan, log and checkpoints (as in Hugging Face's
    // Trainer), while neither the learning-rate schedule nor AdamW's count of its updates goes on.
    const updates = step - (runner.lossScale()?.skipped ?? 0);
    const together = settings.accumulation === 1 ? Math.min(runner.stepsAtOnce(), most) : 0;
    return together > 0
      ? this.#several(batches.slice(group, group + together + 1), together, updates)
      : this.#one(batches, group * settings.accumulation, updates);
  }

  /** A group of micro-batches, clipping and AdamW. */
  async #one(batches: Batches, from: number, updates: number): Promise<TakenStep[] | null> {
    const { runner, train, settings } = this.#in;
    const began = performance.now();
    const group = batches.slice(from, from + settings.accumulation);
    const share = settings.accumulationLoss === 'mean' ? 1 / group.length : 1;
    const generator = runner.generatorState();
    const losses: number[] = [];
    let [tokens, paused] = [0, 0];
    for (const [i, batch] of group.entries()) {
      const heard = await this.#listen();
      paused += heard.pausedSeconds;
      if (heard.aborted) {
        // Counted when the group is whole: a training stopped within it begins the group again.
        runner.restoreGenerator(generator);
        return null;
      }
      const input = await train.load(batch, batches[from + i + 1]);
      losses.push(await runner.train(input, share, i === 0));
      tokens += tokensOf(input);
    }
    const update = this.#update(updates);
    const { gradientNorm } = await runner.update(update, updates + 1, settings.maxGradNorm);
    const seconds = (performance.now() - began) / 1000 - paused;
    return [{ losses, tokens, gradientNorm, learningRate: update.learningRate, seconds }];
  }

  /** Steps of one micro-batch each, in one run. @param batches theirs, and the one after them */
  async #several(batches: Batches, count: number, updates: number): Promise<TakenStep[] | null> {
    const { runner, train, settings } = this.#in;
    if ((await this.#listen()).aborted) return null;
    const began = performance.now();
    const inputs: BatchInput[] = [];
    for (let i = 0; i < count; i++) inputs.push(await train.load(batches[i], batches[i + 1]));
    const factors = inputs.map((_, i) => this.#update(updates + i));
    const outcomes = await runner.trainSteps(inputs, factors, updates + 1, settings.maxGradNorm);
    const seconds = (performance.now() - began) / 1000 / count;
    let taken = 0;
    return outcomes.map(({ loss, gradientNorm }, i) => {
      const { learningRate } = factors[taken];
      if (runner.lossScale() === null || Number.isFinite(gradientNorm)) taken++;
      return { losses: [loss], tokens: tokensOf(inputs[i]), gradientNorm, learningRate, seconds };
    });
  }

  #update(taken: number): AdamWSettings {
    const { learningRate, weightDecay } = this.#in.settings;
    return {
      ...ADAMW_DEFAULTS,
      learningRate: linearSchedule(learningRate, taken, this.#plan),
      weightDecay,
    };
  }
}

/** Tokens of a batch as transformers counts them: padded to its longest window. */
const tokensOf = ({ examples }: BatchInput): number =>
  Math.max(...examples.map((e) => e.window.length)) * examples.length;
