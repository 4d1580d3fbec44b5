import { GalleyError } from '../errors/galley-error.ts';
import { type RunCost, runCost } from '../onnx/cost.ts';
import { encodeLowered } from '../onnx/encode.ts';
import { gradients } from '../onnx/gradient.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { lower } from '../onnx/lower.ts';
import * as ops from '../onnx/ops/index.ts';
import { verify } from '../onnx/verify.ts';
import { AttentionBias, biasTablesInUse } from './attention-bias.ts';
import { type LayoutLMv3Config, maxTextLength, numLabels, patchesPerSide } from './config.ts';
import { encoder } from './encoder.ts';
import { classifierHead } from './head.ts';
import { dropout, type Layers, layerNorm } from './layers.ts';
import { BASE_PREFIX, parameterSpecs } from './parameters.ts';
import { TEXT_TABLES } from './text-rows.ts';
import { visualEmbedding } from './visual-embedding.ts';

export interface TrainingGraphOptions {
  /** Rows B of a (micro-)batch. */
  readonly batch: number;
  /** Tokens T per row, specials and padding included. */
  readonly textLength: number;
  /** Whether page images are fed; `config.visualEmbed` by default. */
  readonly visual?: boolean;
  /** Whether dropout masks are fed at every site with p > 0; true by default. */
  readonly dropout?: boolean;
  /** Whether the relative-bias tables learn. Frozen by default, as in transformers since 4.42. */
  readonly trainRelativeBias?: boolean;
  /** Whether gradients are computed; false gives a graph for evaluation (loss and logits). */
  readonly gradients?: boolean;
  /** Keep only each encoder layer's input for the backward pass and compute the layer again: less memory, more time. */
  readonly checkpointing?: boolean | undefined;
  /** Freezes the embeddings, relative biases and the first so many encoder layers; 0 by default: nothing. */
  readonly freezeLayers?: number | undefined;
  /**
   * `int8`: the encoder's linear layers and their input gradients as 8-bit products (ops.linear8), on the CPU only. Embeddings,
   * attention, the classifier, weight gradients and an evaluation graph stay float32.
   */
  readonly precision?: TrainingPrecision | undefined;
}

export type TrainingPrecision = 'float32' | 'int8';

/** A float32 tensor fed to or fetched from the graph. */
export interface TensorSpec {
  /** Name of the graph's input or output. */
  readonly name: string;
  readonly dims: readonly number[];
}

/** A parameter fed at each run; its gradient, if it has one, has the same dims. */
export interface ParameterInput extends TensorSpec {
  /** Hugging Face key; also the name of the input. */
  readonly name: string;
  /** Output that holds its gradient; null when it is frozen or the loss does not depend on it. */
  readonly gradient: string | null;
}

/** A dropout mask fed at each run: every value 0 with probability p, else 1 / (1 - p). */
export interface DropoutMaskInput extends TensorSpec {
  readonly p: number;
}

/**
 * A model for one batch shape, with everything a caller must feed and may fetch. All tensors are float32.
 * Embedding rows and attention biases are computed outside (`InputStage`), so that the graph holds no
 * integers and the large word table never passes through it.
 */
