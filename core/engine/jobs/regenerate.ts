import { rm } from 'node:fs/promises';
import { type GoldDatasetOptions, writeGoldDataset } from '../../weak-labels/gold-dataset.ts';
import {
  type RegenerateDatasetOptions,
  regenerateHighConfidenceDataset,
} from '../../weak-labels/regenerate-dataset.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

export interface RegenerateJobResult {
  readonly pages: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly report: string;
}

/**
 * Rebuilds the high-confidence set. With gold labels the full dataset is first written with them (to `gold.to`, removed
 * afterwards), and the set is chosen from that.
 */
export async function regenerateJob(
  { options, gold }: { options: RegenerateDatasetOptions; gold: GoldDatasetOptions | null },
  context: JobContext<CommonEvent>,
): Promise<RegenerateJobResult> {
  const hooks = jobHooks(context);
  try {
    if (gold) await writeGoldDataset(gold, hooks);
    const { pages, attempts, report } = await regenerateHighConfidenceDataset(
      { ...options, full_dataset_dir: gold?.to ?? options.full_dataset_dir },
      hooks,
    );
    return { pages, attempts: attempts.length, report };
  } finally {
    if (gold) await rm(gold.to, { recursive: true, force: true });
  }
}
