import type { Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { headSize } from './config.ts';
import { dropout, type Layers, layerNorm } from './layers.ts';
import { BASE_PREFIX } from './parameters.ts';

/** Takes the text tokens out of a value with N tokens along `axis`. */
export type TakeText = (x: Value, axis: number) => Value;

/**
 * The stack of Transformer layers, each LayerNorm behind its residual: hidden [B, N, H] -> [B, T, H], the
 * text tokens only. The last layer computes nothing else: as keys and values the visual tokens still count,
 * but what it would make of them nobody reads.
 * @param bias added to the scaled scores of every layer, broadcast to [B, A, N, N]: relative biases over
 * sqrt(d) and the mask.
 */
export function encoder(layers: Layers, hidden: Value, bias: Value, takeText: TakeText): Value {
  const count = layers.config.numHiddenLayers;
  const behind = { gradients: [] as Value[] };
  let x = hidden;
  for (let i = 0; i < count; i++) {
    const take: TakeText = i === count - 1 ? takeText : (all) => all;
    const layer = (from: Value) => encoderLayer(layers, from, bias, i, take);
    x = layers.g.scope(`layer.${i}`, () =>
      layers.checkpointing ? ops.checkpoint(layers.g, x, layer, behind) : layer(x),
    );
  }
  return count === 0 ? takeText(x, 1) : x;
}

function encoderLayer(layers: Layers, x: Value, bias: Value, index: number, take: TakeText): Value {
  const { g, config, linear, gelu } = layers;
  const name = `${BASE_PREFIX}encoder.layer.${index}`;
  const site = `layer.${index}`;
  const p = config.hiddenDropoutProb;
  const rows = take(x, 1);
  const rowBias = bias.shape[2] === 1 ? bias : take(bias, 2);
  const context = selfAttention(
    layers,
    rows,
    x,
    rowBias,
    `${name}.attention.self`,
    `${site}.attention_probs`,
  );
  const attended = dropout(layers, linear(context, `${name}.attention.output.dense`), `${site}.attention`, p);
  const a = layerNorm(layers, ops.add(g, attended, rows), `${name}.attention.output.LayerNorm`);
  const inner = gelu(linear(a, `${name}.intermediate.dense`));
  const output = dropout(layers, linear(inner, `${name}.output.dense`), `${site}.output`, p);
  return layerNorm(layers, ops.add(g, output, a), `${name}.output.LayerNorm`);
}

/**
 * Multi-head attention of the queries' tokens [B, Q, H] over all tokens x [B, N, H] -> [B, Q, H].
 * transformers computes its softmax as softmax((s/32 - max(s/32)) * 32) (CogView's PB-Relax); in float32
 * that is the ordinary stable softmax.
 */
function selfAttention(
  layers: Layers,
  queries: Value,
  x: Value,
  bias: Value,
  name: string,
  site: string,
): Value {
  const { g, config, linear, attention, dropoutMask } = layers;
  const [heads, d] = [config.numAttentionHeads, headSize(config)];
  const split = (from: Value, role: string) => {
    const [batch, length] = from.shape;
    const channels = ops.reshape(g, linear(from, `${name}.${role}`), [batch, length, heads, d]);
    return ops.transpose(g, channels, [0, 2, 1, 3]);
  };
  const [batch, count] = queries.shape;
  const context = attention({
    query: split(queries, 'query'),
    key: split(x, 'key'),
    value: split(x, 'value'),
    scale: 1 / Math.sqrt(d),
    bias,
    mask: dropoutMask(site, [batch, heads, count, x.shape[1]], config.attentionProbsDropoutProb),
  });
  return ops.reshape(g, ops.transpose(g, context, [0, 2, 1, 3]), [batch, count, config.hiddenSize]);
}
