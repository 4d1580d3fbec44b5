import { environmentVersions } from '../../experiment/environment.ts';
import { rebuildHighConfidence } from '../../experiment/high-confidence.ts';
import { writeModelCards } from '../../model-export/write-cards.ts';
import type { TrainingOptions } from '../../training/options.ts';
import { planText, planTraining, type StageResult, trainStages } from '../../training/stages.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

export interface TrainJobResult {
  /** The plan alone, with --dry_run. */
  plan: string[] | null;
  stages: StageResult[];
  finalFolder: string | null;
}

/** Stage A, Stage B or both, as `galley train` and the window start them. */
export async function trainJob(
  input: { options: TrainingOptions },
  context: JobContext<CommonEvent>,
): Promise<TrainJobResult> {
  const { options } = input;
  const hooks = jobHooks(context);
  if (options.dry_run) {
    const plan = await planTraining(options, hooks, true);
    return { plan: planText(plan), stages: [], finalFolder: null };
  }
  const { stages, finalFolder } = await trainStages(options, {
    ...hooks,
    regenerateHighConfidence: async (reason) => {
      await rebuildHighConfidence(options, hooks, reason);
    },
  });
  await writeModelCards(options.output_dir, {
    versions: environmentVersions(),
    onWarning: hooks.onWarning,
  });
  return { plan: null, stages: [...stages], finalFolder };
}
