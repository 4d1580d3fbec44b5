import { dirname, join } from 'node:path';
import { openDatasetDict } from '../../datasets/dataset-dict.ts';
import type { LabelledPage } from '../../datasets/labelled-page.ts';
import { readWordsJson } from '../../datasets/words-json.ts';
import { GalleyError } from '../../errors/galley-error.ts';
import { ensureFolder } from '../../files/files.ts';
import { type Predictions, writePredictions } from '../../inference/predictions.ts';
import { Predictor } from '../../inference/predictor.ts';
import type { Precision } from '../../layoutlmv3/inference-graph.ts';
import type { Page } from '../../page/page.ts';
import type { DeviceRequest } from '../../runtime/index.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

/** Which pages: one of a dataset, every page of a split, or an image with its words. */
export type PredictTarget =
  | { kind: 'page'; datasetDir: string; pageNum: number; split?: string; outJson: string }
  | { kind: 'split'; datasetDir: string; split: string; outDir: string }
  | { kind: 'image'; image: string | null; wordsJson: string; outJson: string };

export interface PredictInput {
  modelDir: string;
  target: PredictTarget;
  device: DeviceRequest;
  withProbs: boolean;
  batchSize: number;
  /** `float32` unless given. */
  precision?: Precision;
}

export interface PredictResult {
  written: string[];
  pages: number;
  words: number;
}

/** Name of a page's predictions file. */
export const predictionsFileName = (pageNum: number): string =>
  `page_${String(pageNum).padStart(4, '0')}_predictions.json`;

/** Predicts pages and writes one JSON file each, as `galley predict` does. */
export async function predictJob(
  input: PredictInput,
  context: JobContext<CommonEvent>,
): Promise<PredictResult> {
  const hooks = jobHooks(context);
  const { pages, total, fileOf } = await openTarget(input.target, hooks.onWarning);
  const predictor = await Predictor.load(input.modelDir, {
    device: input.device,
    onWarning: hooks.onWarning,
    ...(input.precision ? { precision: input.precision } : {}),
  });
  const result: PredictResult = { written: [], pages: 0, words: 0 };
  try {
    const stream = predictor.predict(pages, total, {
      batchSize: input.batchSize,
      withProbs: input.withProbs,
      onProgress: hooks.onProgress,
      signal: hooks.signal,
    });
    for await (const predictions of stream) {
      const path = fileOf(predictions);
      await ensureFolder(dirname(path));
      await writePredictions(path, predictions);
      result.written.push(path);
      result.pages += 1;
      result.words += predictions.tokens.length;
    }
  } finally {
    await predictor.close();
  }
  return result;
}

interface OpenTarget {
  pages: Iterable<LabelledPage | Page>;
  total: number;
  fileOf: (p: Predictions) => string;
}

/** Stands for every split: whoever brought pages of their own to be labelled thinks of no splits. */
const ALL_SPLITS = 'all';

function* everyPage(splits: readonly Iterable<LabelledPage>[]): Iterable<LabelledPage> {
  for (const split of splits) yield* split;
}

async function openTarget(target: PredictTarget, onWarning: (message: string) => void): Promise<OpenTarget> {
  if (target.kind === 'image') {
    const page = await readWordsJson(target.wordsJson, target.image);
    return { pages: [page], total: 1, fileOf: () => target.outJson };
  }
  const dataset = await openDatasetDict(target.datasetDir, { onNotice: (n) => onWarning(n.message) });
  if (target.kind === 'split') {
    const all = target.split === ALL_SPLITS && dataset.findSplit(ALL_SPLITS) === undefined;
    const splits = all ? [...dataset.splits.values()] : [dataset.split(target.split)];
    return {
      pages: everyPage(splits),
      total: splits.reduce((sum, split) => sum + split.length, 0),
      fileOf: (p) => join(target.outDir, predictionsFileName(p.page_num)),
    };
  }
  const splits = target.split ? [dataset.split(target.split)] : [...dataset.splits.values()];
  for (const split of splits) {
    const row = split.indexOf(target.pageNum);
    if (row !== undefined) return { pages: [split.page(row)], total: 1, fileOf: () => target.outJson };
  }
  const numbers = splits.flatMap((s) => s.pageNumbers()).sort((a, b) => a - b);
  throw new GalleyError('not-found', `the dataset has no page ${target.pageNum}`, {
    where: target.datasetDir,
    hint:
      numbers.length > 0
        ? `it has ${numbers.length} pages from ${numbers[0]} to ${numbers.at(-1)}`
        : 'it is empty',
  });
}
