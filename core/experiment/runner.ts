import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describeError, GalleyError } from '../errors/galley-error.ts';
import { ensureFolder, writeFileWhole, writeJsonWhole } from '../files/files.ts';
import { writeModelCards } from '../model-export/write-cards.ts';
import { environmentVersions } from './environment.ts';
import { evaluationPass } from './evaluation-pass.ts';
import type { ExperimentOptions } from './options.ts';
import { prepareDatasets } from './prepare-datasets.ts';
import type { ExperimentRecord, PassRecord } from './record.ts';
import { renderReport } from './report.ts';
import { runIdOf } from './run-id.ts';
import { smokePass, stagePass } from './training-passes.ts';

export interface ExperimentProgress {
  done: number;
  total: number;
  what: string;
  etaSeconds?: number;
}

export interface ExperimentHooks {
  onProgress?: (progress: ExperimentProgress) => void;
  /** Training events (log rows, evaluations), for live charts. */
  onEvent?: (event: unknown) => void;
  onWarning?: (message: string) => void;
  signal?: AbortSignal;
  /** Whether a stopped training writes a checkpoint first (default), or just stops. */
  checkpointOnStop?: () => boolean;
  /** Asked between two micro-batches: resolves when a paused training is to go on. */
  whilePaused?: () => Promise<void>;
}

/** What every pass works on. */
export interface ExperimentState {
  readonly options: ExperimentOptions;
  readonly folder: string;
  readonly modelsDir: string;
  readonly record: ExperimentRecord;
  readonly hooks: ExperimentHooks;
}

/** Where a run of these options will stand. */
export function runFolderOf(options: ExperimentOptions, now = new Date()): { runId: string; folder: string } {
  const runId = options.run_id ?? runIdOf(now);
  return { runId, folder: resolve(options.reports_dir, runId) };
}

/**
 * The one-command runner: smoke test, Stage A, Stage B, predictions with overlays, evaluation, REPORT.md. A pass that
 * fails fails the run: later passes are marked skipped, the report is written all the same and says why, and the
 * error is thrown again at the end.
 * @returns the record, as saved in `run.json`
 */
export async function runExperiment(
  options: ExperimentOptions,
  hooks: ExperimentHooks,
  command: string,
): Promise<ExperimentRecord> {
  const { runId, folder } = runFolderOf(options);
  await claimFolder(folder, options);
  const record: ExperimentRecord = {
    runId,
    startedAt: new Date().toISOString(),
    finishedAt: null,
    command,
    versions: environmentVersions(),
    device: options.device,
    seed: options.seed,
    model: options.model,
    licence: null,
    options: { ...options, run_id: runId },
    passes: [],
    datasets: [],
    regeneration: null,
    stages: [],
    inference: null,
    metrics: null,
    pictures: [],
    warnings: [],
  };
  const state: ExperimentState = {
    options,
    folder,
    modelsDir: resolve(options.output_dir ?? join(folder, 'models')),
    record,
    hooks: {
      ...hooks,
      onWarning: (message) => {
        if (!record.warnings.includes(message)) record.warnings.push(message);
        hooks.onWarning?.(message);
      },
    },
  };

  let failure: unknown;
  const pass = async (
    name: PassRecord['name'],
    title: string,
    skip: string | false,
    run: () => Promise<string | undefined>,
  ): Promise<void> => {
    const because = skip || (failure ? 'an earlier pass failed' : false);
    if (because) {
      record.passes.push({ name, title, status: 'skipped', seconds: 0, note: because });
      return;
    }
    const started = performance.now();
    const entry: PassRecord = { name, title, status: 'done', seconds: 0 };
    try {
      const note = await run();
      if (note) entry.note = note;
    } catch (error) {
      failure = error;
      entry.status = error instanceof GalleyError && error.code === 'cancelled' ? 'cancelled' : 'failed';
      entry.note = describeError(error);
    }
    entry.seconds = (performance.now() - started) / 1000;
    record.passes.push(entry);
    await saveRecord(state);
  };

  const only = options.run_pass1_only ? 'only the smoke test was asked for' : false;
  try {
    await prepareDatasets(state);
  } catch (error) {
    failure = error;
    record.passes.push({
      name: 'smoke',
      title: 'Datasets',
      status: 'failed',
      seconds: 0,
      note: describeError(error),
    });
  }
  await pass('smoke', 'Smoke test', options.skip_pass1 && 'asked to', () => smokePass(state));
  await pass('stage_a', 'Stage A, high-confidence pages', only || (options.skip_pass2 && 'asked to'), () =>
    stagePass(state, 'highconf'),
  );
  await pass('stage_b', 'Stage B, all pages', only || (options.skip_pass3 && 'asked to'), () =>
    stagePass(state, 'full'),
  );
  await pass(
    'inference',
    'Predictions, overlays, evaluation',
    only || (options.skip_inference && 'asked to'),
    () => evaluationPass(state),
  );

  record.finishedAt = new Date().toISOString();
  await saveRecord(state);
  if (failure) throw failure;
  return record;
}

/** Makes the run folder; one that is there is moved aside only with --overwrite, and gone on with --resume. */
async function claimFolder(folder: string, options: ExperimentOptions): Promise<void> {
  if (existsSync(folder) && !options.resume) {
    if (!options.overwrite)
      throw new GalleyError('exists', 'a run of this name is already there', {
        where: folder,
        hint: 'choose another --run_id, go on with --resume, or replace it with --overwrite',
      });
    const aside = `${folder}.replaced-${process.pid}`;
    await rename(folder, aside);
    await rm(aside, { recursive: true, force: true });
  }
  await ensureFolder(folder);
}

/** run.json, metrics.json, REPORT.md and model cards, after every pass: a killed run still says how far it came. */
async function saveRecord({ record, folder, modelsDir, hooks }: ExperimentState): Promise<void> {
  await writeJsonWhole(join(folder, 'run.json'), record);
  if (record.metrics) await writeJsonWhole(join(folder, 'metrics.json'), record.metrics);
  await writeFileWhole(join(folder, 'REPORT.md'), renderReport(record, folder));
  await writeModelCards(modelsDir, { runDir: folder, onWarning: hooks.onWarning });
}
