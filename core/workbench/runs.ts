import { existsSync, readdirSync, statSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, writeJsonWhole } from '../files/files.ts';
import { findCheckpoints } from '../training/checkpoints.ts';
import { STAGE_FOLDERS, type StageName } from '../training/stage-names.ts';
import {
  type Evaluation,
  evaluationSchema,
  type HistoryPoint,
  historyPointSchema,
  type Run,
} from './contract.ts';
import { type Comparison, comparisonSchema } from './contract-retrain.ts';
import { insideFolder } from './inside.ts';
import { historyOfFolder } from './run-history.ts';

/** Marks a run that a workbench started, and says what became of it. */
const RUN_FILE = 'galley-run.json';
const HISTORY = 'galley-history.jsonl';
/** What a retraining changed, beside comparison.md. */
const COMPARISON = 'comparison.json';
const TRASH = '.trash';
const MOST_IMAGE_BYTES = 20 * 2 ** 20;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const runFileSchema = z.object({
  format: z.literal(1),
  id: z.string(),
  title: z.string(),
  kind: z.enum(['train', 'experiment', 'retrain']),
  state: z.enum(['running', 'done', 'failed', 'interrupted', 'cancelled']),
  startedAt: z.string(),
  seconds: z.number().nullable(),
  error: z.string().nullable(),
  warnings: z.array(z.string()),
  /** What the person chose, without the paths. */
  options: z.record(z.string(), z.unknown()),
  /** Last step that was heard of. */
  done: z.number().default(0),
  total: z.number().default(0),
});
export type RunFile = z.output<typeof runFileSchema>;

const historyRowSchema = z.union([
  z.object({ point: historyPointSchema }),
  z.object({ evaluation: evaluationSchema }),
]);

/** `run.json` of the one-command runner, as far as the table of runs needs it. */
const experimentSchema = z.looseObject({
  runId: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  options: z.record(z.string(), z.unknown()),
  passes: z.array(z.looseObject({ status: z.string(), seconds: z.number() })),
  stages: z.array(z.looseObject({ bestMacroF1: z.number().nullable() })),
});

const measuredSchema = z.looseObject({ result: z.looseObject({ secondsPerStep: z.number().positive() }) });

export interface RunHistory {
  readonly points: HistoryPoint[];
  readonly evaluations: Evaluation[];
}

/** The runs of a project: a folder each, made by the window or by `galley experiment`. */
export class Runs {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Folder of a run. @throws GalleyError `not-found` */
  dir(id: string): string {
    const dir = join(this.folder, id);
    if (ID.test(id) && existsSync(dir)) return dir;
    throw new GalleyError('not-found', `there is no run "${id}"`);
  }

  modelsDir(id: string): string {
    return join(this.folder, id, 'models');
  }

  stageDir(id: string, stage: StageName): string {
    return join(this.modelsDir(id), STAGE_FOLDERS[stage]);
  }

  ids(): string[] {
    try {
      return readdirSync(this.folder, { withFileTypes: true })
        .filter((e) => e.isDirectory() && ID.test(e.name))
        .map((e) => e.name);
    } catch {
      return [];
    }
  }

  async read(id: string): Promise<RunFile | null> {
    const parsed = runFileSchema.safeParse(await readJson(join(this.folder, id, RUN_FILE)).catch(() => null));
    return parsed.success ? parsed.data : null;
  }

  write(run: RunFile): Promise<void> {
    return writeJsonWhole(join(this.folder, run.id, RUN_FILE), run);
  }

