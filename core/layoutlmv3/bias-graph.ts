import type { Graph, Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { BIAS_TABLES } from './attention-bias.ts';
import { headSize, type LayoutLMv3Config } from './config.ts';
import { bucketTable, relativePositions } from './relative-buckets.ts';

/** What the bias of one batch is made of. N: text and visual tokens together. */
export interface BiasInputs {
  /** Makes the inputs int32 [B, N] of the left edges and bottom edges of all tokens, where they are compared at all. */
  readonly x: () => Value;
  readonly y: () => Value;
  /** float32 [B, 1, 1, N], 0, or the lowest float32 for keys that are masked. */
  readonly keyMask: Value;
  /** T: the first so many of the N tokens are text. */
  readonly textLength: number;
}

/** How far apart two coordinates can be. */
export const coordinateReach = (config: LayoutLMv3Config): number =>
  Math.max(1000, config.max2dPositionEmbeddings);

/**
 * The attention bias that `AttentionBias.fill` computes outside, inside the graph: [B, A, N, N], or [B, 1, 1, N] where the
 * configuration has no relative bias. Its gradient reaches the tables [A, bins] by one-hot products: no scatter.
 * @param parameter a table by its Hugging Face key
 */
export function attentionBiasGraph(
  g: Graph,
  config: LayoutLMv3Config,
  { x, y, keyMask, textLength }: BiasInputs,
  parameter: (name: string) => Value,
): Value {
  if (!config.hasRelativeAttentionBias) return keyMask;
  const length = keyMask.shape[3] as number;
  const scale = 1 / Math.sqrt(headSize(config));
  const buckets1d = bucketTable(config.relPosBins, config.maxRelPos, length);
  const positions = relativePositions(textLength, length - textLength);
  const distances = new Int32Array(length * length);
  for (let q = 0, at = 0; q < length; q++)
    for (let k = 0; k < length; k++) distances[at++] = positions[k] - positions[q] + length;
  const constant = g.constant(distances, [1, length, length]);
  const parts = [relativeBias(g, parameter(BIAS_TABLES.position), buckets1d, constant, scale)];
  if (config.hasSpatialAttentionBias) {
    const reach = coordinateReach(config);
    const buckets2d = bucketTable(config.rel2dPosBins, config.maxRel2dPos, reach);
    for (const [name, coordinates] of [
      [BIAS_TABLES.x, x],
      [BIAS_TABLES.y, y],
    ] as const) {
      const edges = coordinates();
      const keys = ops.reshape(g, edges, [edges.shape[0]!, 1, length]);
      const queries = ops.reshape(g, ops.add(g, edges, -reach), [edges.shape[0]!, length, 1]);
      parts.push(relativeBias(g, parameter(name), buckets2d, ops.sub(g, keys, queries), scale));
    }
  }
  // Masked keys keep the lowest float32: nothing that is added to it is large enough to change it.
  return ops.add(
    g,
    parts.reduce((sum, part) => ops.add(g, part, sum)),
    keyMask,
  );
}

/**
 * scale * table[:, bucket of the distance] for every pair: distances int32 [B or 1, N, N] (already counted from 0, so that they
 * index `buckets`) -> [B or 1, A, N, N].
 */
function relativeBias(g: Graph, table: Value, buckets: Uint16Array, distances: Value, scale: number): Value {
  const [batch, length] = distances.shape as number[];
  const [heads, bins] = table.shape as number[];
  const places = () => g.constant(Int32Array.from(buckets), [buckets.length]);
  return g.composite({
    name: 'RelativeBias',
    inputs: [table, ...(distances.kind === 'initializer' ? [] : [distances])],
    build() {
      const scaled = ops.mul(g, ops.transpose(g, table, [1, 0]), scale);
      const ofDistance = ops.gather(g, scaled, places());
      return ops.transpose(g, ops.gather(g, ofDistance, distances), [0, 3, 1, 2]);
    },
    backward: ({ dY }) => [
      () => {
        // As floats: WebGPU has no Slice of integers.
        const bucketOf = ops.gather(g, g.constant(Float32Array.from(buckets), [buckets.length]), distances);
        const numbers = g.constant(
          Float32Array.from({ length: bins }, (_, i) => i),
          [1, 1, bins],
        );
        // One row of the batch at a time: the one-hot buckets [N, N, bins] are the largest tensor of all.
        const sums = Array.from({ length: batch }, (_, b) => {
          const rows = ops.reshape(g, ops.slice(g, bucketOf, 0, b, b + 1), [length, length, 1]);
          const oneHot = ops.cast(g, ops.equal(g, rows, numbers), 'float32');
          const arriving = ops.reshape(g, ops.slice(g, dY, 0, b, b + 1), [heads, length, length]);
          const product = ops.matMul(g, ops.transpose(g, arriving, [1, 0, 2]), oneHot);
          return ops.reduceSum(g, product, [0], false);
        });
        const sum = sums.reduce((a, s) => ops.add(g, a, s));
        return ops.mul(g, sum, scale);
      },
      ...(distances.kind === 'initializer' ? [] : [null]),
    ],
  });
}
