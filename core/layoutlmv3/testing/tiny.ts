import { type LayoutLMv3Config, parseConfig } from '../config.ts';
import type { ModelBatch } from '../model-batch.ts';
import { parameterSpecs } from '../parameters.ts';
import { normalGenerator } from '../random.ts';

/** A configuration small enough to differentiate by hand: 2 layers, 3 heads, 9 patches. */
export const TINY = {
  vocab_size: 40,
  hidden_size: 24,
  coordinate_size: 4,
  shape_size: 4,
  num_hidden_layers: 2,
  num_attention_heads: 3,
  intermediate_size: 20,
  max_position_embeddings: 30,
  type_vocab_size: 1,
  input_size: 13,
  patch_size: 4,
  num_channels: 2,
  num_labels: 5,
  rel_pos_bins: 8,
  max_rel_pos: 12,
  rel_2d_pos_bins: 12,
  max_rel_2d_pos: 200,
  layer_norm_eps: 1e-5,
};

export const tinyConfig = (changes: object = {}): LayoutLMv3Config => parseConfig({ ...TINY, ...changes });

/** Weights far from their initial values, so that every path through the model matters. */
export function randomParameters(config: LayoutLMv3Config, seed: number): Map<string, Float32Array> {
  return new Map(
    parameterSpecs(config).map((spec) => {
      const next = normalGenerator(seed, spec.name);
      const [mean, std] = /norm.*weight/i.test(spec.name) ? [1, 0.2] : [0, 0.3];
      return [spec.name, Float32Array.from({ length: spec.size }, () => mean + std * next())];
    }),
  );
}

interface TinyBatch extends ModelBatch {
  readonly inputIds: Int32Array;
  readonly bbox: Int32Array;
  readonly attentionMask: Uint8Array;
  readonly labels: Int32Array;
}

/** A ragged batch with the box coordinates 0 and 1000, an inverted box and a repeated word. */
export function randomBatch(
  config: LayoutLMv3Config,
  lengths: readonly number[],
  seed: number,
  visual = true,
): TinyBatch {
  const textLength = Math.max(...lengths);
  const batch = lengths.length;
  const next = normalGenerator(seed, 'batch');
  const below = (n: number) => Math.min(n - 1, Math.floor(Math.abs(next()) * 0.5 * n));
  const inputIds = new Int32Array(batch * textLength).fill(config.padTokenId);
  const bbox = new Int32Array(4 * batch * textLength);
  const attentionMask = new Uint8Array(batch * textLength);
  const labels = new Int32Array(batch * textLength).fill(-100);
  for (const [row, length] of lengths.entries())
    for (let i = 0; i < length; i++) {
      const at = row * textLength + i;
      attentionMask[at] = 1;
      inputIds[at] = i === 0 ? 0 : i === length - 1 ? 2 : 3 + below(config.vocabSize - 3);
      if (i === 0 || i === length - 1) continue;
      labels[at] = i % 4 === 3 ? -100 : below(config.labels.size);
      const [x, y] = [below(900), below(900)];
      bbox.set([x, y, x + below(100), y + below(100)], 4 * at);
      if (i === 1) bbox.set([0, 0, 1000, 1000], 4 * at);
      if (i === 2) bbox.set([500, 700, 400, 600], 4 * at);
    }
  const pixels = batch * config.numChannels * config.inputSize ** 2;
  const pixelValues = visual ? Float32Array.from({ length: pixels }, () => Math.tanh(next())) : undefined;
  return { batch, textLength, inputIds, bbox, attentionMask, pixelValues, labels };
}

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};
