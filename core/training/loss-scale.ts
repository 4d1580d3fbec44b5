import { z } from 'zod';

/** torch.amp.GradScaler's settings, which transformers and accelerate leave as they are. */
const START = 65_536;
const GROWTH_INTERVAL = 2_000;
/** Neither is torch's: it lets the scale run to 0 or to infinity. */
const FLOOR = 1;
const CAP = 2 ** 24;

/** What {@link LossScale} goes by, for a graph that does the same. */
export const LOSS_SCALE_LIMITS = { floor: FLOOR, cap: CAP, growthInterval: GROWTH_INTERVAL } as const;

export const lossScaleSchema = z.object({
  /** What the gradients are multiplied by on their way through float16. A power of two: taking it out again is exact. */
  scale: z.number().min(FLOOR).max(CAP),
  /** Steps in a row whose gradient was finite, since the scale last changed. */
  goodSteps: z.int().min(0).max(GROWTH_INTERVAL),
  /** Steps left out altogether, because their gradient was not finite. */
  skipped: z.int().min(0),
});
export type LossScaleState = z.output<typeof lossScaleSchema>;

/**
 * The factor that lifts gradients into float16's range, found while training (Micikevicius et al. 2018, as GradScaler does it):
 * halved when a gradient is not finite, in which case that step is left out, and doubled after 2000 finite ones in a row.
 */
export class LossScale {
  #state: LossScaleState = { scale: START, goodSteps: 0, skipped: 0 };

  get scale(): number {
    return this.#state.scale;
  }

  state(): LossScaleState {
    return this.#state;
  }

  restore(state: LossScaleState): void {
    this.#state = state;
  }

  /** Notes a step's outcome, after it was taken or left out. @param finite whether its gradient was */
  step(finite: boolean): void {
    const { scale, goodSteps, skipped } = this.#state;
    if (!finite) this.#state = { scale: Math.max(FLOOR, scale / 2), goodSteps: 0, skipped: skipped + 1 };
    else if (goodSteps + 1 === GROWTH_INTERVAL)
      this.#state = { scale: Math.min(CAP, scale * 2), goodSteps: 0, skipped };
    else this.#state = { scale, goodSteps: goodSteps + 1, skipped };
  }
}

/** Whether a scale can fall no further: a gradient that is not finite then is no matter of scale. */
export const atFloor = ({ scale }: LossScaleState): boolean => scale <= FLOOR;
