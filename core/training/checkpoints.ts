import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, writeFolderWhole, writeJsonWhole } from '../files/files.ts';
import { SafetensorsFile, writeSafetensors } from '../layoutlmv3/safetensors.ts';
import { type ModelToSave, writeModelFiles } from '../layoutlmv3/save-model-folder.ts';
import { lossScaleSchema } from './loss-scale.ts';
import { metricsRecordSchema } from './metrics/metrics.ts';
import type { TrainingState } from './state.ts';
import { readTrainerState, type TrainerState, writeTrainerState } from './trainer-state.ts';

/** Our own file in a checkpoint: what transformers keeps in rng_state.pth and scheduler.pt, and a little more. */
export const RESUME_FILE = 'galley_resume.json';
const OPTIMIZER_FILE = 'optimizer.safetensors';
const FOLDER = /^checkpoint-(\d+)$/;
/** What a killed writer leaves behind. */
const LEFTOVER = /^\.checkpoint-\d+\.[0-9a-f]{8}\.tmp(\.old)?$/;

const finite = z.number();

export const evaluationSchema = z.object({
  step: z.int(),
  loss: z.number().nullable(),
  metrics: metricsRecordSchema,
  confusion: z.object({ labels: z.array(z.string()), counts: z.array(z.array(z.int())) }),
});
/** One evaluation, whole. `loss` is null where it was not a number. */
export type EvaluationResult = z.output<typeof evaluationSchema>;

export const fingerprintSchema = z.object({
  stage: z.string(),
  recipe: z.record(z.string(), z.unknown()),
  config: z.string(),
  data: z.string(),
});

export const resumeSchema = z.object({
  format: z.literal(1),
  fingerprint: fingerprintSchema,
  /** Where the next step begins: epoch, and group of micro-batches in it. */
  epoch: z.int().min(0),
  group: z.int().min(0),
  /** What was still to do when the training was stopped. */
  pending: z.object({ evaluate: z.boolean(), save: z.boolean() }).nullable(),
  /** State of the generator of dropout and augmentation. */
  generator: z.object({ words: z.array(z.int()), index: z.int() }),
  /** Of a training with float16 products; checkpoints of others have none. */
  lossScale: lossScaleSchema.nullish(),
  /** Sum of the losses since the last row of the log, its step, and the sum of all logged losses before. */
  lossSinceLog: finite,
  lastLogged: z.int(),
  totalLoss: finite,
  /** Seconds of training before this checkpoint, runs before a resume included. */
  seconds: finite,
  warnings: z.array(z.object({ code: z.string(), step: z.int(), message: z.string() })),
  best: evaluationSchema.nullable(),
  last: evaluationSchema.nullable(),
});
export type ResumePoint = z.output<typeof resumeSchema>;

export interface CheckpointContent {
  readonly model: ModelToSave;
  readonly state: TrainingState;
  readonly trainer: TrainerState;
  readonly resume: ResumePoint;
}

export interface CheckpointFolder {
  readonly step: number;
  readonly path: string;
}

/** Checkpoints of a stage folder that can be resumed, oldest first. */
export async function findCheckpoints(folder: string): Promise<CheckpointFolder[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names
    .flatMap((name) => {
      const step = FOLDER.exec(name)?.[1];
      const path = join(folder, name);
      const whole = [RESUME_FILE, OPTIMIZER_FILE, 'model.safetensors', 'trainer_state.json'].every((file) =>
        existsSync(join(path, file)),
      );
      return step !== undefined && whole ? [{ step: Number(step), path }] : [];
    })
    .sort((a, b) => a.step - b.step);
}

/** Removes what a killed writer left; no other process may be writing there. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of existsSync(folder) ? await readdir(folder) : [])
    if (LEFTOVER.test(name)) await rm(join(folder, name), { recursive: true, force: true });
}

/** Removes every checkpoint of a stage folder (a training that starts anew). */
export async function removeCheckpoints(folder: string): Promise<void> {
  await removeLeftovers(folder);
  for (const name of existsSync(folder) ? await readdir(folder) : [])
    if (FOLDER.test(name)) await rm(join(folder, name), { recursive: true, force: true });
}

