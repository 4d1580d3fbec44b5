import { type DatasetDict, openDatasetDict } from '../datasets/dataset-dict.ts';
import { describeDataset } from '../datasets/describe-dataset.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { datasetFingerprint } from './fingerprint.ts';
import { rebuildHighConfidence } from './high-confidence.ts';
import type { DatasetRecord } from './record.ts';
import type { ExperimentState } from './runner.ts';

/** Opens both datasets, rebuilds the high-confidence one where it has too few training pages, and records them. */
export async function prepareDatasets(state: ExperimentState): Promise<void> {
  const { options, record, hooks } = state;
  const full = await openDatasetDict(options.full_dataset_dir);
  const reason = options.skip_pass2 && options.skip_pass1 ? null : await tooFew(state);
  if (reason && options.auto_regen_highconf) {
    const done = await rebuildHighConfidence({ ...options, reports_dir: state.folder }, hooks, reason);
    record.regeneration = {
      report: done.report,
      attempts: done.attempts.length,
      keptPages: Object.values(done.pages).reduce((sum, n) => sum + n, 0),
    };
  } else if (reason) hooks.onWarning?.(`${reason}, and rebuilding it is turned off`);
  record.datasets = [
    recordOf(
      'high-confidence',
      options.highconf_dataset_dir,
      await openDatasetDict(options.highconf_dataset_dir),
    ),
    recordOf('full', options.full_dataset_dir, full),
  ];
  for (const finding of describeDataset(full).findings)
    if (finding.severity === 'warning') hooks.onWarning?.(finding.message);
}

/** Why the high-confidence set cannot be used as it is, or null. */
async function tooFew({ options }: ExperimentState): Promise<string | null> {
  try {
    const train = (await openDatasetDict(options.highconf_dataset_dir)).findSplit('train')?.length ?? 0;
    if (train >= options.min_highconf_pages) return null;
    return `the high-confidence set has ${train} training pages, fewer than ${options.min_highconf_pages}`;
  } catch (error) {
    if (error instanceof GalleyError && error.code === 'not-found')
      return `there is no high-confidence set at ${options.highconf_dataset_dir}`;
    throw error;
  }
}

function recordOf(role: DatasetRecord['role'], path: string, dataset: DatasetDict): DatasetRecord {
  const splits: Record<string, number> = {};
  const labelCounts: Record<string, number> = {};
  for (const [name, split] of Object.entries(describeDataset(dataset).splits)) {
    splits[name] = split.pages;
    for (const [label, n] of Object.entries(split.perLabel))
      labelCounts[label] = (labelCounts[label] ?? 0) + n;
  }
  return { role, path, splits, labelCounts, fingerprint: datasetFingerprint(dataset.splits) };
}
