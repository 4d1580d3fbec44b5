/**
 * What rounded products do to a training step: the gradient of a trained model over a few batches of its own pages, in float32
 * on the CPU and with 8-bit or float16 products on a device (same dropout masks), layer by layer.
 *
 *     node bench/gradient-error.ts --model DIR --dataset DIR [--precision int8|float16] [--device cpu|webgpu|cuda] [--batches 8]
 */
import { parseArgs } from 'node:util';
import type { TrainingPrecision } from '../core/layoutlmv3/training-layers.ts';
import type { Device } from '../core/runtime/session.ts';
import { ModelRunner } from '../core/training/model-runner.ts';
import { trainingSchema } from '../core/training/options.ts';
import { trainingBatches } from '../core/training/sampler.ts';
import { openStage, runnerOptions, setUpStage } from '../core/training/stage-setup.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    dataset: { type: 'string' },
    batches: { type: 'string', default: '8' },
    precision: { type: 'string', default: 'int8' },
    device: { type: 'string', default: 'cpu' },
  },
});
if (!values.model || !values.dataset) throw new Error('--model DIR and --dataset DIR');
const count = Number(values.batches);
const [precision, device] = [values.precision as TrainingPrecision, values.device as Device];

/** Loss and the gradient of every tensor, summed over the batches. */
async function gradientOf(precision: TrainingPrecision, device: Device) {
  const options = trainingSchema.parse({
    model: values.model,
    full_dataset_dir: values.dataset,
    stage: 'full',
  });
  const setup = await setUpStage('full', options, {}, values.model, precision);
  const { state, train } = await openStage(setup, options, 'cpu');
  // Gradients in the CPU's memory, wherever they are computed.
  const runner = new ModelRunner(runnerOptions(setup, options, device), state);
  const batches = trainingBatches(setup.train.examples.length, 2, 1, 0).slice(0, count);
  let loss = 0;
  for (const [i, batch] of batches.entries())
    loss += await runner.train(await train.load(batch), 1 / batches.length, i === 0);
  const scale = runner.lossScale()?.scale ?? 1;
  for (const gradient of state.gradients.values()) for (const i of gradient.keys()) gradient[i] /= scale;
  await runner.release();
  return { loss, gradients: state.gradients };
}

const exact = await gradientOf('float32', 'cpu');
const rounded = await gradientOf(precision, device);
const layerOf = (name: string) =>
  /encoder\.layer\.(\d+)/.exec(name)?.[0].replace('encoder.', '') ??
  (name.startsWith('classifier') ? 'classifier' : 'embeddings');
const partOf = (name: string) =>
  /(query|key|value|attention\.output\.dense|intermediate\.dense|output\.dense)\.weight$/.exec(name)?.[1] ??
  'others';

interface Sums {
  error: number;
  exact: number;
  found: number;
  dot: number;
}
const table = new Map<string, Map<string, Sums>>();
for (const [name, a] of exact.gradients) {
  const b = rounded.gradients.get(name)!;
  for (const [row, column] of [
    [layerOf(name), partOf(name)],
    [layerOf(name), 'all'],
    ['all', 'all'],
  ] as const) {
    const columns = table.get(row) ?? new Map<string, Sums>();
    table.set(row, columns);
    const sums = columns.get(column) ?? { error: 0, exact: 0, found: 0, dot: 0 };
    columns.set(column, sums);
    for (let i = 0; i < a.length; i++) {
      sums.error += (a[i] - b[i]) ** 2;
      sums.exact += a[i] ** 2;
      sums.found += b[i] ** 2;
      sums.dot += a[i] * b[i];
    }
  }
}
const columns = [
  'query',
  'key',
  'value',
  'attention.output.dense',
  'intermediate.dense',
  'output.dense',
  'all',
];
console.log(
  `${count} batches of 2: loss ${exact.loss.toFixed(5)} in float32, ${rounded.loss.toFixed(5)} in ${precision} on ${device}; ` +
    'error of the gradient as a share of its length, and the cosine between both',
);
console.log(`| | ${columns.join(' | ')} | cosine |\n|${'---|'.repeat(columns.length + 2)}`);
const order = (row: string) =>
  row === 'embeddings' ? -1 : Number(/\d+/.exec(row)?.[0] ?? 1e3) + (row === 'all' ? 1 : 0);
for (const [row, found] of [...table].sort((a, b) => order(a[0]) - order(b[0]))) {
  const cells = columns.map((column) => {
    const s = found.get(column);
    return s && s.exact > 0 ? `${(100 * Math.sqrt(s.error / s.exact)).toFixed(2)} %` : '';
  });
  const { dot, exact: e, found: f } = found.get('all')!;
  console.log(`| ${row} | ${cells.join(' | ')} | ${(dot / Math.sqrt(e * f)).toFixed(5)} |`);
}
