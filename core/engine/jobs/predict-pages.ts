import { openDatasetDict } from '../../datasets/dataset-dict.ts';
import type { LabelledPage } from '../../datasets/labelled-page.ts';
import type { Predictions } from '../../inference/predictions.ts';
import { Predictor } from '../../inference/predictor.ts';
import type { DeviceRequest } from '../../runtime/index.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

export interface PredictPagesInput {
  readonly modelDir: string;
  readonly datasetDir: string;
  readonly device: DeviceRequest;
  readonly pages: readonly { split: string; row: number }[];
}

/** One page that is done; the window shows it at once. */
export interface PredictedEvent {
  readonly type: 'predicted';
  readonly predictions: Predictions;
}

/** Predicts pages of a dataset and hands each over as an event. @returns number of pages */
export async function predictPagesJob(
  input: PredictPagesInput,
  context: JobContext<CommonEvent | PredictedEvent>,
): Promise<number> {
  const hooks = jobHooks(context as JobContext<CommonEvent>);
  const dataset = await openDatasetDict(input.datasetDir, { onNotice: (n) => hooks.onWarning(n.message) });
  const predictor = await Predictor.load(input.modelDir, {
    device: input.device,
    onWarning: hooks.onWarning,
  });
  const pages = function* (): Generator<LabelledPage> {
    for (const { split, row } of input.pages) yield dataset.split(split).page(row);
  };
  let done = 0;
  try {
    const { signal, onProgress } = hooks;
    for await (const predictions of predictor.predict(pages(), input.pages.length, { signal, onProgress })) {
      context.emit({ type: 'predicted', predictions });
      done++;
    }
  } finally {
    await predictor.close();
  }
  return done;
}
