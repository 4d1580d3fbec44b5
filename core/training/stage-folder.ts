import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, writeJsonWhole } from '../files/files.ts';
import { evaluationSchema, fingerprintSchema, removeCheckpoints, removeLeftovers } from './checkpoints.ts';
import { checkFingerprint, type StageFingerprint } from './fingerprint.ts';
import type { TrainingOptions } from './options.ts';
import type { StageResult } from './stages.ts';

/** In a stage folder: what was trained, and that it is finished. */
const STAGE_FILE = 'galley_training.json';

/** Writes the record of a finished training into a folder that is being filled. */
export const writeFinished = (
  folder: string,
  fingerprint: StageFingerprint,
  result: StageResult,
): Promise<void> => writeJsonWhole(join(folder, STAGE_FILE), { format: 1, fingerprint, result });

/** Whether a stage folder holds a finished training. */
export const isFinished = (folder: string): boolean => existsSync(join(folder, STAGE_FILE));

/**
 * Makes a stage folder ready: refuses one that is in use, unless it is to be gone on with or trained over.
 * @throws GalleyError `exists`
 */
export async function claimStageFolder(folder: string, options: TrainingOptions): Promise<void> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  const used = names.some((name) => name.startsWith('checkpoint-') || name === 'model.safetensors');
  if (options.resume) {
    await removeLeftovers(folder);
    return;
  }
  if (used && !options.overwrite)
    throw new GalleyError('exists', 'a training is already there', {
      where: folder,
      hint: 'go on with --resume, start anew with --overwrite, or choose another --output_dir',
    });
  // Without its record the old model in the folder does not pass for the result of this training.
  await rm(join(folder, STAGE_FILE), { force: true });
  await removeCheckpoints(folder);
}

const finishedSchema = z.object({
  format: z.literal(1),
  fingerprint: fingerprintSchema,
  result: z.looseObject({ folder: z.string(), evaluation: evaluationSchema.nullable() }),
});

/** The result of a stage that was finished earlier under the same options and data. @throws GalleyError `mismatch` */
export async function readFinished(folder: string, now: StageFingerprint): Promise<StageResult | null> {
  const path = join(folder, STAGE_FILE);
  if (!existsSync(path)) return null;
  const parsed = finishedSchema.safeParse(await readJson(path));
  if (!parsed.success)
    throw new GalleyError('damaged', 'not the record of a training', {
      where: path,
      hint: 'start anew with --overwrite',
    });
  checkFingerprint(parsed.data.fingerprint, now, path);
  return { ...(parsed.data.result as unknown as StageResult), folder };
}
