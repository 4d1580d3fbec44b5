import type { Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { headSize } from './config.ts';
import type { TakeText } from './encoder.ts';
import { type Layers, layerNorm } from './layers.ts';
import { BASE_PREFIX } from './parameters.ts';

/** {@link Layers} of an inference model that also give a product without its bias. */
export interface FusedLayers extends Layers {
  /** x W^T, and the bias that is still to be added; null where it has been. */
  product(x: Value, name: string): { readonly value: Value; readonly bias: Value | null };
  /** The biases of several linear layers one after the other, as one tensor. */
  biases(names: readonly string[]): Value;
}

/**
 * The encoder (core/layoutlmv3/encoder.ts) with ONNX Runtime's fused attention: no transposed copies of query, key, value and
 * result, and their biases are added on the way. hidden [B, N, H] -> [B, T, H]. (Its SkipLayerNormalization is slower on the CPU
 * than Add and LayerNormalization, docs/performance.md.)
 * @param bias [B or 1, A, N, N], added to the scaled scores
 */
export function fusedEncoder(layers: FusedLayers, hidden: Value, bias: Value, takeText: TakeText): Value {
  const { g, config, gelu, linear } = layers;
  const count = config.numHiddenLayers;
  let x = hidden;
  for (let i = 0; i < count; i++) {
    const take: TakeText = i === count - 1 ? takeText : (all) => all;
    const name = `${BASE_PREFIX}encoder.layer.${i}`;
    x = g.scope(`layer.${i}`, () => {
      const rows = take(x, 1);
      const context = attention(layers, rows, x, take(bias, 2), `${name}.attention.self`);
      const a = residual(layers, context, rows, `${name}.attention.output`);
      return residual(layers, gelu(linear(a, `${name}.intermediate.dense`)), a, `${name}.output`);
    });
  }
  return count === 0 ? takeText(x, 1) : x;
}

function attention(layers: FusedLayers, rows: Value, x: Value, attentionBias: Value, name: string): Value {
  const { g, config } = layers;
  const names = ['query', 'key', 'value'].map((role) => `${name}.${role}`);
  const [query, key, value] = names.map((n, i) => layers.product(i === 0 ? rows : x, n));
  return ops.multiHeadAttention(
    g,
    {
      query: query.value,
      key: key.value,
      value: value.value,
      projectionBias: query.bias && layers.biases(names),
      attentionBias,
    },
    config.numAttentionHeads,
    1 / Math.sqrt(headSize(config)),
  );
}

/** LayerNorm(linear(x) + skip) with the tensors `name.dense` and `name.LayerNorm`. */
function residual(layers: FusedLayers, x: Value, skip: Value, name: string): Value {
  return layerNorm(layers, ops.add(layers.g, layers.linear(x, `${name}.dense`), skip), `${name}.LayerNorm`);
}
