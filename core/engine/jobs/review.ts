import { openDatasetDict } from '../../datasets/dataset-dict.ts';
import type { LabelledPage } from '../../datasets/labelled-page.ts';
import { GalleyError } from '../../errors/galley-error.ts';
import { Predictor } from '../../inference/predictor.ts';
import { outOfFoldProbabilities } from '../../review/out-of-fold.ts';
import { type ReviewItem, reviewQueue } from '../../review/queue.ts';
import { probabilitiesOf, reviewPage, settledByGold } from '../../review/review-pages.ts';
import type { DeviceRequest } from '../../runtime/index.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

export interface ReviewInput {
  readonly datasetDir: string;
  /** Trained model that judges the pages; with `folds`, what each fold starts from. */
  readonly model: string;
  /** 0: the model judges all pages; 2 and more: out of fold. */
  readonly folds: number;
  readonly training?: Readonly<Record<string, unknown>>;
  readonly limit?: number;
  readonly perPage?: number;
  /** Words with gold labels in the dataset's own column are not asked about. */
  readonly skipGold: boolean;
  /** Labels people gave since, by page, negative where undecided: they count, and are not asked about. */
  readonly decided?: ReadonlyMap<number, readonly number[]>;
  readonly device: DeviceRequest;
}

export interface ReviewResult {
  readonly items: ReviewItem[];
  readonly labels: readonly string[];
  readonly pages: number;
  readonly words: number;
}

/** Orders the lines of a dataset by what a correction is worth. */
export async function reviewJob(input: ReviewInput, context: JobContext<CommonEvent>): Promise<ReviewResult> {
  const hooks = jobHooks(context);
  const dataset = await openDatasetDict(input.datasetDir, { onNotice: (n) => hooks.onWarning(n.message) });
  const pages: LabelledPage[] = [...dataset.splits.values()].flatMap((split) => [...split]);
  if (pages.length === 0)
    throw new GalleyError('invalid-data', 'the dataset has no pages', { where: input.datasetDir });
  let judged: ReadonlyMap<number, Float32Array>;
  if (input.folds > 0)
    judged = await outOfFoldProbabilities(
      { datasetDir: input.datasetDir, folds: input.folds, model: input.model, training: input.training },
      hooks,
    );
  else {
    const found = new Map<number, Float32Array>();
    const predictor = await Predictor.load(input.model, {
      device: input.device,
      onWarning: hooks.onWarning,
    });
    try {
      for await (const predictions of predictor.predict(pages, pages.length, { ...hooks, withProbs: true }))
        found.set(predictions.page_num, probabilitiesOf(predictions, dataset.labelMap));
    } finally {
      await predictor.close();
    }
    judged = found;
  }
  const items = reviewQueue(
    pages.map((page) => {
      const decided = input.decided?.get(page.pageNum);
      if (!decided)
        return reviewPage(page, judged.get(page.pageNum)!, input.skipGold ? settledByGold : undefined);
      return {
        ...reviewPage(page, judged.get(page.pageNum)!),
        labels: page.labels.map((id, i) => (decided[i] >= 0 ? decided[i] : id)),
        settled: page.words.map((_, i) => decided[i] >= 0),
      };
    }),
    { names: dataset.labelMap.names, limit: input.limit, perPage: input.perPage },
  );
  const words = pages.reduce((sum, page) => sum + page.words.length, 0);
  return { items, labels: dataset.labelMap.names, pages: pages.length, words };
}
