import { describe, expect, it } from 'vitest';
import { Graph } from './graph.ts';
import * as ops from './ops/index.ts';

describe('the builder checks as it grows', () => {
  const g = new Graph();
  const x = g.input('x', 'float32', [2, 3]);
  const n = g.input('n', 'int64', [2]);
  const refusals: [string, () => unknown, string][] = [
    [
      'shapes that do not broadcast',
      () => ops.add(g, x, g.constant(new Float32Array(4))),
      'Add of x and constant',
    ],
    ['dtypes that differ', () => ops.mul(g, x, n), 'Mul: x (float32 [2, 3]) and n (int64 [2])'],
    ['inner lengths that differ', () => ops.matMul(g, x, x), 'do not share their inner length'],
    ['a Gemm of three axes', () => ops.gemm(g, ops.reshape(g, x, [1, 2, 3]), x), 'expected rank 2'],
    [
      'a bias that widens the result',
      () => ops.gemm(g, x, x, { transB: 1 }, g.constant(new Float32Array(2), [1, 1, 2])),
      'Gemm',
    ],
    [
      'a reshape that loses elements',
      () => ops.reshape(g, x, [2, 2]),
      'Reshape: x (float32 [2, 3]) does not fit [2, 2]',
    ],
    ['a reshape with two open lengths', () => ops.reshape(g, x, [-1, -1]), 'does not fit'],
    ['an axis outside', () => ops.softmax(g, x, 2), 'Softmax: axis 2 is outside a shape of rank 2'],
    ['an order that is none', () => ops.transpose(g, x, [0, 0]), 'Transpose: x'],
    ['floats as indices', () => ops.gather(g, x, x), 'Gather: x (float32 [2, 3]): expected int64 or int32'],
    ['a slice past the end', () => ops.slice(g, x, 1, 1, 4), 'Slice: x'],
    ['an empty slice', () => ops.slice(g, x, 1, 2, 2), 'Slice: x'],
    ['a norm of another width', () => ops.layerNorm(g, x, n, n, 1e-5), 'LayerNormalization'],
    ['integers through exp', () => ops.exp(g, n), 'Exp: n (int64 [2]): expected floats'],
    ['pieces of other widths', () => ops.concat(g, [x, ops.reshape(g, x, [3, 2])], 0), 'Concat: x'],
    ['a name taken twice', () => g.input('x', 'float32', []), '"x" is taken twice'],
    [
      'data that does not fill its shape',
      () => g.constant(new Float32Array(3), [2]),
      '3 elements for shape [2]',
    ],
    ['a negative length', () => g.input('y', 'float32', [-1]), 'impossible length -1'],
  ];

  it.each(refusals)('refuses %s', (_, build, message) => {
    const before = g.nodes.length;
    let thrown: unknown;
    try {
      build();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'graph', message: expect.stringContaining(message) });
    expect(g.nodes.slice(before).every((node) => node.operator.name === 'Reshape')).toBe(true);
  });
});

describe('values', () => {
  it('are named by scope and operator', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const names = g.scope('layer.0', () => [ops.exp(g, x).name, g.scope('ffn', () => ops.exp(g, x).name)]);
    expect(names).toEqual(['layer.0/Exp_0', 'layer.0/ffn/Exp_0']);
  });

  it('keep equal small constants once, telling 0 from -0 and dtypes apart', () => {
    const g = new Graph();
    expect(g.scalar(2)).toBe(g.scalar(2));
    expect(g.scalar(0)).not.toBe(g.scalar(-0));
    expect(g.scalar(2)).not.toBe(g.constant(Float32Array.of(2)));
    const ones = (n: number) => g.constant(new Float32Array(n).fill(1), [1, n]);
    expect(ones(500)).toBe(ones(500));
    expect(ones(500)).not.toBe(ones(501));
    expect(g.int64([1, 2])).not.toBe(g.constant(Int32Array.of(1, 2)));
  });

  it('share layout nodes, and fold transposes of transposes', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2, 3, 4]);
    const y = ops.transpose(g, x, [2, 0, 1]);
    expect(ops.transpose(g, x, [2, 0, 1])).toBe(y);
    expect(ops.transpose(g, y, [1, 2, 0])).toBe(x);
    expect(ops.reshape(g, x, [2, 3, 4])).toBe(x);
    expect(g.nodes).toHaveLength(1);
  });

  it('carry symbolic lengths through the operators of a model', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', ['B', 'T', 8]);
    const w = g.initializer('w', new Float32Array(32), [4, 8]);
    expect(ops.linear(g, x, w).shape).toEqual(['B', 'T', 4]);
    const heads = ops.transpose(g, ops.reshape(g, x, ['B', 'T', 2, 4]), [0, 2, 1, 3]);
    expect(heads.shape).toEqual(['B', 2, 'T', 4]);
    const a = ops.attention(g, { query: heads, key: heads, value: heads, scale: 0.5 });
    expect(ops.reshape(g, ops.transpose(g, a, [0, 2, 1, 3]), ['B', 'T', 8]).shape).toEqual(['B', 'T', 8]);
    expect(ops.reshape(g, x, [-1, 8]).shape).toEqual(['B*T', 8]);
    const joined = ops.concat(g, [x, g.input('v', 'float32', ['B', 5, 8])], 1);
    expect(joined.shape).toEqual(['B', 'T+5', 8]);
    expect(ops.slice(g, joined, 1, 5).shape).toEqual(['B', 'T', 8]);
    expect(ops.slice(g, joined, 1, 0, -5).shape).toEqual(['B', 'T', 8]);
    expect(ops.slice(g, joined, 1, 1, -1).shape).toEqual(['B', 'T+3', 8]);
    expect(() => ops.slice(g, joined, 1, 6)).toThrow('T+5 less 6 may leave nothing');
  });
});

describe('a composite', () => {
  it('must declare what it reads', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const hidden = g.input('hidden', 'float32', [2]);
    const build = () =>
      g.composite({
        name: 'Pair',
        inputs: [x],
        build: () => ops.add(g, x, hidden),
        backward: ({ dY }) => [() => dY],
      });
    expect(build).toThrow('composite Pair reads hidden, which it does not declare');
  });
});
