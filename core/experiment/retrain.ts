import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DatasetDict, openDatasetDict } from '../datasets/dataset-dict.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { writeFileWhole, writeJsonWhole } from '../files/files.ts';
import { predictedIds } from '../inference/predictions.ts';
import { Predictor } from '../inference/predictor.ts';
import { maxTextLength, readConfig } from '../layoutlmv3/config.ts';
import { learnedPages } from '../training/learned-pages.ts';
import type { PredictedPage } from '../training/metrics/evaluate.ts';
import { type TrainingOptions, trainingSchema } from '../training/options.ts';
import {
  planText,
  planTraining,
  STAGE_FOLDERS,
  type StageResult,
  saveFinalModel,
  type TrainHooks,
  trainStage,
} from '../training/stages.ts';
import { writeGoldDataset } from '../weak-labels/gold-dataset.ts';
import { compareModels, comparisonSentence } from './compare-models.ts';
import { countGold, goldOfPages } from './retrain-gold.ts';
import type { RetrainOptions } from './retrain-options.ts';
import { comparisonReport, goldNotes, learnedNote, type RetrainComparison } from './retrain-report.ts';
import { goldOf } from './scoring.ts';

/** What a retraining would learn from, be held against and cost. */
export interface RetrainOutlook
  extends Pick<RetrainComparison, 'reference' | 'gold' | 'learned_before' | 'split'> {
  /** Pages both models would be compared on. */
  readonly pages: number;
  readonly steps: number;
  /** Measured just now; null where a step would not fit into memory. */
  readonly seconds: number | null;
}

/** What a window knows beside the options of the command. */
export interface RetrainInWindow {
  /**
   * Labels people gave, by page, negative where undecided. Gold of the dataset's own column is held against on the pages
   * kept aside, and not learned from: nobody has taken it over.
   */
  readonly decided: ReadonlyMap<number, readonly number[]>;
  readonly places: RetrainPlaces;
  /** Settings of Stage B beside those of the command, as the last model was trained with. */
  readonly training: Partial<TrainingOptions>;
}

/** Where a retraining writes. */
export interface RetrainPlaces {
  readonly dataset: string;
  /** Folder of the model folders. */
  readonly models: string;
  readonly reports: string;
  /** Folder of comparison.json and comparison.md. */
  readonly comparison: string;
}

export interface RetrainResult {
  /** What would be done, with --dry_run; nothing else is there then. */
  readonly plan: readonly string[] | null;
  readonly outlook: RetrainOutlook | null;
  readonly comparison: RetrainComparison | null;
  readonly sentence: string | null;
  /** The new model, a complete Hugging Face folder. */
  readonly modelDir: string | null;
  readonly stage: StageResult | null;
}

/**
 * The round trip: gold labels go into the dataset, Stage B goes on from the last model's weights (fresh optimizer and
 * schedule), and both models are held against the gold labels of the validation pages. Under `output_dir`:
 * `dataset/`, the model folder of Stage B, `reports/`, `comparison.json`, `comparison.md`. A window gives places of its
 * own, goes on with what a stopped retraining left there, and gets a final model too.
 * @throws GalleyError `exists` without overwrite; `mismatch` where model and dataset have other labels, or gold labels
 * another number of words; `invalid-data` without validation pages; what training throws
 */
export async function retrain(
  options: RetrainOptions,
  hooks: TrainHooks = {},
  window: RetrainInWindow | null = null,
): Promise<RetrainResult> {
  const dataset = await openDatasetDict(options.dataset_dir);
  const places = window?.places ?? {
    dataset: join(options.output_dir, 'dataset'),
    models: options.output_dir,
    reports: join(options.output_dir, 'reports'),
    comparison: options.output_dir,
  };
  if (!window) checkPlaces(options, places.dataset, join(places.models, STAGE_FOLDERS.full));
  const held = dataset.findSplit('validation');
  if (!held || held.length === 0)
    throw new GalleyError('invalid-data', 'no validation pages to compare the models on', {
      where: options.dataset_dir,
      hint: 'build the dataset with a validation split (galley label --val-fraction 0.2)',
    });
  const training = {
    ...(await trainingOptions(options, dataset, places, window?.training)),
    // A run's folder is its own: what is there is gone on with.
    resume: window !== null,
  };
  const gold = await goldOfPages(options, dataset, held.name, window?.decided ?? null, hooks);
  const counts = {
    train: countGold(dataset.split('train').pageNumbers(), gold),
    validation: countGold(held.pageNumbers(), gold),
  };
  const reference = counts.validation.pages > 0 ? 'gold' : 'weak';
  const compared = held.pageNumbers().filter((n) => reference === 'weak' || gold.has(n));
  const learned = await learnedPages(options.model_dir);
  const learned_before = learned && compared.filter((n) => learned.has(n));
  const notes = goldNotes(counts, learned_before);
  const nothing = {
    plan: null,
    outlook: null,
    comparison: null,
    sentence: null,
    modelDir: null,
    stage: null,
  };
  if (options.dry_run) {
    const plan = await planTraining({ ...training, full_dataset_dir: options.dataset_dir }, hooks, true);
    const [stage] = plan.stages;
    return {
      ...nothing,
      plan: [...notes, ...planText(plan)],
      outlook: {
        reference,
        gold: counts,
        learned_before,
        split: held.name,
        pages: compared.length,
        steps: stage.steps,
        seconds: stage.time && stage.time.secondsPerEpoch * stage.epochs,
      },
    };
  }
  if (counts.train.pages === 0) hooks.onWarning?.('no training page has gold labels: nothing new to learn');
  if (reference === 'weak')
    hooks.onWarning?.("no validation page has gold labels: compared against the dataset's own labels");
  if (learned_before && learned_before.length > 0) hooks.onWarning?.(learnedNote(learned_before));

  if (!window || !existsSync(join(places.dataset, 'dataset_dict')))
    await writeGoldDataset({ from: options.dataset_dir, to: places.dataset, gold }, hooks);
  const rebuilt = await openDatasetDict(places.dataset);
  const pages = [...rebuilt.split(held.name)].filter((page) => reference === 'weak' || goldOf(page));
  const before = await predict(options.model_dir, pages, 'last model', options, hooks);
  const stage = await trainStage('full', training, hooks, { initFrom: options.model_dir });
  const after = await predict(stage.folder, pages, 'new model', options, hooks);
  const comparison: RetrainComparison = {
    format: 1,
    reference,
    split: held.name,
    model_before: options.model_dir,
    model_after: stage.folder,
    dataset: places.dataset,
    gold: counts,
    learned_before,
    ...compareModels(
      before,
      after,
      pages.map((page) => ({
        pageNum: page.pageNum,
        labels: reference === 'gold' ? goldOf(page)! : page.labels,
      })),
      rebuilt.labelMap,
    ),
  };
  await writeJsonWhole(join(places.comparison, 'comparison.json'), comparison);
  await writeFileWhole(join(places.comparison, 'comparison.md'), comparisonReport(comparison, notes));
  if (window) await saveFinalModel({ output_dir: places.models }, stage.folder);
  return {
    ...nothing,
    comparison,
    sentence: comparisonSentence(comparison),
    modelDir: stage.folder,
    stage,
  };
}

