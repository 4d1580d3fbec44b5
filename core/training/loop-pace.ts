/** Seconds that one run of several steps is meant to take. */
const RUN_SECONDS = 2;
/** Steps of the run that tells what a step costs beside what a run costs. */
const PROBE_STEPS = 4;

/**
 * How many steps to take in one run. A run has a fixed cost (weights and moments over the bus) and one for each step: both follow
 * from a run of one step and runs of a few. The first run of a session is slow and says nothing.
 */
export class LoopPace {
  readonly #most: number;
  #steps = 1;
  #warm = false;
  /** Seconds of a run of one step. */
  #single: number | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Notes a run. */
  ran(steps: number, seconds: number): void {
    if (!this.#warm) {
      this.#warm = true;
      return;
    }
    if (this.#single === null) {
      if (steps > 1) return;
      this.#single = seconds;
      this.#steps = Math.min(this.#most, PROBE_STEPS);
    } else if (steps > 1) {
      const each = Math.max(1e-4, (seconds - this.#single) / (steps - 1));
      const fixed = Math.max(0, this.#single - each);
      // A fixed cost that fills the time by itself asks for more steps, not for fewer.
      const left = Math.max(RUN_SECONDS - fixed, RUN_SECONDS / 2);
      this.#steps = Math.max(1, Math.min(this.#most, Math.floor(left / each + 1e-6)));
    }
  }
}
