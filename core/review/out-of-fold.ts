import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { DEFAULT_BLOCK_SIZE } from '../datasets/splits.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { Predictor } from '../inference/predictor.ts';
import { trainingSchema } from '../training/options.ts';
import { trainStage } from '../training/stages.ts';
import { probabilitiesOf } from './review-pages.ts';

export interface OutOfFoldOptions {
  readonly datasetDir: string;
  /** Parts the pages are split into; each is predicted by a model that was trained on the others. At least 2. */
  readonly folds: number;
  /** What every fold starts from: a name or a folder that has not seen these pages' labels. */
  readonly model: string;
  /** Further settings of `galley train`, by their names: num_train_epochs_stageB, learning_rate, batch_size ... */
  readonly training?: Readonly<Record<string, unknown>>;
}

export interface OutOfFoldHooks {
  readonly onProgress?: (p: { done: number; total: number; what: string; etaSeconds?: number }) => void;
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** Fold of each page, neighbours together (a recipe that runs over a break must not be on both sides). */
export function foldsOf(pageNums: readonly number[], folds: number): Map<number, number> {
  if (!Number.isInteger(folds) || folds < 2 || folds > pageNums.length)
    throw new GalleyError('usage', `folds: expected 2 up to the ${pageNums.length} pages, found ${folds}`);
  const sorted = [...pageNums].sort((a, b) => a - b);
  const size = Math.max(1, Math.min(DEFAULT_BLOCK_SIZE, Math.floor(sorted.length / folds)));
  return new Map(sorted.map((page, i) => [page, Math.floor(i / size) % folds]));
}

/**
 * Probabilities [words, C] of each page from a model that never saw its labels: the pages are split into folds, and
 * for each fold a model is trained on the others. As much work as `folds` trainings.
 * @throws GalleyError as training and reading datasets do; `cancelled`
 */
export async function outOfFoldProbabilities(
  options: OutOfFoldOptions,
  hooks: OutOfFoldHooks = {},
): Promise<Map<number, Float32Array>> {
  const dataset = await openDatasetDict(options.datasetDir);
  const splits = [...dataset.splits.values()];
  const pages: LabelledPage[] = splits.flatMap((split) =>
    Array.from({ length: split.length }, (_, i) => split.page(i)),
  );
  const foldOf = foldsOf(
    pages.map((page) => page.pageNum),
    options.folds,
  );
  const work = await mkdtemp(join(tmpdir(), 'galley-folds-'));
  const found = new Map<number, Float32Array>();
  try {
    for (let fold = 0; fold < options.folds; fold++) {
      const what = `fold ${fold + 1} of ${options.folds}`;
      const folder = join(work, `fold-${fold}`);
      const held = pages.filter((page) => foldOf.get(page.pageNum) === fold);
      const written = await writeDatasetDict(folder, {
        splits: {
          train: pages.filter((page) => foldOf.get(page.pageNum) !== fold),
          validation: held,
        },
        labelMap: dataset.labelMap,
        extraColumns: splits[0]?.extraColumns ?? {},
      });
      const trained = await trainStage(
        'full',
        trainingSchema.parse({
          learning_rate: 5e-4,
          num_train_epochs_stageB: 2,
          ...options.training,
          model: options.model,
          full_dataset_dir: written.directory,
          output_dir: join(folder, 'models'),
          reports_dir: join(folder, 'reports'),
          save_total_limit: 1,
        }),
        {
          signal: hooks.signal,
          onWarning: hooks.onWarning,
          onProgress: (p) => hooks.onProgress?.({ ...p, what: `${what}: ${p.what}` }),
        },
      );
      const predictor = await Predictor.load(trained.folder);
      try {
        for await (const predictions of predictor.predict(held, held.length, {
          withProbs: true,
          signal: hooks.signal,
          onProgress: (p) => hooks.onProgress?.({ ...p, what: `${what}: ${p.what}` }),
        }))
          found.set(predictions.page_num, probabilitiesOf(predictions, dataset.labelMap));
      } finally {
        await predictor.close();
      }
      await rm(folder, { recursive: true, force: true });
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return found;
}
