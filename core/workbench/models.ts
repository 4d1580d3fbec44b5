import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../files/files.ts';
import { STAGE_FOLDERS } from '../training/stage-names.ts';
import type { ProjectInfo } from './contract.ts';
import type { Places } from './project.ts';

/** A trained model of the project. */
export interface ProjectModel {
  /** What a window calls it; never a path. */
  readonly id: string;
  readonly name: string;
  readonly dir: string;
  readonly runId: string | null;
  readonly trainedAt: string | null;
  readonly macroF1: number | null;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const WEIGHTS = ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin'];
const stateSchema = z.looseObject({ best_metric: z.number().nullable() });

const folders = (dir: string): string[] => {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((e) => e.isDirectory() && ID.test(e.name))
      .map((e) => e.name);
  } catch {
    return [];
  }
};

async function modelAt(
  dir: string,
  id: string,
  name: string,
  runId: string | null,
): Promise<ProjectModel | null> {
  const weights = WEIGHTS.map((file) => join(dir, file)).find((file) => existsSync(file));
  if (!weights || !existsSync(join(dir, 'config.json'))) return null;
  const state = stateSchema.safeParse(await readJson(join(dir, 'trainer_state.json')).catch(() => null));
  return {
    id,
    name,
    dir,
    runId,
    trainedAt: new Date(statSync(weights).mtimeMs).toISOString(),
    macroF1: state.success ? state.data.best_metric : null,
  };
}

/** Every model of the project, the latest first: final models and stages of its runs, and what lies in `models`. */
export async function findModels({ runs, models }: Pick<Places, 'runs' | 'models'>): Promise<ProjectModel[]> {
  const found: (ProjectModel | null)[] = [];
  for (const runId of folders(runs)) {
    const at = (stage: keyof typeof STAGE_FOLDERS) => join(runs, runId, 'models', STAGE_FOLDERS[stage]);
    const final = await modelAt(at('final'), runId, runId, runId);
    found.push(final);
    found.push(await modelAt(at('highconf'), `${runId}.stage-a`, `${runId}, Stage A`, runId));
    if (!final) found.push(await modelAt(at('full'), `${runId}.stage-b`, `${runId}, Stage B`, runId));
  }
  for (const name of folders(models))
    found.push(await modelAt(join(models, name), `model.${name}`, name, null));
  return found
    .filter((m) => m !== null)
    .sort((a, b) => finalFirst(a) - finalFirst(b) || (b.trainedAt ?? '').localeCompare(a.trainedAt ?? ''));
}

/** A stage's model stands behind whole runs, however new it is. */
const finalFirst = (m: ProjectModel) => (/\.stage-[ab]$/.test(m.id) ? 1 : 0);

export const modelInfo = (m: ProjectModel): ProjectInfo['models'][number] => ({
  id: m.id,
  name: m.name,
  trainedAt: m.trainedAt,
  macroF1: m.macroF1,
});
