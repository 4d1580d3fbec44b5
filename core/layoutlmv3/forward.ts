import { GalleyError } from '../errors/galley-error.ts';
import { type RunCost, runCost } from '../onnx/cost.ts';
import { encodeLowered } from '../onnx/encode.ts';
import { gradients } from '../onnx/gradient.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { lower } from '../onnx/lower.ts';
import { verify } from '../onnx/verify.ts';
import { AttentionBias, biasTablesInUse } from './attention-bias.ts';
import { type LayoutLMv3Config, maxTextLength, numLabels, patchesPerSide } from './config.ts';
import { parameterSpecs } from './parameters.ts';
import { TEXT_TABLES } from './text-rows.ts';
import { isFrozen, type TrainingPrecision, tokenLoss, trainingLayers } from './training-layers.ts';

export type { TrainingPrecision } from './training-layers.ts';

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
  /** float32 by default. With float16 every gradient is multiplied by the fed `loss_scale`. */
  readonly precision?: TrainingPrecision | undefined;
}

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
    /** Scalar by which the gradients (not the loss) are multiplied; null but for float16. */
    readonly lossScale: TensorSpec | null;
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
  const dropoutMasks: DropoutMaskInput[] = [];
  const { layers, parameters } = trainingLayers(g, config, {
    ...options,
    dropoutMask(name, shape, p) {
      dropoutMasks.push({ name, dims: shape as readonly number[], p });
      return g.input(name, 'float32', shape);
    },
  });

  const hidden = config.hiddenSize;
  const textEmbeddings = g.input('text_embeddings', 'float32', [batch, textLength, hidden]);
  const biasShape = new AttentionBias(config, { batch, textLength, visual }).shape;
  const attentionBias = g.input('attention_bias', 'float32', biasShape);
  const patchRows = [batch, patchesPerSide(config) ** 2, config.numChannels * config.patchSize ** 2];
  const patches = visual ? g.input('patches', 'float32', patchRows) : null;
  const targets = g.input('targets', 'float32', [batch * textLength, numLabels(config)]);

  const { logits, loss } = tokenLoss(layers, { textEmbeddings, attentionBias, patches, targets });

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
  const lossScale =
    wanted.length > 0 && options.precision === 'float16' ? g.input('loss_scale', 'float32', []) : null;
  const seed = lossScale ? { seed: lossScale } : {};
  const found = wanted.length > 0 ? gradients(g, loss, wanted, seed) : new Map<Value, Value>();
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
      lossScale: lossScale && tensor(lossScale),
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
    withoutGradient: parameterSpecs(config)
      .map((spec) => spec.name)
      .filter((name) => !trained.has(name)),
  };
}

export const gradientName = (name: string) => `${name}.gradient`;

/** @throws GalleyError `usage` */
export function checkOptions(config: LayoutLMv3Config, options: TrainingGraphOptions, visual: boolean): void {
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
