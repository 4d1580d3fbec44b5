import { dirname } from 'node:path';
import { environmentVersions } from '../../experiment/environment.ts';
import { type RetrainInWindow, type RetrainResult, retrain } from '../../experiment/retrain.ts';
import type { RetrainOptions } from '../../experiment/retrain-options.ts';
import { writeModelCards } from '../../model-export/write-cards.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

/** Corrections into the dataset, Stage B on from the last model, and what that changed. */
export async function retrainJob(
  { options, window = null }: { options: RetrainOptions; window?: RetrainInWindow | null },
  context: JobContext<CommonEvent>,
): Promise<RetrainResult> {
  const hooks = jobHooks(context);
  const result = await retrain(options, hooks, window);
  if (result.modelDir !== null)
    await writeModelCards(dirname(result.modelDir), {
      runDir: dirname(result.modelDir),
      versions: environmentVersions(),
      onWarning: hooks.onWarning,
    });
  return result;
}
