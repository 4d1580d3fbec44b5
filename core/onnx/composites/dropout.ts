import type { Graph, Value } from '../graph.ts';
import { mul } from '../ops/mul.ts';

/**
 * Dropout by a fed float mask of x's shape, 0 where dropped and 1/(1-p) where kept. ONNX's own Dropout
 * is single-threaded on the CPU and missing on WebGPU; and a fed mask is the same again after a resume.
 */
export const dropout = (g: Graph, x: Value, mask: Value | null | undefined): Value =>
  mask ? mul(g, x, mask) : x;
