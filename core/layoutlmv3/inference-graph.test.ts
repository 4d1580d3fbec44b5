import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../onnx/encode.ts';
import { createSession } from '../runtime/session.ts';
import { floats, tensor } from '../runtime/tensor.ts';
import { exportOnnx } from './export-onnx.ts';
import { buildInferenceGraph } from './inference-graph.ts';
import { evaluateBatch } from './testing/evaluate.ts';
import { randomBatch, randomParameters, tinyConfig } from './testing/tiny.ts';

const int64 = (values: ArrayLike<number>, dims: number[]) =>
  tensor(BigInt64Array.from(Array.from(values), BigInt), dims);

describe('buildInferenceGraph', () => {
  it.each([
    ['images', {}, true],
    ['text only', {}, false],
    ['two-layer head, patches that do not fill the image', { num_labels: 12, input_size: 15 }, true],
    ['1-D bias only', { has_spatial_attention_bias: false }, true],
    ['no relative bias', { has_relative_attention_bias: false }, true],
    ['without a visual branch', { visual_embed: false }, false],
  ])('gives the logits of the training graph at any batch and length: %s', async (_, changes, visual) => {
    const config = tinyConfig(changes);
    const parameters = randomParameters(config, 2);
    // In standard operators as it is exported, and with ONNX Runtime's own as the predictor runs it.
    const sessions = await Promise.all(
      [{}, { standardOperators: false }, { standardOperators: false, fusedAttention: true }].map((kind) =>
        createSession(encodeModel(buildInferenceGraph(config, parameters, { visual, ...kind })), {
          purpose: 'inference',
        }),
      ),
    );
    for (const lengths of [[8], [12, 5, 9], [28, 27]]) {
      const batch = randomBatch(config, lengths, lengths.length, visual);
      const rows = [batch.batch, batch.textLength];
      const side = config.inputSize;
      const feeds = {
        input_ids: int64(batch.inputIds, rows),
        bbox: int64(batch.bbox, [...rows, 4]),
        attention_mask: int64(batch.attentionMask, rows),
        ...(batch.pixelValues
          ? { pixel_values: tensor(batch.pixelValues, [batch.batch, config.numChannels, side, side]) }
          : {}),
      };
      const expected = await evaluateBatch(config, parameters, batch, { gradients: false, dropout: false });
      const largest = Math.max(...expected.logits.map(Math.abs));
      for (const session of sessions) {
        const { logits } = await session.run(feeds);
        expect(logits.dims).toEqual([...rows, config.labels.size]);
        const found = floats(logits);
        for (const [i, logit] of expected.logits.entries())
          expect(Math.abs(found[i] - logit)).toBeLessThan(1e-5 * largest);
      }
    }
    for (const session of sessions) await session.release();
  });

  it('uses standard operators only, unless told otherwise', () => {
    const config = tinyConfig();
    const domains = (standardOperators: boolean) =>
      new Set(
        buildInferenceGraph(config, randomParameters(config, 2), { standardOperators }).nodes.map(
          (node) => node.operator.domain,
        ),
      );
    expect(domains(true)).toEqual(new Set(['']));
    expect(domains(false)).toEqual(new Set(['', 'com.microsoft']));
  });
});

describe('an int8 inference graph', () => {
  it('gives logits within rounding of the float32 ones, from weights of a quarter of the size', async () => {
    const config = tinyConfig({ hidden_size: 48, num_attention_heads: 4, coordinate_size: 8, shape_size: 8 });
    const parameters = randomParameters(config, 2);
    const batch = randomBatch(config, [12, 7], 3);
    const logits: Float32Array[] = [];
    const bytes: number[] = [];
    for (const precision of ['float32', 'int8'] as const) {
      const graph = buildInferenceGraph(config, parameters, { precision });
      const encoderBytes = graph.initializers.filter((v) =>
        /encoder.*weight\.(int8|scale|transposed)/.test(v.name),
      );
      bytes.push(encoderBytes.reduce((n, v) => n + v.data!.byteLength, 0));
      const session = await createSession(encodeModel(graph), { purpose: 'inference' });
      const side = config.inputSize;
      const results = await session.run({
        input_ids: int64(batch.inputIds, [2, 12]),
        bbox: int64(batch.bbox, [2, 12, 4]),
        attention_mask: int64(batch.attentionMask, [2, 12]),
        pixel_values: tensor(batch.pixelValues!, [2, config.numChannels, side, side]),
      });
      logits.push(floats(results.logits));
      await session.release();
    }
    expect(bytes[1]).toBeLessThan(0.4 * bytes[0]);
    const [exact, rounded] = logits;
    const largest = Math.max(...exact.map(Math.abs));
    const worst = Math.max(...exact.map((x, i) => Math.abs(x - rounded[i])));
    expect(worst).toBeLessThan(0.1 * largest);
    expect(worst).toBeGreaterThan(0);
  });
});

describe('exportOnnx', () => {
  it('writes one file, or two when the weights are too large for one, with the same logits', async () => {
    const config = tinyConfig();
    const parameters = randomParameters(config, 2);
    const dir = await mkdtemp(join(tmpdir(), 'galley-onnx-'));
    const [whole, split] = [join(dir, 'whole.onnx'), join(dir, 'split.onnx')];
    expect(await exportOnnx(whole, config, parameters)).toEqual([whole]);
    expect(await exportOnnx(split, config, parameters, {}, 1000)).toEqual([split, `${split}.data`]);
    expect((await readFile(split)).length).toBeLessThan((await readFile(whole)).length / 2);
    const batch = randomBatch(config, [8], 1);
    const logits = await Promise.all(
      [whole, split].map(async (path) => {
        const session = await createSession(path);
        const results = await session.run({
          input_ids: int64(batch.inputIds, [1, 8]),
          bbox: int64(batch.bbox, [1, 8, 4]),
          attention_mask: int64(batch.attentionMask, [1, 8]),
          pixel_values: tensor(batch.pixelValues!, [1, 2, 13, 13]),
        });
        await session.release();
        return floats(results.logits);
      }),
    );
    expect(logits[0]).toEqual(logits[1]);
    await rm(dir, { recursive: true });
  });
});
