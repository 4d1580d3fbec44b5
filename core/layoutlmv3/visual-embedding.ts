import type { Graph, Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { type Layers, layerNorm } from './layers.ts';
import { BASE_PREFIX } from './parameters.ts';

/** Hard-coded in transformers, whatever `layer_norm_eps` says. */
const VISUAL_EPSILON = 1e-6;

/**
 * Visual tokens from an image cut into patches: [B, P, C * patch * patch] -> [B, 1 + P, H], the visual CLS
 * first. The convolution of the patch embedding is one matrix product here.
 */
export function visualEmbedding(layers: Layers, patches: Value): Value {
  const { g, config, parameter } = layers;
  const patchWidth = config.numChannels * config.patchSize ** 2;
  const weight = ops.reshape(g, parameter(`${BASE_PREFIX}patch_embed.proj.weight`), [
    config.hiddenSize,
    patchWidth,
  ]);
  const rows = ops.linear(g, patches, weight, parameter(`${BASE_PREFIX}patch_embed.proj.bias`));
  const withCls = prepend(g, parameter(`${BASE_PREFIX}cls_token`), rows);
  const tokens = ops.add(g, withCls, parameter(`${BASE_PREFIX}pos_embed`));
  return layerNorm(layers, tokens, `${BASE_PREFIX}norm`, VISUAL_EPSILON);
}

/** row [1, 1, H] in front of rows [B, P, H], for every image the same -> [B, 1 + P, H]. */
function prepend(g: Graph, row: Value, rows: Value): Value {
  const count = rows.shape[1] as number;
  return g.composite({
    name: 'Prepend',
    inputs: [row, rows],
    // Padding and a broadcast sum: they need no batch length, which an exported model does not know.
    build: () =>
      ops.add(g, ops.pad(g, rows, [0, 1, 0], [0, 0, 0]), ops.pad(g, row, [0, 0, 0], [0, count, 0])),
    backward: ({ dY }) => [() => ops.slice(g, dY, 1, 0, 1), () => ops.slice(g, dY, 1, 1)],
  });
}
