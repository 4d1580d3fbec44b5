import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DatasetDict, openDatasetDict } from '../datasets/dataset-dict.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { goldLabelsFor, readLabelsJsonl } from '../datasets/labels-jsonl.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { writeFileWhole, writeJsonWhole } from '../files/files.ts';
import { predictedIds } from '../inference/predictions.ts';
import { Predictor } from '../inference/predictor.ts';
import { maxTextLength, readConfig } from '../layoutlmv3/config.ts';
import type { PredictedPage } from '../training/metrics/evaluate.ts';
import { type TrainingOptions, trainingSchema } from '../training/options.ts';
import {
  planText,
  planTraining,
  STAGE_FOLDERS,
  type StageResult,
  type TrainHooks,
  trainStage,
} from '../training/stages.ts';
import { writeGoldDataset } from '../weak-labels/gold-dataset.ts';
import {
  compareModels,
  comparisonSentence,
  type ModelComparison,
  modelComparisonMarkdown,
} from './compare-models.ts';
import type { RetrainOptions } from './retrain-options.ts';
import { goldOf } from './scoring.ts';

/** Pages and decided words with gold labels, by what they are used for. */
export interface GoldCount {
  readonly pages: number;
  readonly words: number;
}

/** comparison.json. */
export interface RetrainComparison extends ModelComparison {
  readonly format: 1;
  /** `weak`: no validation page has gold, so the dataset's own labels are what both models are held against. */
  readonly reference: 'gold' | 'weak';
  readonly split: string;
  readonly model_before: string;
  readonly model_after: string;
  readonly dataset: string;
  readonly gold: { readonly train: GoldCount; readonly validation: GoldCount };
}

export interface RetrainResult {
  /** What would be done, with --dry_run; nothing else is there then. */
  readonly plan: readonly string[] | null;
  readonly comparison: RetrainComparison | null;
  readonly sentence: string | null;
  /** The new model, a complete Hugging Face folder. */
  readonly modelDir: string | null;
  readonly stage: StageResult | null;
}

/**
 * The round trip: gold labels go into the dataset, Stage B goes on from the last model's weights (fresh optimizer and
 * schedule), and both models are held against the gold labels of the validation pages. Under `output_dir`:
 * `dataset/`, the model folder of Stage B, `reports/`, `comparison.json`, `comparison.md`.
 * @throws GalleyError `exists` without overwrite; `mismatch` where model and dataset have other labels, or gold labels
 * another number of words; `invalid-data` without validation pages; what training throws
 */
export async function retrain(options: RetrainOptions, hooks: TrainHooks = {}): Promise<RetrainResult> {
  const dataset = await openDatasetDict(options.dataset_dir);
  const places = {
    dataset: join(options.output_dir, 'dataset'),
    model: join(options.output_dir, STAGE_FOLDERS.full),
  };
  checkPlaces(options, places);
  const held = dataset.findSplit('validation');
  if (!held || held.length === 0)
    throw new GalleyError('invalid-data', 'no validation pages to compare the models on', {
      where: options.dataset_dir,
      hint: 'build the dataset with a validation split (galley label --val-fraction 0.2)',
    });
  const training = await trainingOptions(options, dataset, places.dataset);
  const gold = await goldOfPages(options, dataset, hooks);
  const counts = {
    train: countGold(dataset.split('train').pageNumbers(), gold),
    validation: countGold(held.pageNumbers(), gold),
  };
  const reference = counts.validation.pages > 0 ? 'gold' : 'weak';
  const notes = goldNotes(counts);
  if (options.dry_run) {
    const plan = await planTraining({ ...training, full_dataset_dir: options.dataset_dir }, hooks, true);
    return {
      plan: [...notes, ...planText(plan)],
      comparison: null,
      sentence: null,
      modelDir: null,
      stage: null,
    };
  }
  if (counts.train.pages === 0) hooks.onWarning?.('no training page has gold labels: nothing new to learn');
  if (reference === 'weak')
    hooks.onWarning?.("no validation page has gold labels: compared against the dataset's own labels");

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
  await writeJsonWhole(join(options.output_dir, 'comparison.json'), comparison);
  await writeFileWhole(join(options.output_dir, 'comparison.md'), markdown(comparison, notes));
  return {
    plan: null,
    comparison,
    sentence: comparisonSentence(comparison),
    modelDir: stage.folder,
    stage,
  };
}

/** Refuses to write over an earlier retraining unless told to, and over what it reads in any case. */
function checkPlaces(options: RetrainOptions, places: { dataset: string; model: string }): void {
  for (const [read, flag, written] of [
    [options.dataset_dir, '--dataset_dir', places.dataset],
    [options.model_dir, '--model_dir', places.model],
  ])
    if (resolve(read) === resolve(written))
      throw new GalleyError('usage', `${flag} lies where the new one would be written`, {
        where: written,
        hint: 'choose another --output_dir for each round',
      });
  const there = Object.values(places).find((path) => existsSync(path));
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
  datasetDir: string,
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
    stage: 'full',
    model: options.model_dir,
    full_dataset_dir: datasetDir,
    output_dir: options.output_dir,
    reports_dir: join(options.output_dir, 'reports'),
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

/** Gold labels by page: those of the file, else those of the dataset's own column; negative where undecided. */
async function goldOfPages(
  options: RetrainOptions,
  dataset: DatasetDict,
  hooks: TrainHooks,
): Promise<Map<number, readonly number[]>> {
  const file =
    options.gold_labels === undefined ? null : await readLabelsJsonl(options.gold_labels, dataset.labelMap);
  const found = new Map<number, readonly number[]>();
  for (const split of dataset.splits.values())
    for (const page of split) {
      const own = goldOf(page);
      const given = file && goldLabelsFor(file, page);
      const gold = given ? given.map((id, i) => (id >= 0 ? id : (own?.[i] ?? id))) : own;
      if (gold?.some((id) => id >= 0)) found.set(page.pageNum, gold);
    }
  const pages = new Set([...dataset.splits.values()].flatMap((split) => [...split.pageNumbers()]));
  const unknown = [...(file?.keys() ?? [])].filter((pageNum) => !pages.has(pageNum)).length;
  if (unknown > 0)
    hooks.onWarning?.(`gold labels of ${unknown} pages that are not in ${options.dataset_dir}`);
  return found;
}

function countGold(pageNums: readonly number[], gold: ReadonlyMap<number, readonly number[]>): GoldCount {
  const labelled = pageNums.flatMap((pageNum) => {
    const labels = gold.get(pageNum);
    return labels ? [labels] : [];
  });
  return {
    pages: labelled.length,
    words: labelled.reduce((sum, labels) => sum + labels.filter((id) => id >= 0).length, 0),
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

function goldNotes({ train, validation }: RetrainComparison['gold']): string[] {
  const held =
    validation.pages > 0
      ? `Compared on ${validation.pages} validation pages with gold labels (${validation.words} words).`
      : "No validation page has gold labels: compared against the dataset's own labels, which no person has read.";
  return [`Gold labels learned from: ${train.words} words on ${train.pages} training pages.`, held];
}

function markdown(comparison: RetrainComparison, notes: readonly string[]): string {
  const against =
    comparison.reference === 'gold'
      ? 'gold labels'
      : "the dataset's own labels (a sanity check, not a score)";
  return [
    `# Before and after, against ${against}`,
    '',
    `Before: \`${comparison.model_before}\`. After: \`${comparison.model_after}\`.`,
    '',
    ...notes,
    'The epoch that was kept was chosen on the validation pages too, which favours the new model a little.',
    '',
    modelComparisonMarkdown(comparison),
    '',
  ].join('\n');
}
