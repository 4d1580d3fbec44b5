import { GalleyError } from '../errors/galley-error.ts';

/** The part of a `Runner` that takes its optimizer steps one at a time. */
export class OneStepRunner {
  stepsAtOnce(): number {
    return 0;
  }

  async trainSteps(): Promise<never> {
    throw new GalleyError('training', 'this runner takes one step at a time');
  }
}
