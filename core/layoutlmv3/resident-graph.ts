import { type RunCost, runCost } from '../onnx/cost.ts';
import type { DType } from '../onnx/dtype.ts';
import { encodeLowered } from '../onnx/encode.ts';
import { gradients } from '../onnx/gradient.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { lower } from '../onnx/lower.ts';
import * as ops from '../onnx/ops/index.ts';
import type { Shape } from '../onnx/shape.ts';
import { verify } from '../onnx/verify.ts';
import { biasTablesInUse } from './attention-bias.ts';
import { attentionBiasGraph } from './bias-graph.ts';
import { type LayoutLMv3Config, numLabels, patchesPerSide, visualLength } from './config.ts';
import { checkOptions, gradientName, type TensorSpec, type TrainingGraphOptions } from './forward.ts';
import { squareNorm } from './square-norm.ts';
import { embedTextGraph, type TextIds } from './text-graph.ts';
import { isFrozen, tokenLoss, trainingLayers } from './training-layers.ts';

/**
 * Bytes of one tensor at most; larger tables are held in pieces of some columns each. Every WebGPU device can bind this much
 * at once (maxStorageBufferBindingSize).
 */
export const LARGEST_BINDING = 2 ** 27;

export interface ResidentGraphOptions extends TrainingGraphOptions {
  /** Whether gradients are added to ones that are fed, for the second and later micro-batches of a group. */
  readonly accumulate?: boolean;
  /** Length of the dropout pool of each probability; windows are cut from it. */
  readonly poolLength: number;
  readonly largestBinding?: number;
  /** Makes what is fed; `g.input` unless given. */
  readonly input?: (name: string, dtype: DType, shape: Shape) => Value;
}

/** A tensor of the training, or some columns of one, that stays on the device. */
export interface ResidentParameter extends TensorSpec {
  /** Hugging Face key. */
  readonly parameter: string;
  /** First column of a piece; `dims[1]` says how many. Absent: the tensor is whole. */
  readonly column?: number;
  /** Output with its gradient; null when it is frozen or the loss does not depend on it. */
  readonly gradient: string | null;
  /** Input with the gradient to add to; null unless the graph accumulates. */
  readonly accumulated: string | null;
}

/** A dropout mask that is a window [start, end) into a pool; both are int64 [1] feeds. */
export interface DropoutWindow {
  readonly start: string;
  readonly end: string;
  readonly size: number;
  readonly p: number;
}

/**
 * Forward and backward pass for one batch shape whose parameters, gradients and dropout pools stay on a device: only ids,
 * coordinates, targets and pixels are fed. The same model as `TrainingGraph`, computed from ids.
 */
export interface ResidentGraph {
  readonly model: Uint8Array;
  readonly cost: RunCost;
  readonly config: LayoutLMv3Config;
  readonly batch: number;
  readonly textLength: number;
  /** N: text and visual tokens together. */
  readonly length: number;
  readonly visual: boolean;
  readonly parameters: readonly ResidentParameter[];
  /** Pools by probability: name of the input, float32 [poolLength]. */
  readonly pools: readonly { readonly name: string; readonly p: number }[];
  readonly dropoutWindows: readonly DropoutWindow[];
  /** Names of the inputs that the graph has, of those that `ResidentInputs` fills. */
  readonly batchInputs: ReadonlySet<string>;
  /** Scalar input by which the gradients (not the loss) are multiplied; null but for float16. */
  readonly lossScale: string | null;
  readonly outputs: {
    /** Scalar: sum over tokens of target times negative log-likelihood. */
    readonly loss: string;
    /** [B * T, labels]. */
    readonly logits: TensorSpec;
    /** Scalar: sum of the squares of all gradients as they leave; null without gradients. */
    readonly squareNorm: string | null;
  };
}

const LOSS_SCALE = 'loss_scale';

