import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readExperimentYaml } from '../experiment/configuration.ts';
import { type ExperimentOptions, experimentSchema } from '../experiment/options.ts';
import { projectFolder } from '../files/project-folder.ts';
import { type TrainingOptions, trainingSchema } from '../training/options.ts';
import type { CallOutput } from './contract.ts';
import { insideFolder } from './inside.ts';
import type { Runs } from './runs.ts';
import type { Session } from './session.ts';

type Field = CallOutput<'train.form'>['fields'][number];

/** Options that are the workbench's to say: where things are, and how a run goes on. */
const OURS = new Set([
  'highconf_dataset_dir',
  'full_dataset_dir',
  'output_dir',
  'reports_dir',
  'resume',
  'overwrite',
  'dry_run',
]);

/** What a person may choose for a training. */
const formSchema = trainingSchema
  .omit({
    highconf_dataset_dir: true,
    full_dataset_dir: true,
    output_dir: true,
    reports_dir: true,
    resume: true,
    overwrite: true,
    dry_run: true,
  })
  .strict();

interface JsonField {
  type?: string;
  enum?: string[];
  default?: unknown;
  description?: string;
  unit?: string;
}

const TITLES: Readonly<Record<string, string>> = {
  fp16: 'Half precision',
  num_train_epochs_stageA: 'Epochs, Stage A',
  num_train_epochs_stageB: 'Epochs, Stage B',
  max_grad_norm: 'Gradient norm, at most',
  lr: 'Learning rate',
};

/** `learning_rate_stageA` as `Learning rate, Stage A`. */
function titleOf(name: string): string {
  const words = (TITLES[name] ?? name).replace(/_stage([AB])$/, ', Stage $1').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Defaults of the window's trainings: those that the demo is trained with, which suit our own small model. */
async function ownDefaults(): Promise<Record<string, unknown>> {
  const yaml = await readExperimentYaml(join(projectFolder(), 'configs', 'demo_experiment.yaml')).catch(
    () => ({}),
  );
  return Object.fromEntries(
    Object.entries(yaml).filter(([key]) => key in formSchema.shape && !OURS.has(key)),
  );
}

/** The form, made from the one options schema. */
export async function trainingForm(session: Session): Promise<Field[]> {
  const defaults: Record<string, unknown> = { model: 'galley-nano', ...(await ownDefaults()) };
  const { properties = {} } = z.toJSONSchema(formSchema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, JsonField>;
  };
  return Object.entries(properties).map(([name, field]) => ({
    name,
    title: titleOf(name),
    description: field.description ?? '',
    unit: field.unit ?? null,
    kind: name === 'model' ? 'choice' : kindOf(field),
    choices: name === 'model' ? modelChoices(session) : (field.enum ?? []),
    defaultValue: defaults[name] ?? field.default ?? null,
  }));
}

function kindOf({ type, enum: choices }: JsonField): Field['kind'] {
  if (choices) return 'choice';
  if (type === 'boolean') return 'boolean';
  if (type === 'integer') return 'integer';
  return type === 'number' ? 'number' : 'text';
}

function modelChoices(session: Session): string[] {
  return ['galley-nano', 'layoutlmv3-base', 'microsoft/layoutlmv3-base', ...session.models.map((m) => m.id)];
}

/** Defaults, then what the person chose. @throws GalleyError `usage` naming the option */
export async function chosenOptions(given: Record<string, unknown>): Promise<z.output<typeof formSchema>> {
  const known = Object.fromEntries(
    Object.entries(given).filter(([, v]) => v !== null && v !== undefined && v !== ''),
  );
  const parsed = formSchema.safeParse({ model: 'galley-nano', ...(await ownDefaults()), ...known });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue.path.join('.');
  throw new GalleyError('usage', `${name ? `${titleOf(name)}: ` : ''}${issue.message}`);
}

/**
 * A model's name as a training takes it: a model of the project, a folder of its `models`, the weights of another run,
 * one of our own configurations, or a name on the hub. Never a path.
 * @throws GalleyError `usage`, `not-found`
 */
export async function resolveModelName(name: string, session: Session, runs: Runs): Promise<string> {
  const own = session.models.find((m) => m.id === name);
  if (own) return own.dir;
  const run = /^weights-of:(.+)$/.exec(name);
  if (run) return runs.latestWeights(run[1]);
  const folder = /^model\.([A-Za-z0-9][A-Za-z0-9._-]*)$/.exec(name);
  if (folder) {
    const dir = insideFolder(session.project.places.models, folder[1]);
    if (existsSync(join(dir, 'config.json'))) return dir;
    throw new GalleyError('not-found', `there is no model "${folder[1]}" in this project`);
  }
  if (/^[a-z0-9][a-z0-9-]*$/.test(name) && existsSync(join(projectFolder(), 'configs', 'models', name)))
    return name;
  if (/^[\w.-]+\/[\w.-]+(@[\w.-]+)?$/.test(name) && !name.includes('..')) return name;
  throw new GalleyError('usage', `"${name}" is no model of this project, of Galley, or of the hub`);
}

export interface RunPlaces {
  readonly full: string;
  readonly highconf: string;
  readonly models: string;
  readonly reports: string;
}

/** The whole options of a training in the project. */
export async function trainingOptions(
  chosen: z.output<typeof formSchema>,
  places: RunPlaces,
  session: Session,
  runs: Runs,
): Promise<TrainingOptions> {
  return trainingSchema.parse({
    ...chosen,
    model: await resolveModelName(chosen.model, session, runs),
    full_dataset_dir: places.full,
    highconf_dataset_dir: places.highconf,
    output_dir: places.models,
    reports_dir: places.reports,
    // The run's folder is its own: what is there is gone on with.
    resume: true,
  });
}

/** The same for the one-command runner. */
export function experimentOptions(
  training: TrainingOptions,
  { runsFolder, runId }: { runsFolder: string; runId: string },
): ExperimentOptions {
  const {
    stage,
    fp16,
    output_dir: _,
    reports_dir: __,
    dry_run: ___,
    overwrite: ____,
    debug: _____,
    ...shared
  } = training;
  return experimentSchema.parse({
    ...shared,
    fp16: fp16 ? 'true' : 'auto',
    reports_dir: runsFolder,
    run_id: runId,
    skip_pass2: stage === 'full',
    skip_pass3: stage === 'highconf',
    eval_pages: 0,
  });
}

/** The command line that does the same; what is as it is by default is left out. */
export function commandOf(command: 'train', options: TrainingOptions): string;
export function commandOf(command: 'experiment', options: ExperimentOptions): string;
export function commandOf(command: 'train' | 'experiment', options: Record<string, unknown>): string {
  const schema = command === 'train' ? trainingSchema : experimentSchema;
  const defaults = schema.parse({}) as Record<string, unknown>;
  const words = ['galley', command];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === '' || value === defaults[name]) continue;
    if (name === 'resume' || name === 'dry_run') continue;
    if (value === true) words.push(`--${name}`);
    else if (value === false) words.push(`--no_${name}`);
    else words.push(`--${name}`, shellWord(String(value)));
  }
  return words.join(' ');
}

const shellWord = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
