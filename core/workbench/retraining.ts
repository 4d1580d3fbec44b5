import type { z } from 'zod';
import type { RetrainInWindow, RetrainPlaces } from '../experiment/retrain.ts';
import { type RetrainOptions, retrainSchema } from '../experiment/retrain-options.ts';
import type { retrainChoicesSchema } from './contract-retrain.ts';
import type { RunFile, Runs } from './runs.ts';
import type { Session } from './session.ts';
import { chosenOptions, type RunPlaces } from './training-options.ts';

export type RetrainChoices = z.output<typeof retrainChoicesSchema>;

/** Settings that say how a training was done, not what the model is: a retraining leaves those to itself. */
const NOT_CARRIED = [
  'model',
  'stage',
  'max_steps',
  'learning_rate_stageB',
  'num_train_epochs_stageB',
] as const;

/**
 * The settings of a retraining as its run keeps them: those of the run that made the last model, else the window's
 * defaults, with the epochs and steps that were chosen.
 */
export async function retrainSettings(
  choices: RetrainChoices,
  session: Session,
  runs: Runs,
): Promise<RunFile['options']> {
  // The project lists its latest model first.
  const latest = choices.model === undefined ? session.models[0] : undefined;
  const model = latest ?? session.model(choices.model);
  const made = model.runId ? await runs.read(model.runId) : null;
  const given = Object.fromEntries(
    Object.entries(made?.options ?? {}).filter(
      ([name]) => !(NOT_CARRIED as readonly string[]).includes(name),
    ),
  );
  const stageB = made?.options.learning_rate_stageB;
  const chosen = await chosenOptions(given).catch(() => chosenOptions({}));
  const defaults = retrainSchema.parse({ output_dir: '-' });
  return {
    ...chosen,
    ...(typeof stageB === 'number' ? { learning_rate: stageB } : {}),
    stage: 'full',
    model: model.id,
    num_train_epochs_stageB: choices.num_train_epochs ?? defaults.num_train_epochs,
    max_steps: choices.max_steps ?? -1,
  };
}

/** What the engine is asked to do. @param settings from {@link retrainSettings} */
export async function retrainJobInput(
  settings: RunFile['options'],
  places: RunPlaces,
  comparison: string,
  session: Session,
): Promise<{ options: RetrainOptions; window: RetrainInWindow }> {
  const model = session.model(String(settings.model));
  const chosen = await chosenOptions(settings);
  const { journal, project } = session;
  const at: RetrainPlaces = {
    dataset: places.full,
    models: places.models,
    reports: places.reports,
    comparison,
  };
  return {
    options: retrainSchema.parse({
      dataset_dir: project.places.full,
      model_dir: model.dir,
      output_dir: places.models,
      num_train_epochs: chosen.num_train_epochs_stageB,
      learning_rate: chosen.learning_rate,
      word_weights: chosen.word_weights,
      batch_size: chosen.batch_size,
      eval_batch_size: chosen.eval_batch_size,
      max_steps: chosen.max_steps,
      gradient_checkpointing: chosen.gradient_checkpointing,
      seed: chosen.seed,
      device: chosen.device,
    }),
    window: {
      decided: new Map(journal.pages().map((n) => [n, journal.gold(n)!])),
      places: at,
      training: { ...chosen, model: model.dir },
    },
  };
}
