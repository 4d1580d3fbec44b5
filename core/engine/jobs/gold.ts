import { type GoldDatasetOptions, writeGoldDataset } from '../../weak-labels/gold-dataset.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

/** Writes datasets with the gold labels of the journal applied, one after the other. */
export async function goldJob(
  { datasets }: { datasets: readonly GoldDatasetOptions[] },
  context: JobContext<CommonEvent>,
): Promise<string[]> {
  const written: string[] = [];
  for (const dataset of datasets) written.push(await writeGoldDataset(dataset, jobHooks(context)));
  return written;
}
