import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';
import { visualLength } from '../layoutlmv3/config.ts';
import {
  buildTrainingGraph,
  type TrainingGraph,
  type TrainingGraphOptions,
  type TrainingPrecision,
} from '../layoutlmv3/forward.ts';
import type { ParameterSpec } from '../layoutlmv3/parameters.ts';
import { buildResidentGraph } from '../layoutlmv3/resident-graph.ts';
import type { Device } from '../runtime/session.ts';
import { SLACK as POOL_SLACK } from './dropout.ts';
import { UPDATE_BYTES } from './resident-state.ts';
import { TrainingState } from './state.ts';

export interface BatchShape {
  readonly batch: number;
  readonly textLength: number;
  readonly visual: boolean;
  readonly checkpointing?: boolean;
}

/** Everything about a training that its memory depends on. */
export interface TrainingShape {
  readonly batch: number;
  readonly evalBatch: number;
  readonly visual: boolean;
  readonly checkpointing: boolean;
  readonly freezeLayers: number;
  readonly precision?: TrainingPrecision;
  readonly trainRelativeBias: boolean;
  /** More than one micro-batch a step keeps a scratch as large as the largest gradient. */
  readonly accumulates: boolean;
  /** Padded text lengths; each has sessions of its own. */
  readonly lengths: readonly number[];
  readonly evalLengths: readonly number[];
  /** Pages whose resized pictures are kept between epochs. */
  readonly pages: number;
  /** The CPU unless given. */
  readonly device?: Device;
}

export interface MemoryEstimate {
  /** Weights, gradients and moments. */
  readonly state: number;
  /** What one run holds at its peak, summed over the sessions that stay open. */
  readonly activations: number;
  /** The whole process at its peak, what lies on a graphics card not counted. */
  readonly total: number;
  /** On the graphics card: state, activations, dropout pools; 0 where the CPU computes. */
  readonly onCard: number;
}

/** Node, ONNX Runtime, the libraries, tokenizer and encoded pages of a training, all but what is counted below. */
const PROCESS_BYTES = 400 * 2 ** 20;
/** ONNX Runtime's arena is cut into blocks that do not fit each other perfectly. */
const ARENA = 1.08;
/** ONNX Runtime keeps a card's freed buffers, by rounded size: fitted to galley-nano on a software driver (docs/gpu.md). */
const CARD_BUFFERS = 1.6;
/** A graphics driver with its compiled shaders. */
const DRIVER_BYTES = 200 * 2 ** 20;
/** PixelLoader keeps this much at most. */
const PIXEL_CACHE = 512 * 2 ** 20;

const size = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Floats kept of one layer for its backward pass, per attention cell and per token, as the graph is built. */
const KEPT = { cell: 1, hidden: 8, inner: 2 };
/** Copies of one layer's attention cells that live beside those for a moment. */
const PASSING_CELLS = 3;

/** Bytes of activations that one training run holds at its peak: a quick guess from the architecture, without a graph. */
export function activationBytes(config: LayoutLMv3Config, shape: BatchShape): number {
  const n = shape.textLength + (shape.visual ? visualLength(config) : 0);
  const { hiddenSize: h, intermediateSize: inner, numAttentionHeads: heads } = config;
  const layers = shape.checkpointing ? 1 : config.numHiddenLayers;
  const cells = shape.batch * heads * n * n;
  const tokens = shape.batch * n;
  const kept = KEPT.cell * cells + tokens * (KEPT.hidden * h + KEPT.inner * inner);
  return 4 * (layers * kept + PASSING_CELLS * cells);
}

/**
 * Bytes a training is expected to take at its peak: its graphs are built, and what is alive at each node of the order they
 * run in is added up ({@link TrainingGraph.cost}); to that come the state, what is fed and fetched, the dropout pools,
 * the resized pictures and the process itself. Measured against whole trainings in docs/performance.md.
 */
