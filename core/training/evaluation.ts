import { IGNORED_LABEL } from '../encoding/windows.ts';
import type { LabelMap } from '../labels/labels.ts';
import type { BatchSource } from './batch-source.ts';
import type { EvaluationResult } from './checkpoints.ts';
import { type Collapse, MetricsAccumulator } from './metrics/metrics.ts';
import type { Runner } from './runner.ts';
import { sequentialBatches } from './sampler.ts';

export interface EvaluationOutcome extends EvaluationResult {
  readonly collapse: Collapse | null;
  readonly seconds: number;
  readonly examples: number;
}

export interface EvaluateOptions {
  readonly batch: number;
  readonly labelMap: LabelMap;
  readonly step: number;
  /** Called before every batch; throws to stop. */
  readonly onBatch?: (done: number, total: number) => void | Promise<void>;
}

/**
 * Scores the model on every window of a source, in order, without dropout. As in Hugging Face's Trainer each window
 * is a sequence of its own, and the loss is the mean over windows of the mean cross-entropy of their batch.
 */
export async function evaluate(
  runner: Runner,
  source: BatchSource,
  options: EvaluateOptions,
): Promise<EvaluationOutcome> {
  const started = performance.now();
  const { labelMap } = options;
  const accumulator = new MetricsAccumulator(labelMap);
  const batches = sequentialBatches(source.set.examples.length, options.batch);
  let [lossSum, windows] = [0, 0];
  for (const [i, batch] of batches.entries()) {
    await options.onBatch?.(i, batches.length);
    const input = await source.load(batch, batches[i + 1]);
    const logits = await runner.predict(input);
    let [loss, labelled] = [0, 0];
    for (const [row, { window, page }] of input.examples.entries()) {
      const predicted: number[] = [];
      const reference: number[] = [];
      for (let t = 0; t < window.length; t++) {
        const label = window.labels[t];
        if (label === IGNORED_LABEL) continue;
        const at = (row * input.textLength + t) * labelMap.size;
        const { best, logSum } = softmaxRow(logits, at, labelMap.size);
        predicted.push(best);
        reference.push(label);
        loss += logSum - logits[at + label];
        labelled++;
      }
      accumulator.addPage(predicted, reference, `page ${source.set.page(page).pageNum}`);
    }
    lossSum += (loss / labelled) * input.examples.length;
    windows += input.examples.length;
  }
  const loss = lossSum / windows;
  return {
    step: options.step,
    loss: Number.isFinite(loss) ? loss : null,
    metrics: accumulator.record(),
    confusion: {
      labels: [...accumulator.confusion.labels],
      counts: accumulator.confusion.counts.map((row) => [...row]),
    },
    collapse: accumulator.collapse(0.9),
    seconds: (performance.now() - started) / 1000,
    examples: windows,
  };
}

/** Class of the largest of C logits (0 where none is a number), and the logarithm of the sum of their exponentials. */
function softmaxRow(logits: Float32Array, at: number, classes: number): { best: number; logSum: number } {
  let best = 0;
  for (let c = 1; c < classes; c++) if (logits[at + c] > logits[at + best]) best = c;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(logits[at + c] - logits[at + best]);
  return { best, logSum: logits[at + best] + Math.log(sum) };
}
