import type { Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { hasTwoLayerHead } from './config.ts';
import { dropout, type Layers } from './layers.ts';

/**
 * Token classifier: the encoder's output for the text [B, T, H] -> logits [B, T, C]. One linear layer under
 * ten labels; from ten on dense, tanh and projection, with dropout before each (so twice at the input).
 */
export function classifierHead(layers: Layers, text: Value): Value {
  const { g, config, linear } = layers;
  const input = dropout(layers, text, 'classifier.input', config.hiddenDropoutProb);
  if (!hasTwoLayerHead(config)) return linear(input, 'classifier');
  const p = config.classifierDropout ?? config.hiddenDropoutProb;
  const dense = linear(dropout(layers, input, 'classifier.dense_input', p), 'classifier.dense');
  return linear(dropout(layers, ops.tanh(g, dense), 'classifier.out_proj_input', p), 'classifier.out_proj');
}