export interface TrainingGraph {
  /** ONNX ModelProto. */
  readonly model: Uint8Array;
  /** Work and memory of one run, from the graph itself. */
  readonly cost: RunCost;
  readonly config: LayoutLMv3Config;
  readonly batch: number;
  readonly textLength: number;
  /** N: text and visual tokens together. */
  readonly length: number;
  readonly visual: boolean;
  readonly inputs: {
    /** [B, T, H] sum of the text embeddings before their LayerNorm. */
    readonly textEmbeddings: TensorSpec;
    /** [B, A, N, N] or [B, 1, 1, N]. */
    readonly attentionBias: TensorSpec;
    /** [B, P, C * patch * patch]; null in text-only mode. */
    readonly patches: TensorSpec | null;
    /** [B * T, labels] one-hot rows divided by the number of labelled tokens; zero rows are ignored. */
    readonly targets: TensorSpec;
  };
  readonly parameters: readonly ParameterInput[];
  readonly dropoutMasks: readonly DropoutMaskInput[];
  readonly outputs: {
    /** Scalar [1]: sum over tokens of target times negative log-likelihood. */
    readonly loss: string;
    /** [B * T, labels]. */
    readonly logits: TensorSpec;
    /** Gradient of `inputs.textEmbeddings`; null in an evaluation graph. */
    readonly textEmbeddings: TensorSpec | null;
    /** Gradient of `inputs.attentionBias`; null unless the relative-bias tables train. */
    readonly attentionBias: TensorSpec | null;
  };
  /** Tables whose rows `InputStage` gathers; those that train get their gradients from its `backward`. */
  readonly gathered: readonly { readonly name: string; readonly trained: boolean }[];
  /** Keys that get no gradient from this graph (frozen, or without use in it); the optimizer leaves them. */
  readonly withoutGradient: readonly string[];
}

/**
 * Builds forward and backward pass of `LayoutLMv3ForTokenClassification` for one batch shape as one graph of
 * ordinary ONNX operators.
 * @throws GalleyError `usage` for a text length the model has no positions for.
 */
export function buildTrainingGraph(config: LayoutLMv3Config, options: TrainingGraphOptions): TrainingGraph {
  const { batch, textLength } = options;
  const visual = options.visual ?? config.visualEmbed;
  checkOptions(config, options, visual);
  const g = new Graph();
  const specs = new Map(parameterSpecs(config).map((spec) => [spec.name, spec]));
  const parameters = new Map<string, Value>();
  const dropoutMasks: DropoutMaskInput[] = [];
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
  const layers: Layers = {
    g,
    config,
    parameter(name) {
      const known = parameters.get(name);
      if (known) return known;
      const value = g.input(name, 'float32', specs.get(name)!.shape);
      parameters.set(name, value);
      return value;
    },
    linear(x, name) {
      const [weight, bias] = [layers.parameter(`${name}.weight`), layers.parameter(`${name}.bias`)];
      const in8Bits = precision === 'int8' && name.includes('.encoder.layer.');
      return in8Bits ? ops.linear8(g, x, rounded(x), weight, bias) : ops.linear(g, x, weight, bias);
    },
    gelu: (x) => ops.gelu(g, x),
    dropoutMask(site, shape, p) {
      if (options.dropout === false || p === 0) return null;
      const name = `dropout.${site}`;
      const known = masks.get(name);
      if (known) return known;
      dropoutMasks.push({ name, dims: shape as readonly number[], p });
      const mask = g.input(name, 'float32', shape);
      masks.set(name, mask);
      return mask;
    },
    checkpointing: (options.checkpointing ?? false) && (options.gradients ?? true),
  };

  const hidden = config.hiddenSize;
  const textEmbeddings = g.input('text_embeddings', 'float32', [batch, textLength, hidden]);
  const biasShape = new AttentionBias(config, { batch, textLength, visual }).shape;
  const attentionBias = g.input('attention_bias', 'float32', biasShape);
  const patchRows = [batch, patchesPerSide(config) ** 2, config.numChannels * config.patchSize ** 2];
  const patches = visual ? g.input('patches', 'float32', patchRows) : null;
  const targets = g.input('targets', 'float32', [batch * textLength, numLabels(config)]);

  const hiddenStates = g.scope('embeddings', () => embeddings(layers, textEmbeddings, patches));
  const takeText = (x: Value, axis: number) => ops.slice(g, x, axis, 0, textLength);
  const output = g.scope('encoder', () => encoder(layers, hiddenStates, attentionBias, takeText));
  const [logits, loss] = g.scope('head', () => {
    const tokenLogits = classifierHead(layers, output);
    const flat = ops.reshape(g, tokenLogits, [batch * textLength, numLabels(config)]);
    return [flat, ops.crossEntropy(g, flat, targets)];
  });

  const inUse = biasTablesInUse(config);
  const withGradients = options.gradients ?? true;
  const freezeLayers = options.freezeLayers ?? 0;
  const embeddingsTrain = withGradients && freezeLayers === 0;
  const biasTrains = (options.trainRelativeBias ?? false) && inUse.length > 0 && freezeLayers === 0;
  const trainedParameters = withGradients
    ? [...parameters].filter(([name]) => !isFrozen(name, freezeLayers)).map(([, value]) => value)
    : [];
  const wanted = [
    ...trainedParameters,
    ...(embeddingsTrain ? [textEmbeddings] : []),
    ...(withGradients && biasTrains ? [attentionBias] : []),
  ];
  const found = wanted.length > 0 ? gradients(g, loss, wanted) : new Map<Value, Value>();
  g.output(loss, 'loss');
  g.output(logits, 'logits');
  for (const value of wanted) g.output(found.get(value)!, gradientName(value.name));

  const lowered = lower(g);
  verify(lowered);
  const cost = runCost(lowered);

  const tensor = (value: Value): TensorSpec => ({ name: value.name, dims: value.shape as number[] });
  const gradientOf = (value: Value): TensorSpec | null =>
    found.has(value) ? { ...tensor(value), name: gradientName(value.name) } : null;
  const gathered = [
    ...Object.values(TEXT_TABLES).map((name) => ({ name, trained: embeddingsTrain })),
    ...inUse.map((name) => ({ name, trained: withGradients && biasTrains })),
  ];
  const trained = new Set([
    ...gathered.filter((table) => table.trained).map((table) => table.name),
    ...trainedParameters.map((value) => value.name),
  ]);
  return {
    model: encodeLowered(lowered).model,
    cost,
    config,
    batch,
    textLength,
    length: biasShape[biasShape.length - 1],
    visual,
    inputs: {
      textEmbeddings: tensor(textEmbeddings),
      attentionBias: tensor(attentionBias),
      patches: patches && tensor(patches),
      targets: tensor(targets),
    },
    parameters: [...parameters.values()].map((value) => ({
      ...tensor(value),
      gradient: gradientOf(value)?.name ?? null,
    })),
    dropoutMasks,
    outputs: {
      loss: 'loss',
      logits: { ...tensor(logits), name: 'logits' },
      textEmbeddings: gradientOf(textEmbeddings),
      attentionBias: gradientOf(attentionBias),
    },
    gathered,
    withoutGradient: [...specs.keys()].filter((name) => !trained.has(name)),
  };
}

