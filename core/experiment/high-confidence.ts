import type { TrainingOptions } from '../training/options.ts';
export function highConfidenceBuilder(_o: TrainingOptions, _h: unknown): (reason: string) => Promise<void> {
  return async () => {};
}
