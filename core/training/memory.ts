import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';
import { visualLength } from '../layoutlmv3/config.ts';
import type { ParameterSpec } from '../layoutlmv3/parameters.ts';
import { TrainingState } from './state.ts';

export interface BatchShape {
  readonly batch: number;
  readonly textLength: number;
  readonly visual: boolean;
}

/** Floats kept of one layer for its backward pass, per attention cell and per token, as the graph is built. */
const KEPT = { cell: 1, hidden: 8, inner: 2 };
/** Copies of one layer's attention cells that live beside those for a moment. */
const PASSING_CELLS = 3;
/** Node, ONNX Runtime and the libraries, before anything is loaded. */
const PROCESS_BYTES = 450 * 2 ** 20;
/** Share of the fetched gradients' copies that waits for the garbage collector. */
const WAITING = 0.5;
/** An evaluation session's activations, as a share of a training session's of the same length. */
const EVALUATION = 0.25;

/** Bytes of activations that one training run holds at its peak; an estimate from the architecture. */
export function activationBytes(config: LayoutLMv3Config, shape: BatchShape): number {
  const n = shape.textLength + (shape.visual ? visualLength(config) : 0);
  const {
    hiddenSize: h,
    intermediateSize: inner,
    numAttentionHeads: heads,
    numHiddenLayers: layers,
  } = config;
  const cells = shape.batch * heads * n * n;
  const tokens = shape.batch * n;
  const kept = KEPT.cell * cells + tokens * (KEPT.hidden * h + KEPT.inner * inner);
  return 4 * (layers * kept + PASSING_CELLS * cells);
}

/**
 * Bytes a training is expected to take at its peak. Measured peaks of whole trainings against this estimate: base, batch
 * 2, 512 + 197 tokens 3.99 GiB (4.26); galley-nano, batch 2, three lengths 1.03 GiB (0.96).
 * @param lengths padded text lengths; each has sessions of its own
 */
export function estimateMemory(
  config: LayoutLMv3Config,
  specs: readonly ParameterSpec[],
  trainable: ReadonlySet<string>,
  shape: Omit<BatchShape, 'textLength'> & {
    readonly lengths: readonly number[];
    readonly evalBatch: number;
    readonly evalLengths: readonly number[];
  },
): { state: number; activations: number; total: number } {
  const state = TrainingState.estimateBytes(specs, (spec) => trainable.has(spec.name));
  const { batch, evalBatch, visual } = shape;
  const of = (rows: number, textLength: number) =>
    activationBytes(config, { batch: rows, textLength, visual });
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const training = sum(shape.lengths.map((length) => of(batch, length)));
  // A forward pass keeps one layer at a time.
  const evaluation = sum(
    shape.evalLengths.map((length) => (EVALUATION * of(evalBatch, length) * 4) / config.numHiddenLayers),
  );
  const activations = training + Math.min(evaluation, training);
  const gradients = 4 * sum(specs.map((s) => (trainable.has(s.name) ? s.size : 0)));
  return { state, activations, total: PROCESS_BYTES + state + activations + WAITING * gradients };
}
