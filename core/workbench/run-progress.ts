type Stage = 'A' | 'B';
const ORDER: readonly Stage[] = ['A', 'B'];

export interface StageStep {
  readonly stage: Stage;
  readonly step: number;
  readonly totalSteps: number;
  /** Seconds to the end of this stage, evaluations included. */
  readonly etaSeconds: number | undefined;
}

/** Below this share of a stage, what is left of it says little about the pace. */
const TELLING = 0.05;

/** Counts a run of several stages as one: steps from its start to its end, and the time to its end. */
export class RunProgress {
  readonly #stages: readonly Stage[];
  readonly #steps = new Map<Stage, number>();
  /** Seconds of a step with its share of the evaluations. */
  #pace: number | null = null;

  /** @param stages those the run has, in their order */
  constructor(stages: readonly Stage[]) {
    this.#stages = ORDER.filter((stage) => stages.includes(stage));
  }

  /** Steps of the stages as they were planned; a stage under way knows better. */
  plan(steps: Readonly<Partial<Record<Stage, number>>>): void {
    for (const stage of this.#stages) {
      const planned = steps[stage];
      if (planned && !this.#steps.has(stage)) this.#steps.set(stage, planned);
    }
  }

  /** @returns steps of the whole run; the time is undefined while a stage to come is not planned yet */
  step({ stage, step, totalSteps, etaSeconds }: StageStep): {
    done: number;
    total: number;
    etaSeconds: number | undefined;
  } {
    this.#steps.set(stage, totalSteps);
    const at = this.#stages.indexOf(stage);
    const sum = (stages: readonly Stage[]) => stages.reduce((all, s) => all + (this.#steps.get(s) ?? 0), 0);
    const [before, later] = [this.#stages.slice(0, Math.max(0, at)), this.#stages.slice(at + 1)];
    const left = totalSteps - step;
    if (etaSeconds !== undefined && left > 0 && (this.#pace === null || left > TELLING * totalSteps))
      this.#pace = etaSeconds / left;
    const known = later.every((s) => this.#steps.has(s));
    const ahead =
      later.length === 0 ? 0 : this.#pace === null || !known ? undefined : this.#pace * sum(later);
    return {
      done: sum(before) + step,
      total: sum(before) + totalSteps + sum(later),
      etaSeconds: etaSeconds === undefined || ahead === undefined ? undefined : etaSeconds + ahead,
    };
  }
}
