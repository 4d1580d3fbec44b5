/**
 * Compares our forward and backward pass with what layoutlmv3_cases.py wrote, case by case.
 *
 *     node scripts/reference/compare-layoutlmv3.ts DIR
 *
 * Each case's model is also saved by us (<case>/galley) and exported (<case>/galley.onnx), for
 * check_galley_models.py to load.
 *
 * Exits with 1 when a logit is off by more than 1e-4 of the largest, or the gradient of a tensor by more than
 * 1e-4 of its 2-norm. The true gradient of a key bias is zero (it shifts a whole row of scores, which softmax
 * does not see), so both programs give rounding noise; it is measured against the query bias's instead.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../../core/files/files.ts';
import { exportOnnx } from '../../core/layoutlmv3/export-onnx.ts';
import { loadModelFolder } from '../../core/layoutlmv3/model-folder.ts';
import { readSafetensors } from '../../core/layoutlmv3/safetensors.ts';
import { saveModelFolder } from '../../core/layoutlmv3/save-model-folder.ts';
import { evaluateBatch, maskFeeds } from '../../core/layoutlmv3/testing/evaluate.ts';

const LIMIT = 1e-4;

interface Case {
  input_ids: number[][];
  bbox: number[][][];
  attention_mask: number[][];
  labels: number[][];
  options: { form: string; train_relative_bias: boolean; masks: number; visual: boolean };
}

const norm = (x: ArrayLike<number>) =>
  Math.sqrt(Array.prototype.reduce.call(x, (s, v) => (s as number) + (v as number) ** 2, 0) as number);
const difference = (a: Float32Array, b: Float32Array) => a.map((v, i) => v - b[i]);

const root = process.argv[2];
const worst = { logits: 0, loss: 0, gradient: 0 };
let failed = 0;
for (const [index, folder] of (await readdir(root)).sort().entries()) {
  const path = join(root, folder);
  const json = (await readJson(join(path, 'case.json'))) as Case;
  const { tensors } = await readSafetensors(join(path, 'expected.safetensors'));
  const { config, parameters, newlyInitialised, unused } = await loadModelFolder(path);
  const problems: string[] = [];
  if (newlyInitialised.length + unused.length > 0) problems.push(`loading: ${newlyInitialised} ${unused}`);
  await saveModelFolder(join(path, 'galley'), { config, parameters });
  // Every third with its weights in a file beside it, as models above 2 GB are written.
  const inside = index % 3 === 2 ? 0 : undefined;
  await exportOnnx(join(path, 'galley.onnx'), config, parameters, { visual: json.options.visual }, inside);
  const masks = Array.from({ length: json.options.masks }, (_, i) => tensors.get(`mask.${i}`)!.data);
  const { logits, loss, gradients } = await evaluateBatch(
    config,
    parameters,
    {
      batch: json.input_ids.length,
      textLength: json.input_ids[0].length,
      inputIds: json.input_ids.flat(),
      bbox: json.bbox.flat(2),
      attentionMask: json.attention_mask.flat(),
      labels: json.labels.flat(),
      pixelValues: tensors.get('pixel_values')?.data,
    },
    { trainRelativeBias: json.options.train_relative_bias, dropout: masks.length > 0 },
    (graph) => maskFeeds(graph, masks),
  );

  const expected = tensors.get('logits')!.data;
  const largest = expected.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const logitError = difference(logits, expected).reduce((m, v) => Math.max(m, Math.abs(v)), 0) / largest;
  const expectedLoss = tensors.get('loss')!.data[0];
  const lossError = Math.abs(loss - expectedLoss) / expectedLoss;
  const wanted = [...tensors].filter(([name]) => name.startsWith('gradient.'));
  let gradientError = 0;
  let where = '';
  for (const [key, { data }] of wanted) {
    const name = key.slice('gradient.'.length);
    const found = gradients.get(name);
    gradients.delete(name);
    if (!found) {
      problems.push(`no gradient for ${name}`);
      continue;
    }
    const yardstick = tensors.get(key.replace('.key.bias', '.query.bias'))!.data;
    const error = norm(difference(found, data)) / norm(yardstick);
    if (error > gradientError) [gradientError, where] = [error, name];
  }
  if (gradients.size > 0) problems.push(`gradients that torch does not have: ${[...gradients.keys()]}`);
  for (const [what, error] of [
    ['logits', logitError],
    ['loss', lossError],
    ['gradient', gradientError],
  ] as const) {
    worst[what] = Math.max(worst[what], error);
    if (!(error <= LIMIT)) problems.push(`${what} off by ${error.toExponential(1)}`);
  }
  const { numHiddenLayers: layers, hiddenSize: hidden, labels } = config;
  console.log(
    `${folder}: ${layers} x ${hidden}, ${labels.size} labels, ${JSON.stringify(json.options)}: ` +
      `logits ${logitError.toExponential(1)}, loss ${lossError.toExponential(1)}, ` +
      `gradients ${gradientError.toExponential(1)} (${where})${problems.map((p) => `\n  FAILED: ${p}`).join('')}`,
  );
  if (problems.length > 0) failed++;
}
console.log(
  `worst: logits ${worst.logits.toExponential(1)}, loss ${worst.loss.toExponential(1)}, gradients ${worst.gradient.toExponential(1)}; ${failed} failed`,
);
process.exitCode = failed > 0 ? 1 : 0;
