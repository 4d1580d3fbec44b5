import { createHash } from 'node:crypto';
import { GalleyError } from '../errors/galley-error.ts';
import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';
import { configToJson } from '../layoutlmv3/config.ts';
import type { TrainingPrecision } from '../layoutlmv3/training-layers.ts';
import type { ExampleSet } from './examples.ts';
import { RECIPE_DEFAULTS, type TrainingRecipe } from './options.ts';

/** What decides the weights a stage ends with; a checkpoint may be resumed only under the same. */
export interface StageFingerprint {
  readonly stage: string;
  /** Options, with the learning rate and epochs of this stage. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** SHA-256 of the model's config.json. */
  readonly config: string;
  /** SHA-256 of every training and evaluation window. */
  readonly data: string;
}

/**
 * The options as one stage sees them: its own learning rate and epochs, those of the other left out, and what its products
 * really are computed in instead of the wish for float16.
 */
export function stageRecipe(
  recipe: TrainingRecipe,
  { learningRate, epochs, precision }: { learningRate: number; epochs: number; precision: TrainingPrecision },
): Record<string, unknown> {
  const {
    learning_rate_stageA: _a,
    learning_rate_stageB: _b,
    num_train_epochs_stageA: _c,
    num_train_epochs_stageB: _d,
    fp16: _e,
    ...shared
  } = recipe;
  return { ...shared, precision, learning_rate: learningRate, num_train_epochs: epochs };
}

export function stageFingerprint(
  stage: string,
  recipe: Readonly<Record<string, unknown>>,
  config: LayoutLMv3Config,
  sets: readonly ExampleSet[],
): StageFingerprint {
  const data = createHash('sha256');
  for (const { examples } of sets) {
    data.update(`${examples.length};`);
    for (const { window, weights } of examples) {
      for (const array of [window.inputIds, window.bbox, window.labels]) data.update(array);
      if (weights) data.update(weights);
    }
  }
  const text = JSON.stringify(configToJson(config));
  return { stage, recipe, config: createHash('sha256').update(text).digest('hex'), data: data.digest('hex') };
}

/** @throws GalleyError `mismatch` naming the first thing that differs between a checkpoint and what is asked now */
export function checkFingerprint(saved: StageFingerprint, now: StageFingerprint, where: string): void {
  const fail = (message: string, how = 'the same options and data'): never => {
    throw new GalleyError('mismatch', message, {
      where,
      hint: `resume with ${how}, or start anew with --overwrite`,
    });
  };
  if (saved.stage !== now.stage) fail(`the checkpoint is of stage ${saved.stage}, not ${now.stage}`);
  const text = (recipe: StageFingerprint['recipe'], key: string) =>
    JSON.stringify(key in recipe ? recipe[key] : RECIPE_DEFAULTS[key]);
  for (const key of new Set([...Object.keys(saved.recipe), ...Object.keys(now.recipe)])) {
    // Written before float16 was built, when it changed nothing.
    if (key === 'fp16') continue;
    const [before, after] = [text(saved.recipe, key), text(now.recipe, key)];
    // The same options may mean another precision: `--device auto` found another device.
    const how = saved.recipe[key] === 'float16' ? '--fp16 on WebGPU or CUDA (--device)' : undefined;
    if (before !== after) fail(`the checkpoint was trained with ${key} ${before}, now it is ${after}`, how);
  }
  if (saved.config !== now.config) fail('the checkpoint is of another model (config.json differs)');
  if (saved.data !== now.data) fail('the pages or labels of the dataset changed since the checkpoint');
}
