import { describe, expect, it } from 'vitest';
import { executionOrder, runCost } from './cost.ts';
import { Graph } from './graph.ts';
import { lower } from './lower.ts';
import * as ops from './ops/index.ts';

const cost = (g: Graph) => runCost(lower(g));

describe('what a run costs', () => {
  it('counts two operations for each multiplication of a product, however it is transposed', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [5, 3]);
    const w = g.input('w', 'float32', [7, 3]);
    const y = ops.gemm(g, x, w, { transB: 1 });
    g.output(ops.gemm(g, y, x, { transA: 1 }), 'dw');
    expect(cost(g).matrixFlops).toBe(2 * 5 * 7 * 3 * 2);
  });

  it('counts batched products', () => {
    const g = new Graph();
    const [a, b] = [g.input('a', 'float32', [2, 4, 5, 3]), g.input('b', 'float32', [2, 4, 3, 6])];
    g.output(ops.matMul(g, a, b), 'y');
    expect(cost(g).matrixFlops).toBe(2 * 2 * 4 * 5 * 6 * 3);
  });

  it('keeps a value until its last reader, and counts neither feeds nor what is fetched', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [10, 10]);
    const a = ops.gemm(g, x, x);
    const b = ops.gemm(g, a, x);
    const c = ops.gemm(g, b, x);
    g.output(ops.gemm(g, c, a), 'y');
    // a and b, then a, b and c while c is made.
    expect(cost(g).peakBytes).toBe(3 * 400);
  });

  it('sees that a view has no memory and that an elementwise operator may write over what nobody reads', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [10, 10]);
    const a = ops.gemm(g, x, x);
    const b = ops.reshape(g, ops.exp(g, ops.reshape(g, a, [100])), [10, 10]);
    g.output(ops.gemm(g, b, x), 'y');
    expect(cost(g).peakBytes).toBe(400);
  });

  it('runs what a result needs before that result, the latest result of the file first', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2, 2]);
    const a = ops.exp(g, x);
    g.output(ops.neg(g, a), 'first');
    g.output(ops.abs(g, a), 'second');
    expect(executionOrder(lower(g).nodes).map((n) => n.operator.name)).toEqual(['Exp', 'Abs', 'Neg']);
  });
});
