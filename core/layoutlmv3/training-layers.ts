import type { DType } from '../onnx/dtype.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import type { Shape } from '../onnx/shape.ts';
import { type LayoutLMv3Config, numLabels } from './config.ts';
import { encoder } from './encoder.ts';
import { classifierHead } from './head.ts';
import { dropout, type Layers, layerNorm } from './layers.ts';
import { BASE_PREFIX, parameterSpecs } from './parameters.ts';
import { visualEmbedding } from './visual-embedding.ts';

/**
 * What the encoder's matrix products are computed in. `int8`: its linear layers and their input gradients (ops.linear8), on the
 * CPU only; attention and weight gradients stay float32. `float16`: linear layers and attention, forward and backward
 * (ops.linear16); gradients leave scaled by a fed loss scale. Weights are float32 in any case, as are the embeddings, the
 * classifier, LayerNorm, softmax, the loss, and a graph without gradients.
 */
export type TrainingPrecision = 'float32' | 'int8' | 'float16';

export interface TrainingLayersOptions {
  readonly dropout?: boolean;
  readonly gradients?: boolean;
  readonly checkpointing?: boolean | undefined;
  readonly precision?: TrainingPrecision | undefined;
  /** Makes what is fed; `g.input` unless given. */
  readonly input?: (name: string, dtype: DType, shape: Shape) => Value;
  /** The mask of one site with p > 0, asked for once; `name` says where it is applied. */
  readonly dropoutMask: (name: string, shape: Shape, p: number) => Value;
}

/** {@link Layers} whose parameters are fed under their Hugging Face keys, and those parameters in the order of their use. */
export function trainingLayers(
  g: Graph,
  config: LayoutLMv3Config,
  options: TrainingLayersOptions,
): { layers: Layers; parameters: Map<string, Value> } {
  const specs = new Map(parameterSpecs(config).map((spec) => [spec.name, spec]));
  const parameters = new Map<string, Value>();
  const masks = new Map<string, Value>();
  const precision = (options.gradients ?? true) ? (options.precision ?? 'float32') : 'float32';
  const roundings = new Map<Value, ops.RoundedRows>();
  /** Query, key and value read the same rows: they are rounded once. */
  const rounded = (x: Value): ops.RoundedRows => {
    const known = roundings.get(x);
    if (known) return known;
    const inner = x.shape.at(-1)!;
    const rows = ops.roundRows(g, ops.reshape(g, x, [-1, inner]));
    roundings.set(x, rows);
    return rows;
  };
  const halves = new Map<Value, Value>();
  /** Cast once: query, key and value read the same rows, and a weight is read forward and backward. */
  const halved = (value: Value): ops.Halved => {
    const half = halves.get(value) ?? ops.halfRows(g, value);
    halves.set(value, half);
    return { value, half };
  };
  const layers: Layers = {
    g,
    config,
    parameter(name) {
      const known = parameters.get(name);
      if (known) return known;
      const value = (options.input ?? g.input.bind(g))(name, 'float32', specs.get(name)!.shape);
      parameters.set(name, value);
      return value;
    },
    linear(x, name) {
      const [weight, bias] = [layers.parameter(`${name}.weight`), layers.parameter(`${name}.bias`)];
      const inside = name.includes('.encoder.layer.');
      if (inside && precision === 'int8') return ops.linear8(g, x, rounded(x), weight, bias);
      if (inside && precision === 'float16') return ops.linear16(g, halved(x), halved(weight), bias);
      return ops.linear(g, x, weight, bias);
    },
    attention: (inputs) => ops.attention(g, { ...inputs, inFloat16: precision === 'float16' }),
    gelu: (x) => ops.gelu(g, x),
    dropoutMask(site, shape, p) {
      if (options.dropout === false || p === 0) return null;
      const name = `dropout.${site}`;
      const known = masks.get(name);
      if (known) return known;
      const mask = options.dropoutMask(name, shape, p);
      masks.set(name, mask);
      return mask;
    },
    checkpointing: (options.checkpointing ?? false) && (options.gradients ?? true),
  };
  return { layers, parameters };
}

/**
 * The model from its embeddings to the loss.
 * @param inputs textEmbeddings [B, T, H] before their LayerNorm, attentionBias broadcast to [B, A, N, N], patches
 * [B, P, C * patch * patch] or null in text-only mode, targets [B * T, labels]
 * @returns logits [B * T, labels] and the loss, a scalar
 */
export function tokenLoss(
  layers: Layers,
  inputs: { textEmbeddings: Value; attentionBias: Value; patches: Value | null; targets: Value },
): { logits: Value; loss: Value } {
  const { g, config } = layers;
  const { textEmbeddings, attentionBias, patches, targets } = inputs;
  const [batch, textLength] = textEmbeddings.shape as number[];
  const hiddenStates = g.scope('embeddings', () => embeddings(layers, textEmbeddings, patches));
  const takeText = (x: Value, axis: number) => ops.slice(g, x, axis, 0, textLength);
  const output = g.scope('encoder', () => encoder(layers, hiddenStates, attentionBias, takeText));
  return g.scope('head', () => {
    const tokenLogits = classifierHead(layers, output);
    const logits = ops.reshape(g, tokenLogits, [batch * textLength, numLabels(config)]);
    return { logits, loss: ops.crossEntropy(g, logits, targets) };
  });
}

/** What lies before layer `freezeLayers`, if anything is frozen at all: embeddings, relative biases, lower layers. */
export function isFrozen(name: string, freezeLayers: number): boolean {
  if (freezeLayers === 0 || !name.startsWith(BASE_PREFIX)) return false;
  const layer = /encoder\.layer\.(\d+)\./.exec(name);
  return layer === null || Number(layer[1]) < freezeLayers;
}

/**
 * Text and visual tokens side by side [B, N, H]. With an image the text is normalised (and dropped) a second
 * time together with the visual tokens; without one that step is skipped, as in transformers.
 */
function embeddings(layers: Layers, textEmbeddings: Value, patches: Value | null): Value {
  const p = layers.config.hiddenDropoutProb;
  const normalised = layerNorm(layers, textEmbeddings, `${BASE_PREFIX}embeddings.LayerNorm`);
  const text = dropout(layers, normalised, 'embeddings', p);
  if (!patches) return text;
  const joined = ops.concat(layers.g, [text, visualEmbedding(layers, patches)], 1);
  return dropout(layers, layerNorm(layers, joined, `${BASE_PREFIX}LayerNorm`), 'multimodal', p);
}
