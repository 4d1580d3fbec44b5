import { atFloor, type LossScaleState } from './loss-scale.ts';
import type { Collapse, MetricsRecord } from './metrics/metrics.ts';

/** Something that went wrong with a training although it ran; kept in its result and shown at once. */
export interface TrainingWarning {
  readonly code: 'collapse' | 'flat' | 'not-learning' | 'nan-loss' | 'nan-gradient' | 'skipped' | 'data';
  readonly step: number;
  /** Plain words: what was seen, what it means, what to try. */
  readonly message: string;
}

/** Evaluations without a new best F1 before the watch says so. */
const FLAT_EVALUATIONS = 3;

/** Looks at every loss and every evaluation and says, once each, when a training has gone wrong. */
export class TrainingWatch {
  readonly warnings: TrainingWarning[];
  readonly #say: (warning: TrainingWarning) => void;

  /** @param earlier warnings of the same training before it was resumed */
  constructor(say: (warning: TrainingWarning) => void, earlier: readonly TrainingWarning[] = []) {
    this.warnings = [...earlier];
    this.#say = say;
  }

  /**
   * @param loss of one optimizer step @param gradientNorm before clipping
   * @param lossScale after that step; null where products are not float16
   */
  step(step: number, loss: number, gradientNorm: number, lossScale: LossScaleState | null = null): void {
    if (lossScale && Number.isFinite(loss)) {
      // Until the scale is as small as it gets, a gradient that is not finite is how the scale is found.
      if (!Number.isFinite(gradientNorm) && atFloor(lossScale))
        this.#warn(
          'nan-gradient',
          step,
          `the gradient of step ${step} is not finite although the loss scale has fallen to ${lossScale.scale}: ${lossScale.skipped} steps were left out so far. Train without --fp16, or try a lower --learning_rate.`,
        );
    } else if (lossScale)
      this.#warn(
        'nan-loss',
        step,
        `the loss of step ${step} is ${loss}, so that step was left out: a float16 ends at 65504, and no loss scale helps against that on the way to the loss. If it stays, train without --fp16.`,
      );
    else if (!Number.isFinite(loss))
      this.#warn(
        'nan-loss',
        step,
        `the loss of step ${step} is ${loss}: the weights are lost unless the next \
steps recover. Try a lower --learning_rate, and look for damaged images.`,
      );
    else if (!Number.isFinite(gradientNorm))
      this.#warn(
        'nan-gradient',
        step,
        `the gradient of step ${step} is not finite, so that step was left out. \
Try a lower --learning_rate.`,
      );
  }

  /** @param history macro F1 of every evaluation so far, this one last */
  evaluation(
    step: number,
    metrics: MetricsRecord,
    collapse: Collapse | null,
    history: readonly number[],
  ): void {
    if (collapse)
      this.#warn(
        'collapse',
        step,
        `${percent(collapse.share)} of the words are predicted as ${collapse.label}, \
but only ${percent(collapse.referenceShare)} are: the model has collapsed onto one label. Early in a training this \
passes; if it stays, try a lower --learning_rate or look at the labels of the dataset.`,
      );
    if (metrics.macro_f1 === 0 && history.length > 1)
      this.#warn(
        'not-learning',
        step,
        `macro F1 is still 0 after ${history.length} evaluations: the model predicts \
nothing but O. More epochs, a higher --learning_rate or more pages may help.`,
      );
    const before = history.slice(0, -FLAT_EVALUATIONS);
    const recent = history.slice(-FLAT_EVALUATIONS);
    if (before.length > 0 && Math.max(...recent) <= Math.max(...before))
      this.#warn(
        'flat',
        step,
        `macro F1 has not risen for ${FLAT_EVALUATIONS} evaluations (best \
${Math.max(...before).toFixed(3)}): more epochs will hardly help.`,
      );
  }

  /** Anything else worth keeping. */
  note(code: TrainingWarning['code'], step: number, message: string): void {
    this.#warn(code, step, message);
  }

  #warn(code: TrainingWarning['code'], step: number, message: string): void {
    const isNew = !this.warnings.some((w) => w.code === code && (code !== 'data' || w.message === message));
    if (!isNew) return;
    const warning = { code, step, message };
    this.warnings.push(warning);
    this.#say(warning);
  }
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
