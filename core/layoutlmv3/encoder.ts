import type { Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { headSize } from './config.ts';
import { dropout, type Layers, layerNorm } from './layers.ts';
import { BASE_PREFIX } from './parameters.ts';

/**
 * The stack of Transformer layers, each LayerNorm behind its residual: hidden [B, N, H] -> [B, N, H].
 * @param bias added to the scaled scores of every layer, broadcast to [B, A, N, N]: relative biases over
 * sqrt(d) and the mask.
 */
export function encoder(layers: Layers, hidden: Value, bias: Value): Value {
  let x = hidden;
  for (let i = 0; i < layers.config.numHiddenLayers; i++)
    x = layers.g.scope(`layer.${i}`, () => encoderLayer(layers, x, bias, i));
  return x;
}

function encoderLayer(layers: Layers, x: Value, bias: Value, index: number): Value {
  const { g, config, linear, gelu } = layers;
  const name = `${BASE_PREFIX}encoder.layer.${index}`;
  const site = `layer.${index}`;
  const p = config.hiddenDropoutProb;
  const context = selfAttention(layers, x, bias, `${name}.attention.self`, `${site}.attention_probs`);
  const attended = dropout(layers, linear(context, `${name}.attention.output.dense`), `${site}.attention`, p);
  const a = layerNorm(layers, ops.add(g, attended, x), `${name}.attention.output.LayerNorm`);
  const inner = gelu(linear(a, `${name}.intermediate.dense`));
  const output = dropout(layers, linear(inner, `${name}.output.dense`), `${site}.output`, p);
  return layerNorm(layers, ops.add(g, output, a), `${name}.output.LayerNorm`);
}

/**
 * Multi-head attention of x [B, N, H] over itself. transformers computes its softmax as
 * softmax((s/32 - max(s/32)) * 32) (CogView's PB-Relax); in float32 that is the ordinary stable softmax.
 */
function selfAttention(layers: Layers, x: Value, bias: Value, name: string, site: string): Value {
  const { g, config, linear, dropoutMask } = layers;
  const [heads, d] = [config.numAttentionHeads, headSize(config)];
  const [batch, length] = x.shape;
  const split = (role: string) =>
    ops.transpose(g, ops.reshape(g, linear(x, `${name}.${role}`), [batch, length, heads, d]), [0, 2, 1, 3]);
  const context = ops.attention(g, {
    query: split('query'),
    key: split('key'),
    value: split('value'),
    scale: 1 / Math.sqrt(d),
    bias,
    mask: dropoutMask(site, [batch, heads, length, length], config.attentionProbsDropoutProb),
  });
  return ops.reshape(g, ops.transpose(g, context, [0, 2, 1, 3]), [batch, length, config.hiddenSize]);
}
