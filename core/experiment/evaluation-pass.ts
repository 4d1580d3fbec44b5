import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { renderConfusion } from '../drawing/confusion.ts';
import { renderOverlay } from '../drawing/overlay.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { ensureFolder, writeFileWhole } from '../files/files.ts';
import { type Predictions, predictedIds, writePredictions } from '../inference/predictions.ts';
import { Predictor } from '../inference/predictor.ts';
import { evaluatePages } from '../training/metrics/evaluate.ts';
import { comparisonMarkdown, writeConfusion, writeMetrics } from '../training/metrics/tables.ts';
import { STAGE_FOLDERS } from '../training/stages.ts';
import type { InferenceRecord, RunMetrics } from './record.ts';
import type { ExperimentState } from './runner.ts';
import { goldOf, scorePages } from './scoring.ts';

const pageFile = (pageNum: number) => `page_${String(pageNum).padStart(4, '0')}`;

/**
 * Predicts the pages of the chosen split with every stage's model, draws the last one's, and scores weak labels and
 * models against gold (where there is any) and against the weak labels (a sanity check, not a score).
 */
export async function evaluationPass(state: ExperimentState): Promise<string | undefined> {
  const { options, record } = state;
  const dataset = await openDatasetDict(options.full_dataset_dir);
  const split = chooseSplit(dataset, options.infer_split, state);
  const chosen = choosePages([...split], options);
  const models = (['stage_a', 'stage_b'] as const)
    .map((name) => ({
      name,
      folder: join(state.modelsDir, STAGE_FOLDERS[name === 'stage_a' ? 'highconf' : 'full']),
    }))
    .filter(({ folder }) => existsSync(join(folder, 'config.json')));
  if (models.length === 0)
    throw new GalleyError('not-found', 'no trained model to predict with', {
      where: state.modelsDir,
      hint: 'train Stage A or Stage B first',
    });

  const everything = options.score_all_pages ? [...dataset.splits.values()].flatMap((s) => [...s]) : [];
  const metrics: RunMetrics = {
    split: split.name,
    weak_labels: scorePages(chosen.pages, null, dataset.labelMap),
    stage_a: {},
    stage_b: {},
    all_pages: {
      weak_labels: everything.length ? scorePages(everything, null, dataset.labelMap) : {},
      stage_a: {},
      stage_b: {},
    },
  };
  for (const { name, folder } of models) {
    const title = name === 'stage_a' ? 'Stage A' : 'Stage B';
    const wanted = everything.length > 0 ? everything : chosen.pages;
    const predictions = await predictAll(state, folder, wanted, title);
    const byNumber = new Map(predictions.map((p) => [p.page_num, p]));
    const rows = (pages: readonly LabelledPage[]) =>
      pages.flatMap((page) => {
        const p = byNumber.get(page.pageNum);
        return p ? [{ pageNum: page.pageNum, labels: predictedIds(p) }] : [];
      });
    metrics[name] = scorePages(chosen.pages, rows(chosen.pages), dataset.labelMap);
    if (everything.length > 0)
      metrics.all_pages[name] = scorePages(everything, rows(everything), dataset.labelMap);
    if (name === models.at(-1)?.name)
      record.inference = await writePages(
        state,
        split.name,
        chosen,
        chosen.pages.map((p) => byNumber.get(p.pageNum)!),
      );
    await writeConfusions(state, name, title, chosen.pages, rows(chosen.pages), dataset.labelMap);
  }
  record.metrics = metrics;
  await writeEvaluation(state, metrics);
  return `${chosen.pages.length} pages of ${split.name}`;
}

type Dataset = Awaited<ReturnType<typeof openDatasetDict>>;

function chooseSplit(dataset: Dataset, wanted: string, state: ExperimentState) {
  const split = dataset.findSplit(wanted);
  if (split && split.length > 0) return split;
  const other = [...dataset.splits.values()].find((s) => s.length > 0);
  if (!other) throw new GalleyError('invalid-data', 'the dataset has no pages', { where: dataset.directory });
  state.hooks.onWarning?.(`the ${wanted} split is empty; predicted the ${other.name} split instead`);
  return other;
}

interface ChosenPages {
  pages: LabelledPage[];
  shown: number;
}

