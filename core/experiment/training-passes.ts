import { join } from 'node:path';
import { renderTrainingChart } from '../drawing/chart.ts';
import { ensureFolder } from '../files/files.ts';
import { type StageResult, saveFinalModel, stageAFolder, trainStage } from '../training/stages.ts';
import { trainingOptionsOf } from './options.ts';
import type { StageRecord } from './record.ts';
import type { ExperimentState } from './runner.ts';

/** Optimizer steps of the smoke test: enough to run forward, backward, update, evaluation and a checkpoint. */
const SMOKE_STEPS = 4;

const trainingOptions = ({ options, modelsDir, folder }: ExperimentState) =>
  trainingOptionsOf(options, { output_dir: modelsDir, reports_dir: join(folder, 'training') });

function hooksOf({ hooks }: ExperimentState) {
  return {
    onProgress: hooks.onProgress,
    onEvent: hooks.onEvent,
    onWarning: hooks.onWarning,
    signal: hooks.signal,
    ...(hooks.checkpointOnStop ? { checkpointOnStop: hooks.checkpointOnStop } : {}),
    ...(hooks.whilePaused ? { whilePaused: hooks.whilePaused } : {}),
  };
}

/** A few steps on a handful of pages, in a folder of its own: does everything start, learn and save? */
export async function smokePass(state: ExperimentState): Promise<string> {
  const folder = join(state.folder, 'smoke');
  const result = await trainStage(
    'highconf',
    {
      ...trainingOptions(state),
      output_dir: folder,
      reports_dir: join(folder, 'reports'),
      debug: true,
      max_steps: SMOKE_STEPS,
      logging_steps: 1,
      eval_steps: undefined,
      save_steps: undefined,
      resume: false,
      overwrite: true,
    },
    // A model of four steps collapses, flat and hopeless by nature: its alarms are not the user's.
    { ...hooksOf(state), onWarning: undefined, onEvent: undefined },
  );
  return `${result.steps} steps on ${result.pages} pages, ${result.secondsPerStep.toFixed(2)} s each`;
}

/** Stage A or B into the models folder; the last stage that ran becomes the final model. */
export async function stagePass(state: ExperimentState, stage: 'highconf' | 'full'): Promise<string> {
  const { record } = state;
  const options = trainingOptions(state);
  // Stage B goes on from Stage A's weights (with a fresh optimizer and schedule), whenever those are there.
  const stageA = stage === 'full' ? stageAFolder(options) : undefined;
  const result = await trainStage(stage, options, hooksOf(state), stageA ? { initFrom: stageA } : {});
  record.stages.push(stageRecord(result));
  record.device = result.device;
  record.licence = result.licence;
  await saveFinalModel(options, result.folder);
  await drawCurves(state, result);
  const best =
    result.bestMacroF1 === null ? 'no evaluation pages' : `best macro F1 ${result.bestMacroF1.toFixed(3)}`;
  return `${result.steps} steps, ${best} against the weak labels of the validation pages`;
}

function stageRecord(r: StageResult): StageRecord {
  return {
    name: r.name,
    dataset: r.dataset,
    startedFrom: r.startedFrom,
    folder: r.folder,
    checkpoints: [...r.checkpoints],
    bestCheckpoint: r.bestCheckpoint,
    bestMacroF1: r.bestMacroF1,
    pages: r.pages,
    windows: r.windows,
    steps: r.steps,
    epochs: r.epochs,
    seconds: r.seconds,
    secondsPerStep: r.secondsPerStep,
    hyperparameters: { ...r.hyperparameters },
    warnings: r.warnings.map((w) => w.message),
  };
}

const histories = new WeakMap<ExperimentState, { name: string; history: StageResult['logHistory'] }[]>();

/** Loss, learning rate and F1 of the stages so far, on one axis. */
async function drawCurves(state: ExperimentState, result: StageResult): Promise<void> {
  const stages = histories.get(state) ?? [];
  stages.push({ name: `Stage ${result.name}`, history: result.logHistory });
  histories.set(state, stages);
  const path = join(state.folder, 'training', 'curves.png');
  await ensureFolder(join(state.folder, 'training'));
  await renderTrainingChart(stages, { outPng: path });
  const { pictures } = state.record;
  if (!pictures.some((p) => p.path === path)) pictures.unshift({ title: 'Training', path });
}