/** What lies before layer `freezeLayers`, if anything is frozen at all: embeddings, relative biases, lower layers. */
function isFrozen(name: string, freezeLayers: number): boolean {
  if (freezeLayers === 0 || !name.startsWith(BASE_PREFIX)) return false;
  const layer = /encoder\.layer\.(\d+)\./.exec(name);
  return layer === null || Number(layer[1]) < freezeLayers;
}

const gradientName = (name: string) => `${name}.gradient`;

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

function checkOptions(config: LayoutLMv3Config, options: TrainingGraphOptions, visual: boolean): void {
  const { batch, textLength } = options;
  if (!Number.isInteger(batch) || batch < 1)
    throw new GalleyError('usage', `a batch needs at least 1 row, found ${batch}`);
  if (!Number.isInteger(textLength) || textLength < 1 || textLength > maxTextLength(config))
    throw new GalleyError(
      'usage',
      `a text of ${textLength} tokens, the model has positions for 1..${maxTextLength(config)}`,
      { hint: 'lower max_length; long pages are read in overlapping windows' },
    );
  if ((options.freezeLayers ?? 0) > config.numHiddenLayers)
    throw new GalleyError(
      'usage',
      `${options.freezeLayers} frozen layers, the model has ${config.numHiddenLayers} encoder layers`,
    );
  if (visual && !config.visualEmbed)
    throw new GalleyError('usage', 'page images for a model without visual embeddings (visual_embed false)');
}
