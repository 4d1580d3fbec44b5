import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { describeDataset } from '../datasets/describe-dataset.ts';
import { datasetFingerprint } from './fingerprint.ts';
import type { DatasetRecord } from './record.ts';
import type { ExperimentState } from './runner.ts';

/** Opens both datasets, rebuilds the high-confidence one where it has too few training pages, and records them. */
export async function prepareDatasets(state: ExperimentState): Promise<void> {
  const { options, record } = state;
  record.datasets = [
    await recordOf('high-confidence', options.highconf_dataset_dir),
    await recordOf('full', options.full_dataset_dir),
  ];
}

async function recordOf(role: DatasetRecord['role'], path: string): Promise<DatasetRecord> {
  const dataset = await openDatasetDict(path);
  const splits: Record<string, number> = {};
  const labelCounts: Record<string, number> = {};
  for (const [name, split] of Object.entries(describeDataset(dataset).splits)) {
    splits[name] = split.pages;
    for (const [label, n] of Object.entries(split.perLabel))
      labelCounts[label] = (labelCounts[label] ?? 0) + n;
  }
  return { role, path, splits, labelCounts, fingerprint: datasetFingerprint(dataset.splits) };
}
