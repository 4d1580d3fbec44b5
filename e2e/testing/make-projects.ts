import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../../scripts/ensure-chromium.ts';
import { galley, Served } from './serve.ts';
import { SMALL_TRAINING, untilDone } from './training.ts';

/** Folder of the projects that every test copies from; set for the workers by the set-up. */
export const PROJECTS = 'GALLEY_E2E_PROJECTS';
export type ProjectName = 'demo' | 'trained';

export const DEMO_PAGES = 24;

/**
 * Makes the projects once, unless `GALLEY_E2E_PROJECTS` names a folder that has them already, and has them removed: `demo` (24 demo pages with scans, labelled, with its high-confidence set) and `trained` (the
 * same with a finished run of both stages).
 */
export default async function makeProjects(): Promise<(() => void) | undefined> {
  if (findChromium() === null) return;
  const made = process.env[PROJECTS];
  if (made !== undefined && existsSync(join(made, 'trained'))) return;
  const folder = mkdtempSync(join(tmpdir(), 'galley-e2e-'));
  process.env[PROJECTS] = folder;
  const demo = join(folder, 'demo');
  const at = (...parts: string[]) => join(demo, ...parts);
  galley(folder, 'demo-data', '--out_dir', at('pages'), '--pages', String(DEMO_PAGES));
  galley(
    folder,
    'label',
    ...['--pages', at('pages', 'pages.jsonl'), '--gold_labels', at('pages', 'labels.jsonl')],
    ...['--out_dir', at('datasets', 'full'), '--val_fraction', '0.17'],
  );
  galley(
    folder,
    'regen-highconf',
    ...['--full_dataset_dir', at('datasets', 'full'), '--highconf_dataset_dir', at('datasets', 'highconf')],
    ...['--reports_dir', at('reports', 'highconf'), '--min_pages', '4', '--overwrite'],
  );
  const trained = join(folder, 'trained');
  cpSync(demo, trained, { recursive: true });
  const home = join(folder, 'home');
  mkdirSync(home);
  const served = await Served.start({ home, project: trained });
  try {
    const { jobId } = await served.call('train.start', { options: SMALL_TRAINING });
    await untilDone(served, jobId);
  } finally {
    await served.stop();
  }
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
