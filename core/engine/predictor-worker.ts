import { parentPort } from 'node:worker_threads';
import { Predictor } from '../inference/predictor.ts';
import {
  type PredictorAnswer,
  type PredictorMessage,
  type PredictRequest,
  serialiseError,
} from './protocol.ts';

/** Entry of the thread that keeps the last model loaded, so that a page is predicted at once. */
const port = parentPort;
if (!port) throw new Error('core/engine/predictor-worker runs inside a worker thread only');

let warm: { key: string; predictor: Predictor } | null = null;
let warnings: string[] = [];
let queue: Promise<void> = Promise.resolve();

async function predictorFor({ modelDir, stamp, device }: PredictRequest): Promise<Predictor> {
  const key = JSON.stringify([modelDir, stamp, device]);
  if (warm?.key === key) return warm.predictor;
  await warm?.predictor.close();
  warm = null;
  const predictor = await Predictor.load(modelDir, {
    device,
    onWarning: (message) => warnings.push(message),
  });
  warm = { key, predictor };
  return predictor;
}

async function answer({ id, request }: PredictorMessage): Promise<PredictorAnswer> {
  warnings = [];
  try {
    const predictor = await predictorFor(request);
    const predictions = await predictor.predictPages(request.pages);
    return { id, predictions, warnings };
  } catch (error) {
    return { id, error: serialiseError(error) };
  }
}

port.on('message', (message: PredictorMessage) => {
  queue = queue.then(async () => port.postMessage(await answer(message)));
});