/** Names of what one batch feeds; shapes in `ResidentInputs`. */
export const BATCH_INPUTS = {
  inputIds: 'input_ids',
  positionIds: 'position_ids',
  left: 'left',
  top: 'top',
  right: 'right',
  bottom: 'bottom',
  height: 'height',
  width: 'width',
  slots: 'word_slots',
  slotOfRow: 'word_slot_of_row',
  x: 'token_x',
  y: 'token_y',
  keyMask: 'key_mask',
  patches: 'patches',
  targets: 'targets',
} as const;

/** @throws GalleyError `usage` as `buildTrainingGraph` */
export function buildResidentGraph(config: LayoutLMv3Config, options: ResidentGraphOptions): ResidentGraph {
  const g = new Graph();
  const built = residentModel(g, config, options);
  const { loss, logits, found } = built;
  g.output(loss, 'loss');
  g.output(logits, 'logits');
  const accumulated = new Map<Value, Value>();
  const totals: Value[] = [];
  for (const [value, gradient] of found) {
    let total = gradient;
    if (options.accumulate) {
      const before = g.input(`${gradientName(value.name)}.accumulated`, 'float32', value.shape);
      accumulated.set(value, before);
      total = ops.add(g, gradient, before);
    }
    g.output(total, gradientName(value.name));
    totals.push(total);
  }
  if (totals.length > 0) g.output(squareNorm(g, totals), 'square_norm');
  const lowered = lower(g);
  verify(lowered);
  const inputs = new Set(lowered.inputs.map((input) => input.name));
  const spec = (value: Value): TensorSpec => ({ name: value.name, dims: value.shape as number[] });
  return {
    model: encodeLowered(lowered).model,
    cost: runCost(lowered),
    config,
    batch: options.batch,
    textLength: options.textLength,
    length: built.length,
    visual: built.visual,
    parameters: built.pieces
      .filter(({ value }) => inputs.has(value.name))
      .map(({ value, parameter, column }) => ({
        ...spec(value),
        parameter,
        ...(column === undefined ? {} : { column }),
        gradient: found.has(value) ? gradientName(value.name) : null,
        accumulated: accumulated.get(value)?.name ?? null,
      })),
    pools: built.pools.map(({ value, p }) => ({ name: value.name, p })),
    dropoutWindows: built.windows,
    batchInputs: new Set(Object.values(BATCH_INPUTS).filter((name) => inputs.has(name))),
    lossScale: built.lossScale?.name ?? null,
    outputs: {
      loss: 'loss',
      logits: { ...spec(logits), name: 'logits' },
      squareNorm: totals.length > 0 ? 'square_norm' : null,
    },
  };
}

interface Piece {
  readonly value: Value;
  readonly parameter: string;
  readonly column?: number;
}

/** The model from ids to the loss, and its gradients, in a graph that may hold more (the body of a loop, say). */
export interface ResidentModel {
  readonly loss: Value;
  readonly logits: Value;
  /** What the gradients are multiplied by; null but for float16. */
  readonly lossScale: Value | null;
  /** Gradient by parameter (or piece of one). */
  readonly found: ReadonlyMap<Value, Value>;
  readonly pieces: readonly Piece[];
  readonly pools: readonly { readonly value: Value; readonly p: number }[];
  readonly windows: readonly DropoutWindow[];
  readonly length: number;
  readonly visual: boolean;
}

