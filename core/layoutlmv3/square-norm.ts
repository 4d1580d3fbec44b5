import type { Graph, Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import type { Shape } from '../onnx/shape.ts';

/** Tensors that are put side by side at once: a WebGPU shader binds ten buffers at most. */
const SIDE_BY_SIDE = 6;
/** Elements that one thread of a device adds up. */
const ROW = 512;

/**
 * Sum of the squares of all elements of all tensors (static shapes) -> scalar []. Rows first, then rows of their sums: a
 * reduction of a large tensor at one go is one thread's work on some devices.
 */
export function squareNorm(g: Graph, tensors: readonly Value[]): Value {
  return g.scope('square_norm', () => {
    const sums = tensors.map((x) => {
      const squares = ops.mul(g, x, x);
      const width = x.shape.length > 1 ? (x.shape.at(-1) as number) : 1;
      const rows = ops.reshape(g, squares, [count(x.shape) / width, width]);
      return width > 1 ? ops.reduceSum(g, rows, [1], false) : ops.reshape(g, rows, [count(x.shape)]);
    });
    let rest = sideBySide(g, sums);
    while (count(rest.shape) > 1) {
      const length = count(rest.shape);
      const rows = Math.ceil(length / ROW);
      const padded =
        rows * ROW === length || rows === 1 ? rest : ops.pad(g, rest, [0], [rows * ROW - length]);
      rest = ops.reduceSum(g, ops.reshape(g, padded, [rows, count(padded.shape) / rows]), [1], false);
    }
    return ops.reshape(g, rest, []);
  });
}

/** Vectors as one vector. */
function sideBySide(g: Graph, vectors: readonly Value[]): Value {
  if (vectors.length === 1) return vectors[0];
  const joined: Value[] = [];
  for (let i = 0; i < vectors.length; i += SIDE_BY_SIDE)
    joined.push(ops.concat(g, vectors.slice(i, i + SIDE_BY_SIDE), 0));
  return sideBySide(g, joined);
}

const count = (shape: Shape) => (shape as readonly number[]).reduce((a, b) => a * b, 1);
