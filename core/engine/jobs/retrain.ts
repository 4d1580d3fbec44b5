import { type RetrainInWindow, type RetrainResult, retrain } from '../../experiment/retrain.ts';
import type { RetrainOptions } from '../../experiment/retrain-options.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

/** Corrections into the dataset, Stage B on from the last model, and what that changed. */
export const retrainJob = (
  { options, window = null }: { options: RetrainOptions; window?: RetrainInWindow | null },
  context: JobContext<CommonEvent>,
): Promise<RetrainResult> => retrain(options, jobHooks(context), window);
