import type { Graph, Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { BIAS_TABLES } from './attention-bias.ts';
import { headSize, type LayoutLMv3Config, maxTextLength, visualLength } from './config.ts';
import { bucketTable, visualBoxes } from './relative-buckets.ts';

/**
 * The parts of an exported model that training computes outside its graph: embeddings from token ids and
 * boxes, and the attention bias, from a batch and a length known only when the model runs.
 */
export interface ExportInputs {
  /** [batch, sequence] int64 each. */
  readonly inputIds: Value;
  readonly attentionMask: Value;
  /** [batch, sequence, 4] int64. */
  readonly bbox: Value;
}

type Tables = (name: string) => Float32Array;

const LOWEST = -3.4028234663852886e38;
const LARGEST_SIDE = 1023;

const column = (g: Graph, bbox: Value, i: number): Value =>
  ops.squeeze(g, ops.slice(g, bbox, 2, i, i + 1), [2]);

/** The sum of the text embeddings before their LayerNorm: [batch, sequence, H]. */
export function textEmbeddings(
  g: Graph,
  config: LayoutLMv3Config,
  { inputIds, bbox }: ExportInputs,
  tables: Tables,
): Value {
  const prefix = 'layoutlmv3.embeddings.';
  const table = (role: string, width: number) => {
    const name = `${prefix}${role}_embeddings.weight`;
    const data = tables(name);
    return g.initializer(name, data, [data.length / width, width]);
  };
  const { hiddenSize, coordinateSize, shapeSize, padTokenId } = config;
  const real = ops.cast(g, ops.not(g, ops.equal(g, inputIds, padTokenId)), 'int64');
  const positions = ops.add(g, ops.mul(g, ops.cumSum(g, real, 1), real), padTokenId);
  const tokenType = g.constant(tables(`${prefix}token_type_embeddings.weight`).slice(0, hiddenSize));
  const tokens = ops.add(
    g,
    ops.add(g, ops.gather(g, table('word', hiddenSize), inputIds), tokenType),
    ops.gather(g, table('position', hiddenSize), positions),
  );
  const [x0, y0, x1, y1] = [0, 1, 2, 3].map((i) => column(g, bbox, i));
  const side = (far: Value, near: Value) => ops.min(g, ops.max(g, ops.sub(g, far, near), 0), LARGEST_SIDE);
  const [x, y] = [table('x_position', coordinateSize), table('y_position', coordinateSize)];
  const [h, w] = [table('h_position', shapeSize), table('w_position', shapeSize)];
  const spatial = ops.concat(
    g,
    [
      ...[ops.gather(g, x, x0), ops.gather(g, y, y0), ops.gather(g, x, x1), ops.gather(g, y, y1)],
      ...[ops.gather(g, h, side(y1, y0)), ops.gather(g, w, side(x1, x0))],
    ],
    2,
  );
  return ops.add(g, tokens, spatial);
}

/**
 * What is added to the scaled scores [batch, A or 1, N or 1, N], visual tokens first: then the text is what
 * remains behind a prefix of known length. Buckets and the division by sqrt(d) are folded into tables over
 * the distance itself, so each bias is one lookup.
 */
export function exportedAttentionBias(
  g: Graph,
  config: LayoutLMv3Config,
  { attentionMask, bbox }: ExportInputs,
  visual: boolean,
  tables: Tables,
): Value {
  const lengthName = 'sequence';
  const visualTokens = visual ? visualLength(config) : 0;
  const x0 = column(g, bbox, 0);
  // Zeros of shape [batch, 1]: what is the same for every page is broadcast through them.
  const zeros = ops.mul(g, ops.slice(g, x0, 1, 0, 1), 0);
  const behindVisual = (text: Value, values: (i: number) => number) => {
    if (!visual) return text;
    const fixed = g.constant(
      BigInt64Array.from({ length: visualTokens }, (_, i) => BigInt(values(i))),
      [1, visualTokens],
    );
    return ops.concat(g, [ops.add(g, zeros, fixed), text], 1);
  };
  const mask = behindVisual(attentionMask, () => 1);
  const masked = ops.mul(g, ops.sub(g, g.scalar(1), ops.cast(g, mask, 'float32')), LOWEST);
  const keyMask = ops.unsqueeze(g, masked, [1, 2]);
  if (!config.hasRelativeAttentionBias) return keyMask;

  const heads = config.numAttentionHeads;
  const lookup = (name: string, coordinate: Value, bins: number, range: number, reach: number) => {
    const rows = distanceTable(
      tables(name),
      bucketTable(bins, range, reach),
      heads,
      Math.sqrt(headSize(config)),
    );
    const table = g.initializer(`${name}.by_distance`, rows, [2 * reach + 1, heads]);
    const last = coordinate.shape.length;
    const distance = ops.sub(
      g,
      ops.unsqueeze(g, coordinate, [last - 1]),
      ops.unsqueeze(g, coordinate, [last]),
    );
    return ops.gather(g, table, ops.add(g, distance, reach));
  };
  const sequence = ops.squeeze(g, ops.shapeOf(g, attentionMask, 1, 2), [0]);
  const textPositions = ops.range(g, sequence, lengthName);
  const visualPositions = g.int64(Array.from({ length: visualTokens }, (_, i) => i));
  const positions = visual ? ops.concat(g, [visualPositions, textPositions], 0) : textPositions;
  const reach1 = Math.max(maxTextLength(config), visualTokens);
  let bias = lookup(BIAS_TABLES.position, positions, config.relPosBins, config.maxRelPos, reach1);
  if (config.hasSpatialAttentionBias) {
    const boxes = visual ? visualBoxes(config) : new Int32Array(0);
    const reach2 = Math.max(1000, config.max2dPositionEmbeddings);
    const spatial = (name: string, axis: number) => {
      const coordinate = behindVisual(column(g, bbox, axis), (i) => boxes[4 * i + axis]);
      return lookup(name, coordinate, config.rel2dPosBins, config.maxRel2dPos, reach2);
    };
    const both = ops.add(g, spatial(BIAS_TABLES.x, 0), spatial(BIAS_TABLES.y, 3));
    bias = ops.transpose(g, ops.add(g, both, bias), [0, 3, 1, 2]);
  } else bias = ops.unsqueeze(g, ops.transpose(g, bias, [2, 0, 1]), [0]);
  return ops.add(g, bias, keyMask);
}

/** Rows by distance [2 * reach + 1, heads] from a table by bucket [heads, bins], over `divisor`. */
function distanceTable(
  byBucket: Float32Array,
  buckets: Uint16Array,
  heads: number,
  divisor: number,
): Float32Array {
  const bins = byBucket.length / heads;
  const rows = new Float32Array(buckets.length * heads);
  for (const [i, bucket] of buckets.entries())
    for (let head = 0; head < heads; head++)
      rows[i * heads + head] = byBucket[head * bins + bucket] / divisor;
  return rows;
}
