import type { Graph, Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import type { Shape } from '../onnx/shape.ts';
import type { LayoutLMv3Config } from './config.ts';

/**
 * What the parts of the model are built with. Training feeds the parameters and dropout masks of each run;
 * an exported model holds its weights and has no dropout.
 */
export interface Layers {
  readonly g: Graph;
  readonly config: LayoutLMv3Config;
  /** A parameter by its Hugging Face key. */
  parameter(name: string): Value;
  /** x W^T + b with the tensors `name.weight` [out, in] and `name.bias`: x [..., in] -> [..., out]. */
  linear(x: Value, name: string): Value;
  gelu(x: Value): Value;
  /** Scaled dot-product attention of one layer. */
  attention(inputs: ops.AttentionInputs): Value;
  /** Mask of one dropout site, 0 or 1/(1-p); null where nothing is dropped. */
  dropoutMask(site: string, shape: Shape, p: number): Value | null;
  /** Whether only the input of each encoder layer is kept for the backward pass, the rest computed again. */
  readonly checkpointing?: boolean;
}

/** LayerNorm over the last axis with the tensors `name.weight` and `name.bias`. */
export const layerNorm = (
  { g, config, parameter }: Layers,
  x: Value,
  name: string,
  epsilon = config.layerNormEps,
) => ops.layerNorm(g, x, parameter(`${name}.weight`), parameter(`${name}.bias`), epsilon);

/** Dropout at a named site. */
export const dropout = ({ g, dropoutMask }: Layers, x: Value, site: string, p: number): Value =>
  ops.dropout(g, x, dropoutMask(site, x.shape, p));
