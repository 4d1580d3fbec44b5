import { join } from 'node:path';
import { regenerateHighConfidenceDataset, regenerateSchema } from '../weak-labels/regenerate-dataset.ts';

interface Places {
  full_dataset_dir: string;
  highconf_dataset_dir: string;
  reports_dir: string;
  min_highconf_pages?: number;
}
interface Hooks {
  onProgress?: (p: { done: number; total: number; what: string; etaSeconds?: number }) => void;
  onWarning?: (message: string) => void;
  signal?: AbortSignal;
}

/** Pages a rebuilt high-confidence set should have, training and validation together (specification). */
const MIN_PAGES = 25;

/** Rebuilds the high-confidence dataset of a training from its full dataset, and says so. */
export async function rebuildHighConfidence(places: Places, hooks: Hooks, reason: string) {
  hooks.onWarning?.(`${reason}; rebuilding the high-confidence set from ${places.full_dataset_dir}`);
  return regenerateHighConfidenceDataset(
    regenerateSchema.parse({
      full_dataset_dir: places.full_dataset_dir,
      highconf_dataset_dir: places.highconf_dataset_dir,
      reports_dir: join(places.reports_dir, 'highconf'),
      min_pages: Math.max(MIN_PAGES, places.min_highconf_pages ?? 0),
      overwrite: true,
    }),
    hooks,
  );
}
