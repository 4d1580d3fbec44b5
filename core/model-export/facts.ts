import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { describeDataset } from '../datasets/describe-dataset.ts';
import { readJson } from '../files/files.ts';
import { type LayoutLMv3Config, readConfig } from '../layoutlmv3/config.ts';
import { type MetricsRecord, metricsRecordSchema } from '../training/metrics/metrics.ts';
import { STAGE_FOLDERS } from '../training/stage-setup.ts';

const stageSchema = z.looseObject({
  name: z.string(),
  dataset: z.string(),
  startedFrom: z.string(),
  pages: z.number(),
  steps: z.number(),
  epochs: z.number(),
  seconds: z.number(),
  evaluatedOn: z.string().optional(),
  device: z.string().optional(),
  hyperparameters: z.record(z.string(), z.unknown()),
  evaluation: z.looseObject({ metrics: metricsRecordSchema }).nullable().optional().catch(null),
});
const trainingSchema = z.looseObject({ result: stageSchema });

const datasetSchema = z.object({
  role: z.string(),
  path: z.string(),
  splits: z.record(z.string(), z.number()),
  labelCounts: z.record(z.string(), z.number()),
});

const runSchema = z.looseObject({
  runId: z.string(),
  command: z.string(),
  device: z.string(),
  finishedAt: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  datasets: z.array(z.looseObject(datasetSchema.shape)),
});

const scoresSchema = z.looseObject({
  gold: metricsRecordSchema.optional(),
  weak: metricsRecordSchema.optional(),
});
const metricsSchema = z.looseObject({
  split: z.string(),
  weak_labels: scoresSchema,
  stage_a: scoresSchema,
  stage_b: scoresSchema,
});

export type StageFacts = z.output<typeof stageSchema>;
export type DatasetFacts = z.output<typeof datasetSchema>;

/** Scores of one thing (the model, or the weak labels) on one split against one reference. */
export interface Score {
  readonly of: 'model' | 'weak labels';
  /** `gold`: what people decided. `weak`: labels by rules, or whatever the dataset's own labels are. */
  readonly against: 'gold' | 'weak';
  readonly split: string;
  readonly metrics: MetricsRecord;
}

/** What is known of a trained model; what is not known is empty or null, never guessed. */
export interface ModelFacts {
  readonly name: string;
  readonly config: LayoutLMv3Config;
  /** In the order they were trained; the model is the result of the last. */
  readonly stages: readonly StageFacts[];
  readonly datasets: readonly DatasetFacts[];
  readonly scores: readonly Score[];
  /** Of trainer_state.json, where nothing better is known. */
  readonly bestMetric: number | null;
  readonly command: string | null;
  readonly device: string | null;
  readonly finishedAt: string | null;
  readonly versions: Readonly<Record<string, string>>;
}

async function read<T>(schema: z.ZodType<T>, path: string): Promise<T | null> {
  if (!existsSync(path)) return null;
  const parsed = schema.safeParse(await readJson(path).catch(() => null));
  return parsed.success ? parsed.data : null;
}

/** Folders in which the record of a run may lie: where it is said to be, else the model's own and three above it. */
const above = (folder: string, runDir: string | undefined): string[] =>
  runDir !== undefined
    ? [runDir]
    : [0, 1, 2, 3].map((up) => resolve(folder, ...Array<string>(up).fill('..')));

export interface FactsOptions {
  /** Folder of run.json and metrics.json; looked for above the model by default. */
  readonly runDir?: string;
  /** What the model was trained by, where no run.json says it. */
  readonly versions?: Readonly<Record<string, string>>;
}

/**
 * Gathers what the files of a model folder and of its run say: config.json, trainer_state.json, galley_training.json
 * (here or in the stage folders beside), run.json and metrics.json of `galley experiment` above. Records that are
 * damaged are as good as missing: a card never stops an export.
 * @throws GalleyError as reading config.json does
 */