/** Writes `checkpoint-<step>` whole or not at all. @returns its path */
export async function saveCheckpoint(folder: string, content: CheckpointContent): Promise<string> {
  const { model, state, trainer, resume } = content;
  const path = join(folder, `checkpoint-${trainer.global_step}`);
  await writeFolderWhole(path, async (temporary) => {
    await writeModelFiles(temporary, model);
    await writeTrainerState(join(temporary, 'trainer_state.json'), trainer);
    const moments = new Map(
      [...state.firstMoments].flatMap(([name, data]) => [
        [`${name}.exp_avg`, { shape: [data.length], data }] as const,
        [`${name}.exp_avg_sq`, { shape: [data.length], data: state.secondMoments.get(name)! }] as const,
      ]),
    );
    await writeSafetensors(join(temporary, OPTIMIZER_FILE), moments, {
      format: 'pt',
      step: String(trainer.global_step),
    });
    await writeJsonWhole(join(temporary, RESUME_FILE), resume);
  });
  return path;
}

/** Reads where a checkpoint stands, without its tensors. @throws GalleyError `damaged` */
export async function readResumePoint(path: string): Promise<{ resume: ResumePoint; trainer: TrainerState }> {
  const file = join(path, RESUME_FILE);
  const parsed = resumeSchema.safeParse(await readJson(file));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new GalleyError('damaged', `${issue.path.join('.')}: ${issue.message}`, {
      where: file,
      hint: 'resume from an older checkpoint: move this one away',
    });
  }
  return { resume: parsed.data, trainer: await readTrainerState(join(path, 'trainer_state.json')) };
}

/**
 * Reads parameters and AdamW moments of a checkpoint in place.
 * @throws GalleyError `damaged` or `mismatch` naming file and tensor
 */
export async function loadCheckpointTensors(path: string, state: TrainingState): Promise<void> {
  await loadParameters(path, state);
  const file = join(path, OPTIMIZER_FILE);
  await reading(file, async (optimizer) => {
    for (const [name, first] of state.firstMoments) {
      await readInto(optimizer, `${name}.exp_avg`, first, file);
      await readInto(optimizer, `${name}.exp_avg_sq`, state.secondMoments.get(name)!, file);
    }
  });
}

/** Reads the parameters of a checkpoint (or of any folder of ours) in place. */
export async function loadParameters(path: string, state: TrainingState): Promise<void> {
  const file = join(path, 'model.safetensors');
  await reading(file, async (model) => {
    for (const [name, parameter] of state.parameters) await readInto(model, name, parameter, file);
  });
}

async function reading(path: string, read: (file: SafetensorsFile) => Promise<void>): Promise<void> {
  const file = await SafetensorsFile.open(path);
  try {
    await read(file);
  } finally {
    await file[Symbol.asyncDispose]();
  }
}

async function readInto(
  file: SafetensorsFile,
  name: string,
  into: Float32Array,
  where: string,
): Promise<void> {
  const found = file.tensors.get(name);
  const size = found?.shape.reduce((a, b) => a * b, 1);
  if (size !== into.length)
    throw new GalleyError(
      'mismatch',
      `tensor "${name}": expected ${into.length} values, found ${size ?? 'no such tensor'}`,
      { where, hint: 'the checkpoint is of another model, or damaged' },
    );
  await file.readFloat32(name, into);
}

/** Removes the oldest checkpoints beyond `limit`; the last one and the best one always stay (transformers' rule). */
export async function pruneCheckpoints(folder: string, limit: number, best: string | null): Promise<void> {
  const checkpoints = await findCheckpoints(folder);
  const kept = new Set([checkpoints[checkpoints.length - 1]?.path, best]);
  const keep = Math.max(limit, checkpoints.filter((c) => kept.has(c.path)).length);
  let left = checkpoints.length;
  for (const { path } of checkpoints) {
    if (left <= keep) return;
    if (kept.has(path)) continue;
    await rm(path, { recursive: true, force: true });
    left--;
  }
}