/** Builds {@link ResidentModel} into `g`. What it is fed is made by `options.input` under the names of {@link ResidentGraph}. */
export function residentModel(
  g: Graph,
  config: LayoutLMv3Config,
  options: ResidentGraphOptions,
): ResidentModel {
  const { batch, textLength, poolLength } = options;
  const visual = options.visual ?? config.visualEmbed;
  checkOptions(config, options, visual);
  const input = options.input ?? g.input.bind(g);
  const tokens = batch * textLength;
  const length = textLength + (visual ? visualLength(config) : 0);
  const pools = new Map<number, Value>();
  const windows: DropoutWindow[] = [];
  const { layers, parameters } = trainingLayers(g, config, {
    ...options,
    dropoutMask(name, shape, p) {
      const pool = pools.get(p) ?? input(`dropout_pool.${p}`, 'float32', [poolLength]);
      pools.set(p, pool);
      const size = count(shape);
      const [start, end] = [`${name}.start`, `${name}.end`];
      windows.push({ start, end, size, p });
      return ops.reshape(
        g,
        ops.window(g, pool, input(start, 'int64', [1]), input(end, 'int64', [1]), size),
        shape as number[],
      );
    },
  });
  const ids = (name: string, shape: readonly number[] = [tokens]) => input(name, 'int32', shape);
  const pieces: Piece[] = [];
  const freezeLayers = options.freezeLayers ?? 0;
  const wordsLearn = (options.gradients ?? true) && freezeLayers === 0;
  const text: TextIds = {
    inputIds: ids(BATCH_INPUTS.inputIds),
    positionIds: ids(BATCH_INPUTS.positionIds),
    left: ids(BATCH_INPUTS.left),
    top: ids(BATCH_INPUTS.top),
    right: ids(BATCH_INPUTS.right),
    bottom: ids(BATCH_INPUTS.bottom),
    height: ids(BATCH_INPUTS.height),
    width: ids(BATCH_INPUTS.width),
    shared: wordsLearn
      ? { slots: ids(BATCH_INPUTS.slots), slotOfRow: ids(BATCH_INPUTS.slotOfRow, [config.vocabSize]) }
      : null,
  };
  const inPieces = (name: string, dims: readonly number[]): Value[] => {
    const largest = options.largestBinding ?? LARGEST_BINDING;
    const split = Math.ceil((4 * count(dims)) / largest);
    if (split <= 1) return [layers.parameter(name)];
    const columns = Math.ceil(dims[1] / split);
    return Array.from({ length: Math.ceil(dims[1] / columns) }, (_, i) => {
      const [column, end] = [i * columns, Math.min(dims[1], (i + 1) * columns)];
      const value = input(`${name}.columns.${column}`, 'float32', [dims[0], end - column]);
      pieces.push({ value, parameter: name, column });
      return value;
    });
  };
  const embedded = g.scope('text', () => embedTextGraph(g, config, text, layers.parameter, inPieces));
  const textEmbeddings = ops.reshape(g, embedded, [batch, textLength, config.hiddenSize]);
  const attentionBias = g.scope('bias', () =>
    attentionBiasGraph(
      g,
      config,
      {
        x: () => ids(BATCH_INPUTS.x, [batch, length]),
        y: () => ids(BATCH_INPUTS.y, [batch, length]),
        textLength,
        keyMask: input(BATCH_INPUTS.keyMask, 'float32', [batch, 1, 1, length]),
      },
      layers.parameter,
    ),
  );
  const patchRows = [batch, patchesPerSide(config) ** 2, config.numChannels * config.patchSize ** 2];
  const patches = visual ? input(BATCH_INPUTS.patches, 'float32', patchRows) : null;
  const targets = input(BATCH_INPUTS.targets, 'float32', [tokens, numLabels(config)]);
  const { logits, loss } = tokenLoss(layers, { textEmbeddings, attentionBias, patches, targets });

  for (const [name, value] of parameters) pieces.push({ value, parameter: name });
  const biasTables = new Set(biasTablesInUse(config));
  const trains = ({ parameter }: Piece) =>
    biasTables.has(parameter)
      ? (options.trainRelativeBias ?? false) && freezeLayers === 0
      : !isFrozen(parameter, freezeLayers);
  const wanted = (options.gradients ?? true) ? pieces.filter(trains).map(({ value }) => value) : [];
  const lossScale =
    wanted.length > 0 && options.precision === 'float16' ? input(LOSS_SCALE, 'float32', []) : null;
  const seed = lossScale ? { seed: lossScale } : {};
  const found = wanted.length > 0 ? gradients(g, loss, wanted, seed) : new Map<Value, Value>();
  return {
    loss,
    logits,
    lossScale,
    found,
    pieces,
    pools: [...pools].map(([p, value]) => ({ p, value })),
    windows,
    length,
    visual,
  };
}

const count = (shape: Shape) => (shape as readonly number[]).reduce((a, b) => a * b, 1);
