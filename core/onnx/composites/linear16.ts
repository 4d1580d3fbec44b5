import { type Graph, once, type Value } from '../graph.ts';
import { add } from '../ops/add.ts';
import { cast } from '../ops/cast.ts';
import { gemm } from '../ops/gemm.ts';
import { reshape } from '../ops/reshape.ts';
import { productOf } from '../shape.ts';

/**
 * x as a matrix of rows in float16: [..., K] -> [R, K]. No gradient goes through it: {@link linear16} gives x its gradient
 * itself. Several products of the same x share it, and the backward pass keeps it instead of x.
 */
export function halfRows(g: Graph, x: Value): Value {
  return g.composite({
    name: 'HalfRows',
    inputs: [x],
    build: () => cast(g, reshape(g, x, [productOf(x.shape.slice(0, -1)), x.shape.at(-1)!]), 'float16'),
    backward: () => [null],
  });
}

/** A value and its rows by {@link halfRows}. */
export interface Halved {
  readonly value: Value;
  readonly half: Value;
}

/**
 * x W^T + b whose matrix products are computed in float16, forward and for the gradients of x and W: x [..., K], weight [N, K],
 * bias [N] -> [..., N]. What arrives and what leaves is float32, and so is the sum over rows that the bias gets: a float16
 * keeps 11 bits and ends at 65504.
 */
export function linear16(g: Graph, x: Halved, weight: Halved, bias: Value): Value {
  const rows = x.value.shape.slice(0, -1);
  const width = weight.value.shape[0]!;
  return g.composite({
    name: 'Linear16',
    inputs: [x.value, x.half, weight.value, weight.half, bias],
    build() {
      const product = cast(g, gemm(g, x.half, weight.half, { transB: 1 }), 'float32');
      return reshape(g, add(g, product, bias), [...rows, width]);
    },
    backward({ dY }) {
      const dRows = once(() => reshape(g, dY, [productOf(rows), width]));
      const dHalf = once(() => cast(g, dRows(), 'float16'));
      const wide = (product: Value) => cast(g, product, 'float32');
      return [
        () => reshape(g, wide(gemm(g, dHalf(), weight.half)), x.value.shape),
        null,
        () => wide(gemm(g, dHalf(), x.half, { transA: 1 })),
        null,
        // Summed over rows by gradient.ts, as any broadcast input.
        dRows,
      ];
    },
  });
}