export function estimateMemory(
  config: LayoutLMv3Config,
  specs: readonly ParameterSpec[],
  trainable: ReadonlySet<string>,
  shape: TrainingShape,
): MemoryEstimate {
  const optionsOf = (textLength: number, training: boolean): TrainingGraphOptions => ({
    batch: training ? shape.batch : shape.evalBatch,
    textLength,
    visual: shape.visual,
    trainRelativeBias: shape.trainRelativeBias,
    checkpointing: shape.checkpointing,
    freezeLayers: shape.freezeLayers,
    precision: shape.precision,
    dropout: training,
    gradients: training,
  });
  const graph = (textLength: number, training: boolean): TrainingGraph =>
    buildTrainingGraph(config, optionsOf(textLength, training));
  const training = shape.lengths.map((length) => graph(length, true));
  const evaluation = shape.evalLengths.map((length) => graph(length, false));
  const state = stateBytes(specs, trainable, shape.accumulates);
  const activations = ARENA * sum([...training, ...evaluation].map((g) => g.cost.peakBytes));
  // Buffers of feeds are shared between lengths; the longest decides.
  const longest = training[training.length - 1];
  const fed = longest ? fedBytes(longest) : 0;
  const results = sum(training.map(resultBytes));
  const pools = longest ? poolBytes(longest) : 0;
  // The binding copies every fetched gradient once more, and gives the copies back after the run.
  const gradients = 4 * sum((longest?.parameters ?? []).map((p) => (p.gradient ? size(p.dims) : 0)));
  const copies = longest ? gradients + resultBytes(longest) : 0;
  const picture = config.numChannels * config.inputSize ** 2;
  const pictures = shape.visual ? Math.min(PIXEL_CACHE, shape.pages * picture) : 0;
  if (shape.device === 'webgpu' || shape.device === 'cuda') {
    const peaks = shape.lengths.map((length) => {
      const options = { ...optionsOf(length, true), poolLength: 1, accumulate: shape.accumulates };
      return buildResidentGraph(config, options).cost.peakBytes;
    });
    const trained = sum(specs.map((spec) => (trainable.has(spec.name) ? 4 * spec.size : 0)));
    const weights = sum(specs.map((spec) => 4 * spec.size));
    const mirror = weights + 2 * trained;
    // Gradients of the micro-batch before lie beside the new ones; what one update makes anew beside what it replaces.
    const resident = mirror + (shape.accumulates ? 2 : 1) * trained + 3 * Math.min(trained, UPDATE_BYTES);
    // A loop holds what it was fed, what a step found and what it leaves, and brings all of it back (docs/gpu.md).
    const looped = 3 * mirror + trained;
    const held = shape.device === 'webgpu' ? resident : looped;
    const longestOnly = shape.device === 'cuda' ? Math.max(0, ...peaks) : sum(peaks);
    const onCard = CARD_BUFFERS * longestOnly;
    const fetched = shape.device === 'webgpu' ? 0 : mirror + trained;
    return {
      state: held,
      activations: onCard,
      total: PROCESS_BYTES + DRIVER_BYTES + mirror + fetched + pools + pictures,
      onCard: held + onCard + pools,
    };
  }
  return {
    onCard: 0,
    state,
    activations,
    total: PROCESS_BYTES + state + activations + fed + results + pools + copies + pictures,
  };
}

function stateBytes(
  specs: readonly ParameterSpec[],
  trainable: ReadonlySet<string>,
  accumulates: boolean,
): number {
  const all = TrainingState.estimateBytes(specs, (spec) => trainable.has(spec.name));
  const largest = Math.max(0, ...specs.filter((s) => trainable.has(s.name)).map((s) => s.size));
  // Memory that is never written is never given.
  return accumulates ? all : all - 4 * largest;
}

function fedBytes({ inputs }: TrainingGraph): number {
  const { patches } = inputs;
  // Pixels are held once as they come and once as patches.
  const tensors = [inputs.textEmbeddings, inputs.attentionBias, inputs.targets, patches, patches];
  return 4 * sum(tensors.map((t) => (t ? size(t.dims) : 0)));
}

/** Places of what is fetched besides the gradients of parameters; each length has its own. */
function resultBytes({ outputs }: TrainingGraph): number {
  const tensors = [outputs.logits, outputs.textEmbeddings, outputs.attentionBias];
  return 4 * sum(tensors.map((t) => (t ? size(t.dims) : 0)));
}

/** One pool for each probability, as large as the largest mask. */
function poolBytes({ dropoutMasks }: TrainingGraph): number {
  const largest = Math.max(0, ...dropoutMasks.map((mask) => size(mask.dims)));
  return 4 * new Set(dropoutMasks.map((mask) => mask.p)).size * (largest + POOL_SLACK);
}
