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
const PER_CELL = 4;
const PER_TOKEN = { hidden: 12, inner: 4 };
/** Node, ONNX Runtime and the libraries, before anything is loaded. */
const PROCESS_BYTES = 300 * 2 ** 20;

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
  return 4 * layers * (PER_CELL * cells + tokens * (PER_TOKEN.hidden * h + PER_TOKEN.inner * inner));
}

/** Bytes a training is expected to take at its peak. */
export function estimateMemory(
  config: LayoutLMv3Config,
  specs: readonly ParameterSpec[],
  trainable: ReadonlySet<string>,
  shape: BatchShape,
): { state: number; activations: number; total: number } {
  const state = TrainingState.estimateBytes(specs, (spec) => trainable.has(spec.name));
  const activations = activationBytes(config, shape);
  // Fetched gradients are copied once more on their way out.
  const gradients = 4 * specs.reduce((sum, s) => sum + (trainable.has(s.name) ? s.size : 0), 0);
  return { state, activations, total: PROCESS_BYTES + state + activations + gradients };
}
