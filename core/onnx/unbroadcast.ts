import { GalleyError } from '../errors/galley-error.ts';
import type { Graph, Value } from './graph.ts';
import { gemm } from './ops/gemm.ts';
import { reduceSum } from './ops/reduce.ts';
import { reshape } from './ops/reshape.ts';
import { formatShape, isStatic, type Shape, sameShape, sizeOf } from './shape.ts';

/**
 * Sums a gradient over the axes along which its value was repeated: new leading axes, and axes where
 * `shape` has length 1. Throws GalleyError `graph` where the shapes are not related by broadcasting.
 */
export function unbroadcast(g: Graph, gradient: Value, shape: Shape, what: string): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((d, i) => (i < lead || (shape[i - lead] === 1 && d !== 1) ? [i] : []));
  const related = gradient.shape.every((d, i) => i < lead || d === shape[i - lead] || shape[i - lead] === 1);
  if (lead < 0 || !related || axes.length === 0)
    throw new GalleyError(
      'graph',
      `${what}: expected shape ${formatShape(shape)}, found ${formatShape(gradient.shape)}`,
    );
  const last = gradient.shape.length - 1;
  if (
    axes.length === last &&
    !axes.includes(last) &&
    isStatic(gradient.shape) &&
    gradient.dtype === 'float32'
  )
    return reshape(g, sumOfRows(g, gradient, gradient.shape), shape);
  return reshape(g, reduceSum(g, gradient, axes), shape);
}

/**
 * A row of ones times a matrix: [1, R] [R, N] -> [1, N]. ReduceSum over rows does the same, but meets its other
 * threads too often to be worth them: 6 % of a training step of galley-nano on two threads, 0.9 % on one.
 */
function sumOfRows(g: Graph, x: Value, shape: readonly number[]): Value {
  const width = shape.at(-1)!;
  const rows = sizeOf(shape.slice(0, -1));
  const ones = g.constant(new Float32Array(rows).fill(1), [1, rows]);
  return gemm(g, ones, reshape(g, x, [rows, width]));
}