/** Refuses to write over an earlier retraining unless told to, and over what it reads in any case. */
function checkPlaces(options: RetrainOptions, datasetDir: string, modelDir: string): void {
  for (const [read, flag, written] of [
    [options.dataset_dir, '--dataset_dir', datasetDir],
    [options.model_dir, '--model_dir', modelDir],
  ])
    if (resolve(read) === resolve(written))
      throw new GalleyError('usage', `${flag} lies where the new one would be written`, {
        where: written,
        hint: 'choose another --output_dir for each round',
      });
  const there = [datasetDir, modelDir].find((path) => existsSync(path));
  if (there && !options.overwrite && !options.dry_run)
    throw new GalleyError('exists', 'an earlier retraining is already there', {
      where: there,
      hint: 'start anew with --overwrite, or choose another --output_dir',
    });
}

/** Settings of Stage B; boxes, window length and images as the last model was trained with. */
async function trainingOptions(
  options: RetrainOptions,
  dataset: DatasetDict,
  places: RetrainPlaces,
  asBefore: Partial<TrainingOptions> = {},
): Promise<TrainingOptions> {
  const path = join(options.model_dir, 'config.json');
  if (!existsSync(path))
    throw new GalleyError('not-found', 'not a model folder: no config.json', {
      where: options.model_dir,
      hint: 'give the folder of the last training, such as models/layoutlmv3_boston_final',
    });
  const config = await readConfig(path);
  if (!config.labels.equals(dataset.labelMap))
    throw new GalleyError(
      'mismatch',
      `the model has the labels ${config.labels.names.join(', ')}, the dataset ${dataset.labelMap.names.join(', ')}`,
      {
        where: options.model_dir,
        hint: 'train anew with galley train: a model of other labels cannot be compared',
      },
    );
  const { galley } = config;
  const shared = trainingSchema.parse({});
  return {
    ...shared,
    ...asBefore,
    stage: 'full',
    model: options.model_dir,
    full_dataset_dir: places.dataset,
    output_dir: places.models,
    reports_dir: places.reports,
    num_train_epochs_stageB: options.num_train_epochs,
    learning_rate: options.learning_rate,
    word_weights: options.word_weights,
    batch_size: options.batch_size,
    eval_batch_size: options.eval_batch_size,
    max_steps: options.max_steps,
    gradient_checkpointing: options.gradient_checkpointing,
    seed: options.seed,
    device: options.device,
    overwrite: options.overwrite,
    save_total_limit: 1,
    line_boxes: galley.line_boxes ?? shared.line_boxes,
    text_only: galley.visual === false,
    context_words: galley.context_words ?? 0,
    max_length: galley.max_length ?? Math.min(shared.max_length, maxTextLength(config)),
  };
}

async function predict(
  modelDir: string,
  pages: readonly LabelledPage[],
  which: string,
  options: RetrainOptions,
  hooks: TrainHooks,
): Promise<PredictedPage[]> {
  const { onProgress, onWarning, signal } = hooks;
  const predictor = await Predictor.load(modelDir, {
    device: options.device,
    ...(onWarning ? { onWarning } : {}),
  });
  try {
    const predictions = await predictor.predictPages(pages, {
      batchSize: options.eval_batch_size,
      onProgress: (p) => onProgress?.({ ...p, what: `${which}: predicting pages` }),
      ...(signal ? { signal } : {}),
    });
    return predictions.map((p) => ({ pageNum: p.page_num, labels: predictedIds(p) }));
  } finally {
    await predictor.close();
  }
}
