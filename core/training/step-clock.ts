/** Weight of the newest step in the running mean. */
const NEWEST = 0.1;
/** The first runs of a session are two to three times slower. */
const WARM_UP = 2;

/** Measures steps and evaluations and says how long the rest will take. */
export class StepClock {
  #steps = 0;
  #mean = 0;
  #evaluation: number | null = null;
  /** Seconds of an evaluation before one was measured, in steps. */
  readonly #evaluationInSteps: number;

  constructor(evaluationInSteps: number) {
    this.#evaluationInSteps = evaluationInSteps;
  }

  step(seconds: number): void {
    this.#steps++;
    if (this.#steps <= WARM_UP + 1) this.#mean = seconds;
    else this.#mean += NEWEST * (seconds - this.#mean);
  }

  evaluation(seconds: number): void {
    this.#evaluation = seconds;
  }

  /** Running mean of a step. */
  get secondsPerStep(): number {
    return this.#mean;
  }

  /** Undefined until a step was measured. */
  eta(stepsLeft: number, evaluationsLeft: number): number | undefined {
    if (this.#steps === 0) return undefined;
    const evaluation = this.#evaluation ?? this.#evaluationInSteps * this.#mean;
    return stepsLeft * this.#mean + evaluationsLeft * evaluation;
  }
}