/** The first `eval_pages` pages of the split, and the one the report shows (taken along if it is further on). */
function choosePages(all: LabelledPage[], options: ExperimentState['options']): ChosenPages {
  const pages = options.eval_pages === 0 ? all : all.slice(0, options.eval_pages);
  if (options.infer_page_num === 'auto') return { pages, shown: pages[0].pageNum };
  const shown = Number(options.infer_page_num);
  const page = all.find((p) => p.pageNum === shown);
  if (!page)
    throw new GalleyError('usage', `page ${shown} is not in the ${options.infer_split} split`, {
      where: '--infer_page_num',
      hint: `the split has pages ${all[0].pageNum} to ${all.at(-1)!.pageNum}; auto takes the first`,
    });
  return { pages: pages.includes(page) ? pages : [...pages, page], shown };
}

async function predictAll(
  { options, hooks }: ExperimentState,
  folder: string,
  pages: readonly LabelledPage[],
  title: string,
): Promise<Predictions[]> {
  const predictor = await Predictor.load(folder, { device: options.device, onWarning: hooks.onWarning });
  try {
    return await predictor.predictPages(pages, {
      batchSize: options.eval_batch_size,
      onProgress: (p) => hooks.onProgress?.({ ...p, what: `${title}: predicting pages` }),
      signal: hooks.signal,
    });
  } finally {
    await predictor.close();
  }
}

async function writePages(
  { folder, hooks }: ExperimentState,
  split: string,
  chosen: ChosenPages,
  predictions: readonly Predictions[],
): Promise<InferenceRecord> {
  const dir = join(folder, 'inference');
  await ensureFolder(join(dir, 'overlays'));
  const pages: InferenceRecord['pages'] = [];
  for (const [i, p] of predictions.entries()) {
    hooks.signal?.throwIfAborted();
    const json = join(dir, `${pageFile(p.page_num)}_predictions.json`);
    const overlay = join(dir, 'overlays', `${pageFile(p.page_num)}_pred_overlay.png`);
    await writePredictions(json, p);
    await renderOverlay(p, { outPng: overlay });
    pages.push({ page_num: p.page_num, predictions: json, overlay });
    hooks.onProgress?.({ done: i + 1, total: predictions.length, what: 'drawing overlays' });
  }
  return { split, pages, shown: pages.find((p) => p.page_num === chosen.shown) ?? null };
}

async function writeConfusions(
  { folder, record }: ExperimentState,
  name: string,
  title: string,
  pages: readonly LabelledPage[],
  rows: { pageNum: number; labels: ArrayLike<number> }[],
  labelMap: Dataset['labelMap'],
): Promise<void> {
  const gold = pages.flatMap((page) => {
    const labels = goldOf(page);
    return labels ? [{ pageNum: page.pageNum, labels }] : [];
  });
  const reference = gold.length > 0 ? gold : pages.map((p) => ({ pageNum: p.pageNum, labels: p.labels }));
  const { accumulator } = evaluatePages(rows, reference, labelMap);
  const against = gold.length > 0 ? 'gold' : 'weak';
  const heading = `${title} against ${against} labels`;
  const base = join(folder, 'evaluation', `${name}_${against}`);
  await writeMetrics(`${base}_metrics`, heading, accumulator.record());
  await writeConfusion(`${base}_confusion`, heading, accumulator.confusion);
  await renderConfusion(accumulator.confusion, { outPng: `${base}_confusion.png`, title: heading });
  record.pictures.push({ title: `Confusion, ${heading}`, path: `${base}_confusion.png` });
}

/** The evaluation of its own, JSON beside the metrics and a page to read. */
async function writeEvaluation({ folder }: ExperimentState, metrics: RunMetrics): Promise<void> {
  const tables = (['gold', 'weak'] as const).flatMap((reference) => {
    const rows = {
      ...(reference === 'gold' && metrics.weak_labels.gold
        ? { 'weak labels': metrics.weak_labels.gold }
        : {}),
      ...(metrics.stage_a[reference] ? { 'Stage A': metrics.stage_a[reference] } : {}),
      ...(metrics.stage_b[reference] ? { 'Stage B': metrics.stage_b[reference] } : {}),
    };
    if (Object.keys(rows).length === 0) return [];
    const name = reference === 'gold' ? 'Against gold labels' : 'Against weak labels (sanity, not gold)';
    return [`## ${name}`, '', comparisonMarkdown(rows), ''];
  });
  const text = ['# Evaluation', '', `Pages of the ${metrics.split} split.`, '', ...tables].join('\n');
  await writeFileWhole(join(folder, 'evaluation', 'evaluation.md'), text);
}
