import type { Graph, Value } from '../graph.ts';
import { add } from '../ops/add.ts';
import { gemm } from '../ops/gemm.ts';
import { matMul } from '../ops/mat-mul.ts';
import { reshape } from '../ops/reshape.ts';
import { swapLastTwo } from '../ops/transpose.ts';
import { productOf } from '../shape.ts';

/**
 * x W^T + b as one Gemm over flattened rows: x [..., K], weight [N, K] (as torch keeps it), bias [N]
 * -> [..., N]. The gradients that follow from it are Gemm(dY, W), Gemm(dY, X, transA) and a sum of rows,
 * which is the fast form. With two or more symbolic lengths (exports) it is MatMul and Add instead.
 */
export function linear(g: Graph, x: Value, weight: Value, bias?: Value): Value {
  const rows = x.shape.slice(0, -1);
  if (rows.filter((d) => typeof d === 'string').length > 1) {
    const product = matMul(g, x, swapLastTwo(g, weight));
    return bias ? add(g, product, bias) : product;
  }
  const flat = reshape(g, x, [productOf(rows), x.shape.at(-1)!]);
  return reshape(g, gemm(g, flat, weight, { transB: 1 }, bias), [...rows, weight.shape[0]!]);
}
