import { openDatasetDict } from '../../datasets/dataset-dict.ts';
import { describeDataset, type Finding } from '../../datasets/describe-dataset.ts';
import { toGalleyError } from '../../errors/galley-error.ts';
import { memoryError } from '../../training/memory-check.ts';
import type { TrainingOptions } from '../../training/options.ts';
import { planTraining, type StagePlan } from '../../training/stages.ts';
import type { CommonEvent, JobContext } from '../job-context.ts';

export interface PlanJobResult {
  readonly device: string;
  readonly stages: readonly {
    readonly plan: StagePlan | null;
    readonly name: 'A' | 'B';
    readonly dataset: string;
    readonly findings: readonly Finding[];
  }[];
}

/** What a training would do and what stands in its way; a stage that cannot be planned says why in its findings. */
export async function planJob(
  { options }: { options: TrainingOptions },
  { signal }: JobContext<CommonEvent>,
): Promise<PlanJobResult> {
  const wanted = options.stage === 'both' ? (['highconf', 'full'] as const) : [options.stage];
  const stages: PlanJobResult['stages'][number][] = [];
  let device = options.device as string;
  for (const stage of wanted) {
    const dataset = stage === 'highconf' ? options.highconf_dataset_dir : options.full_dataset_dir;
    const findings: Finding[] = [];
    let plan: StagePlan | null = null;
    try {
      findings.push(...describeDataset(await openDatasetDict(dataset)).findings);
      const training = await planTraining(
        { ...options, stage, dry_run: true },
        { signal, onWarning: (message) => findings.push({ severity: 'warning', message }) },
        'quick',
      );
      plan = training.stages[0];
      if (plan.tooLarge) {
        const { code: _, message, hint } = memoryError(plan.memory.total, plan.tooLarge);
        findings.push({ severity: 'error', message: `${message} (${hint})` });
      }
      device = training.device;
    } catch (error) {
      const { code, message, hint } = toGalleyError(error);
      if (code === 'cancelled') throw error;
      findings.push({ severity: 'error', message: hint ? `${message} (${hint})` : message });
    }
    stages.push({ plan, name: stage === 'highconf' ? 'A' : 'B', dataset, findings });
  }
  return { device, stages };
}
