import { GalleyError } from '../errors/galley-error.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { type LayoutLMv3Config, patchesPerSide, visualLength } from './config.ts';
import { encoder } from './encoder.ts';
import { type FusedLayers, fusedEncoder } from './fused-encoder.ts';
import { classifierHead } from './head.ts';
import { exportedAttentionBias, textEmbeddings } from './inference-inputs.ts';
import { layerNorm } from './layers.ts';
import { BASE_PREFIX, parameterSpecs } from './parameters.ts';
import { visualEmbedding } from './visual-embedding.ts';

export interface InferenceGraphOptions {
  /** Whether the model takes page images; `config.visualEmbed` by default. */
  readonly visual?: boolean;
  /**
   * Whether only operators of the ONNX standard are used, so that any runtime runs the file; true by default.
   * False takes ONNX Runtime's own Gelu.
   */
  readonly standardOperators?: boolean;
  /**
   * Whether attention is ONNX Runtime's own fused operator; false by default. For the CPU: on WebGPU its result is wrong in the
   * third digit where queries are fewer than keys (onnxruntime-node 1.30, as they are in the last layer).
   */
  readonly fusedAttention?: boolean;
  /**
   * `int8`: the linear layers of the encoder multiply 8-bit numbers (weights a scale a column, activations a scale
   * a tensor, found when the model runs); everything else stays float32. `float32` by default.
   */
  readonly precision?: Precision;
}

/** What the products of an inference model are computed in. */
export type Precision = 'float32' | 'int8';

/**
 * The trained model as one graph with its weights inside, for any batch and any length up to the model's.
 * Inputs as transformers names them: `input_ids` and `attention_mask` int64 [batch, sequence], `bbox` int64
 * [batch, sequence, 4], `pixel_values` float32 [batch, C, S, S]; output `logits` [batch, sequence, labels].
 * Encode with core/onnx/encode.ts (external data above 2 GB).
 */
export function buildInferenceGraph(
  config: LayoutLMv3Config,
  parameters: ReadonlyMap<string, Float32Array>,
  options: InferenceGraphOptions = {},
): Graph {
  const visual = options.visual ?? config.visualEmbed;
  if (visual && !config.visualEmbed)
    throw new GalleyError('usage', 'page images for a model without visual embeddings (visual_embed false)');
  const g = new Graph();
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  const values = (name: string): Float32Array => {
    const data = parameters.get(name);
    if (!data) throw new GalleyError('mismatch', `no values for the parameter "${name}"`);
    return data;
  };
  /** Query, key and value read one input: it is rounded once. */
  const quantized = new Map<Value, ops.Quantized>();
  const quantize = (x: Value): ops.Quantized => {
    const known = quantized.get(x) ?? ops.dynamicQuantize(g, x);
    quantized.set(x, known);
    return known;
  };
  /** [in, out] as MatMul takes it: a fixed right-hand side is packed once, when the session is made. */
  const plainProduct = (x: Value, name: string): Value => {
    const [out, width] = shapes.get(`${name}.weight`)!;
    const weight = transposed(values(`${name}.weight`), out, width);
    return ops.matMul(g, x, g.initializer(`${name}.weight.transposed`, weight, [width, out]));
  };
  const layers: FusedLayers = {
    g,
    config,
    parameter: (name) => g.initializer(name, values(name), shapes.get(name)!),
    linear(x, name) {
      const [out, width] = shapes.get(`${name}.weight`)!;
      if (options.precision === 'int8' && name.includes('.encoder.')) {
        const rounded = ops.quantizeWeight(values(`${name}.weight`), out, width);
        return ops.quantizedLinear(
          g,
          quantize(x),
          rounded,
          `${name}.weight`,
          layers.parameter(`${name}.bias`),
        );
      }
      return ops.add(g, plainProduct(x, name), layers.parameter(`${name}.bias`));
    },
    product(x, name) {
      const in8Bits = options.precision === 'int8';
      return in8Bits
        ? { value: layers.linear(x, name), bias: null }
        : { value: plainProduct(x, name), bias: layers.parameter(`${name}.bias`) };
    },
    biases(names) {
      const all = names.flatMap((name) => [...values(`${name}.bias`)]);
      return g.initializer(`${names[0]}.bias.joined`, Float32Array.from(all), [all.length]);
    },
    gelu: (x) => (options.standardOperators === false ? ops.gelu(g, x) : ops.geluErf(g, x)),
    attention: (inputs) => ops.attention(g, inputs),
    dropoutMask: () => null,
  };

  const inputs = {
    inputIds: g.input('input_ids', 'int64', ['batch', 'sequence']),
    bbox: g.input('bbox', 'int64', ['batch', 'sequence', 4]),
    attentionMask: g.input('attention_mask', 'int64', ['batch', 'sequence']),
  };
  const hidden = g.scope('embeddings', () => {
    const summed = textEmbeddings(g, config, inputs, values);
    const text = layerNorm(layers, summed, `${BASE_PREFIX}embeddings.LayerNorm`);
    if (!visual) return text;
    const side = config.inputSize;
    const pixels = g.input('pixel_values', 'float32', ['batch', config.numChannels, side, side]);
    const joined = ops.concat(g, [visualEmbedding(layers, patches(g, config, pixels)), text], 1);
    return layerNorm(layers, joined, `${BASE_PREFIX}LayerNorm`);
  });
  const bias = g.scope('attention_bias', () => exportedAttentionBias(g, config, inputs, visual, values));
  const takeText = (x: Value, axis: number) => (visual ? ops.slice(g, x, axis, visualLength(config)) : x);
  const fused = options.fusedAttention === true && config.hasRelativeAttentionBias;
  const output = g.scope('encoder', () =>
    fused ? fusedEncoder(layers, hidden, bias, takeText) : encoder(layers, hidden, bias, takeText),
  );
  g.output(classifierHead(layers, output), 'logits');
  return g;
}

/** Images [batch, C, S, S] -> patches [batch, P, C * patch * patch], as `patchify` does outside. */
function patches(g: Graph, config: LayoutLMv3Config, pixels: Value): Value {
  const { numChannels: channels, patchSize: patch } = config;
  const side = patchesPerSide(config);
  const whole = ops.slice(g, ops.slice(g, pixels, 2, 0, side * patch), 3, 0, side * patch);
  const tiles = ops.reshape(g, whole, ['batch', channels, side, patch, side, patch]);
  return ops.reshape(g, ops.transpose(g, tiles, [0, 2, 4, 1, 3, 5]), [
    'batch',
    side * side,
    channels * patch ** 2,
  ]);
}

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j];
  return result;
}