  /** Every run, latest first; folders that are none are left out. */
  async list(): Promise<Run[]> {
    const all = await Promise.all(this.ids().map((id) => this.#describe(id)));
    return all.filter((run) => run !== null).sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  }

  /** Marks runs as interrupted that nobody runs any more. @returns them */
  async markInterrupted(): Promise<RunFile[]> {
    const found: RunFile[] = [];
    for (const id of this.ids()) {
      const run = await this.read(id);
      if (run?.state === 'running') {
        const interrupted: RunFile = { ...run, state: 'interrupted' };
        await this.write(interrupted);
        found.push(interrupted);
      } else if (run?.state === 'interrupted') found.push(run);
    }
    return found;
  }

  /** Whether there is a checkpoint or a finished stage to go on from. */
  async isResumable(id: string): Promise<boolean> {
    for (const stage of ['highconf', 'full'] as const) {
      const dir = this.stageDir(id, stage);
      if ((await findCheckpoints(dir)).length > 0) return true;
      if (existsSync(join(dir, 'model.safetensors'))) return true;
    }
    return false;
  }

  /** Folder with the latest weights of a run: final model, stage, or checkpoint. @throws GalleyError `not-found` */
  async latestWeights(id: string): Promise<string> {
    this.dir(id);
    const whole = (dir: string) => existsSync(join(dir, 'model.safetensors'));
    const final = join(this.modelsDir(id), STAGE_FOLDERS.final);
    const candidates: { dir: string; at: number }[] = [];
    for (const stage of ['highconf', 'full'] as const) {
      const dir = this.stageDir(id, stage);
      const checkpoints = await findCheckpoints(dir);
      for (const found of [dir, checkpoints.at(-1)?.path])
        if (found && whole(found))
          candidates.push({ dir: found, at: statSync(join(found, 'model.safetensors')).mtimeMs });
    }
    if (whole(final)) candidates.push({ dir: final, at: Number.POSITIVE_INFINITY });
    const latest = candidates.sort((a, b) => b.at - a.at)[0];
    if (latest) return latest.dir;
    throw new GalleyError('not-found', 'this run has no weights yet', {
      hint: 'it was stopped before its first checkpoint: start it anew',
    });
  }

  /** Mean of the last finished stage, null where none is finished. */
  async secondsPerStep(id: string): Promise<number | null> {
    for (const stage of ['full', 'highconf'] as const) {
      const record = await readJson(join(this.stageDir(id, stage), 'galley_training.json')).catch(() => null);
      const parsed = measuredSchema.safeParse(record);
      if (parsed.success) return parsed.data.result.secondsPerStep;
    }
    return null;
  }

  async append(id: string, row: z.output<typeof historyRowSchema>): Promise<void> {
    await mkdir(join(this.folder, id), { recursive: true });
    await appendFile(join(this.folder, id, HISTORY), `${JSON.stringify(row)}\n`);
  }

  /** Curves and evaluations; those of steps that were trained again after a crash count once, the later ones. */
  async history(id: string): Promise<RunHistory> {
    const dir = this.dir(id);
    let text: string;
    try {
      text = await readFile(join(dir, HISTORY), 'utf8');
    } catch {
      return historyOfFolder(this.modelsDir(id));
    }
    const points = new Map<string, HistoryPoint>();
    const evaluations = new Map<string, Evaluation>();
    for (const line of text.split('\n')) {
      const row = parseRow(line);
      if (row && 'point' in row) {
        const { stage, step, evalLoss, macroF1 } = row.point;
        points.set(`${stage}/${step}/${macroF1 === null && evalLoss === null ? 'train' : 'eval'}`, row.point);
      } else if (row) evaluations.set(`${row.evaluation.stage}/${row.evaluation.step}`, row.evaluation);
    }
    const order = (a: { stage: string; step: number }, b: { stage: string; step: number }) =>
      a.stage.localeCompare(b.stage) || a.step - b.step;
    return { points: [...points.values()].sort(order), evaluations: [...evaluations.values()].sort(order) };
  }

  async report(id: string): Promise<string | null> {
    return readFile(join(this.dir(id), 'REPORT.md'), 'utf8').catch(() => null);
  }

  /** The model before a retraining and after it; null for other runs. */
  async comparison(id: string): Promise<Comparison | null> {
    const path = join(this.dir(id), COMPARISON);
    if (!existsSync(path)) return null;
    const parsed = comparisonSchema.safeParse(await readJson(path));
    if (parsed.success) return parsed.data;
    throw new GalleyError('damaged', 'not the comparison of a retraining', { where: COMPARISON });
  }

  /**
   * A picture of the run's report.
   * @param path relative to the report, as Markdown has it
   * @throws GalleyError `not-found`, `usage` for a path out of the run, `invalid-data` for what is no picture
   */
  async image(id: string, path: string): Promise<{ type: 'image/png' | 'image/jpeg'; base64: string }> {
    const at = insideFolder(this.dir(id), path);
    const found = await stat(at).catch(() => null);
    if (!found?.isFile() || found.size < 4)
      throw new GalleyError('not-found', 'the picture is not there', { where: path });
    if (found.size > MOST_IMAGE_BYTES)
      throw new GalleyError('invalid-data', 'the picture is too large to be shown', { where: path });
    const data = await readFile(at);
    const type = data.readUInt32BE(0) === 0x89504e47 ? 'image/png' : 'image/jpeg';
    if (type === 'image/jpeg' && (data[0] !== 0xff || data[1] !== 0xd8))
      throw new GalleyError('invalid-data', 'expected a PNG or JPEG', { where: path });
    return { type, base64: data.toString('base64') };
  }

  /** Moves a run aside; {@link restore} brings it back. */
  async remove(id: string): Promise<void> {
    const dir = this.dir(id);
    const to = join(this.folder, TRASH, id);
    if (existsSync(to)) await rename(to, `${to}.${Date.now()}`);
    await mkdir(join(this.folder, TRASH), { recursive: true });
    await rename(dir, to);
  }

  async restore(id: string): Promise<void> {
    const from = join(this.folder, TRASH, id);
    if (!ID.test(id) || !existsSync(from))
      throw new GalleyError('not-found', `there is no deleted run "${id}"`);
    if (existsSync(join(this.folder, id)))
      throw new GalleyError('exists', `there is another run "${id}" now`, { where: this.folder });
    await rename(from, join(this.folder, id));
  }

  async #describe(id: string): Promise<Run | null> {
    const run = await this.read(id);
    const { points } = run || existsSync(join(this.modelsDir(id))) ? await this.history(id) : { points: [] };
    const best = bestOf(points);
    const hasReport = existsSync(join(this.folder, id, 'REPORT.md'));
    const hasComparison = existsSync(join(this.folder, id, COMPARISON));
    if (run)
      return {
        id,
        title: run.title,
        kind: run.kind,
        state: run.state,
        startedAt: run.startedAt,
        seconds: run.seconds,
        ...best,
        options: run.options,
        hasReport,
        hasComparison,
        resumable: run.state !== 'running' && run.state !== 'done' && (await this.isResumable(id)),
      };
    const parsed = experimentSchema.safeParse(
      await readJson(join(this.folder, id, 'run.json')).catch(() => null),
    );
    if (!parsed.success) return null;
    const { passes, startedAt, finishedAt, options } = parsed.data;
    const failed = passes.some((p) => p.status === 'failed');
    const cancelled = passes.some((p) => p.status === 'cancelled');
    return {
      id,
      title: id,
      kind: 'experiment',
      state: failed ? 'failed' : cancelled ? 'cancelled' : finishedAt ? 'done' : 'interrupted',
      startedAt,
      seconds: passes.reduce((sum, p) => sum + p.seconds, 0),
      ...best,
      options,
      hasReport,
      hasComparison,
      // Its datasets lie where the command line said; the window cannot know that they still do.
      resumable: false,
    };
  }
}

function parseRow(line: string) {
  if (line === '') return null;
  try {
    const parsed = historyRowSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Best macro F1 of the last stage that was evaluated: what the run's model is. */
function bestOf(points: readonly HistoryPoint[]): { bestMacroF1: number | null; bestStep: number | null } {
  const scored = points.filter((p) => p.macroF1 !== null);
  const stage = scored.some((p) => p.stage === 'B') ? 'B' : 'A';
  const best = scored
    .filter((p) => p.stage === stage)
    .reduce<HistoryPoint | null>((a, b) => (a && a.macroF1! >= b.macroF1! ? a : b), null);
  return { bestMacroF1: best?.macroF1 ?? null, bestStep: best?.step ?? null };
}