export async function modelFacts(modelDir: string, options: FactsOptions = {}): Promise<ModelFacts> {
  const folder = resolve(modelDir);
  const config = await readConfig(join(folder, 'config.json'));
  const stages = await stagesOf(folder);
  const places = above(folder, options.runDir);
  const run = await firstOf(runSchema, places, 'run.json');
  const metrics = await firstOf(metricsSchema, places, 'metrics.json');
  const last = stages.at(-1);
  const state = await read(
    z.looseObject({ best_metric: z.number().nullable() }),
    join(folder, 'trainer_state.json'),
  );
  return {
    name: basename(folder),
    config,
    stages,
    datasets: await datasetsOf(stages, run?.datasets ?? []),
    scores: scoresOf(last, metrics),
    bestMetric: state?.best_metric ?? null,
    command: run?.command ?? null,
    device: last?.device ?? run?.device ?? null,
    finishedAt: run?.finishedAt ?? null,
    versions: run?.versions ?? options.versions ?? {},
  };
}

async function firstOf<T>(schema: z.ZodType<T>, places: readonly string[], name: string): Promise<T | null> {
  for (const at of places) {
    const found = await read(schema, join(at, name));
    if (found) return found;
  }
  return null;
}

/** The stages that led to a model: those of a stage folder end with its own, the final model has all. */
async function stagesOf(folder: string): Promise<StageFacts[]> {
  const order = [STAGE_FOLDERS.highconf, STAGE_FOLDERS.full];
  const own = order.indexOf(basename(folder) as (typeof order)[number]);
  const isFinal = basename(folder) === STAGE_FOLDERS.final;
  const places =
    own >= 0 || isFinal
      ? order.slice(0, own >= 0 ? own + 1 : order.length).map((name) => join(dirname(folder), name))
      : [folder];
  const found: StageFacts[] = [];
  for (const place of places) {
    const record = await read(trainingSchema, join(place, 'galley_training.json'));
    if (record) found.push(record.result);
  }
  return found;
}

/** Datasets as the run counted them; counted now where no run did and they are still there. */
async function datasetsOf(
  stages: readonly StageFacts[],
  known: readonly DatasetFacts[],
): Promise<DatasetFacts[]> {
  const found: DatasetFacts[] = [];
  for (const { dataset: path, name } of stages) {
    if (found.some((one) => one.path === path)) continue;
    const recorded = known.find((one) => resolve(one.path) === resolve(path));
    const counted = recorded ?? (await countDataset(path, `Stage ${name}`));
    if (counted) found.push({ ...counted, path });
  }
  return found.length > 0 ? found : [...known];
}

async function countDataset(path: string, role: string): Promise<DatasetFacts | null> {
  try {
    const splits: Record<string, number> = {};
    const labelCounts: Record<string, number> = {};
    for (const [name, split] of Object.entries(describeDataset(await openDatasetDict(path)).splits)) {
      splits[name] = split.pages;
      for (const [label, n] of Object.entries(split.perLabel))
        labelCounts[label] = (labelCounts[label] ?? 0) + n;
    }
    return { role, path, splits, labelCounts };
  } catch {
    return null;
  }
}

function scoresOf(
  last: StageFacts | undefined,
  metrics: z.output<typeof metricsSchema> | null,
): readonly Score[] {
  const own = last?.name === 'A' ? metrics?.stage_a : metrics?.stage_b;
  const found: Score[] = [];
  for (const against of ['gold', 'weak'] as const) {
    const model = own?.[against];
    if (model && metrics) found.push({ of: 'model', against, split: metrics.split, metrics: model });
    const rules = metrics?.weak_labels[against];
    if (rules && metrics) found.push({ of: 'weak labels', against, split: metrics.split, metrics: rules });
  }
  if (!found.some((score) => score.of === 'model') && last?.evaluation)
    found.push({
      of: 'model',
      against: 'weak',
      split: last.evaluatedOn ?? 'validation',
      metrics: last.evaluation.metrics,
    });
  return found;
}
