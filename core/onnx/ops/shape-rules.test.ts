import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSession } from '../../runtime/session.ts';
import { type Tensor, tensor } from '../../runtime/tensor.ts';
import { DTYPES } from '../dtype.ts';
import { encodeModel } from '../encode.ts';
import { Graph, type Value } from '../graph.ts';
import { type Dim, productOf, type Shape } from '../shape.ts';
import { normal } from '../testing/random.ts';
import * as ops from './index.ts';

/** The length that a symbolic dim has for given names. */
function lengthOf(dim: Dim, names: Record<string, number>): number {
  if (typeof dim === 'number') return dim;
  return Function(...Object.keys(names), `return ${dim}`)(...Object.values(names));
}

/** Runs a graph and compares the shape of every output with the one its rule promised. */
async function expectPromisedShapes(
  build: (g: Graph) => Value[],
  names: Record<string, number> = {},
): Promise<void> {
  const g = new Graph();
  const promised = build(g);
  for (const [i, v] of promised.entries()) g.output(v, `out${i}`);
  const session = await createSession(encodeModel(g), { purpose: 'training', threads: 1 });
  const next = normal(3);
  const feeds = Object.fromEntries(
    g.inputs.map(({ name, dtype, shape }): [string, Tensor] => {
      const dims = shape.map((d) => lengthOf(d, names));
      const count = dims.reduce((n, d) => n * d, 1);
      const data =
        dtype === 'float32' ? Float32Array.from({ length: count }, next) : new DTYPES[dtype].array(count);
      return [name, tensor(data, dims, dtype)];
    }),
  );
  try {
    const found = await session.run(feeds);
    const shapes = promised.map((v) => v.shape.map((d) => lengthOf(d, names)));
    expect(promised.map((_, i) => [...found[`out${i}`]!.dims])).toEqual(shapes);
    expect(promised.map((_, i) => found[`out${i}`]!.dtype)).toEqual(promised.map((v) => v.dtype));
  } finally {
    await session.release();
  }
}

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const settings = { numRuns: 25 };

describe('shape rules promise what ONNX Runtime gives', () => {
  it('for broadcasting operators', () =>
    fc.assert(
      fc.asyncProperty(
        shapes,
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        fc.nat(3),
        (a, ones, drop) => {
          // b: a without some leading axes and with some lengths of one; then a and b in both orders.
          const b = a.slice(Math.min(drop, a.length - 1)).map((d, i) => (ones[i] ? 1 : d));
          return expectPromisedShapes((g) => {
            const [x, y] = [g.input('x', 'float32', a), g.input('y', 'float32', b)];
            return [
              ops.add(g, x, y),
              ops.sub(g, y, x),
              ops.greater(g, x, y),
              ops.where(g, ops.less(g, y, x), x, y),
              ops.max(g, ops.expand(g, y, a), x),
            ];
          });
        },
      ),
      settings,
    ));

  it('for reductions, layouts and pieces', () =>
    fc.assert(
      fc.asyncProperty(shapes, fc.nat(), fc.boolean(), (shape, pick, keep) => {
        const axis = pick % shape.length;
        const order = shape.map((_, i) => (i + pick) % shape.length);
        return expectPromisedShapes((g) => {
          const x = g.input('x', 'float32', shape);
          const twice = ops.concat(g, [x, ops.neg(g, x)], axis);
          return [
            ops.reduceSum(g, x, [axis], keep),
            ops.reduceMean(g, x, [axis - shape.length], keep),
            ops.reduceMax(g, x, [...shape.keys()], keep),
            ops.argMax(g, x, axis),
            ops.transpose(g, x, order),
            ops.reshape(g, x, [-1, shape[axis]!]),
            ops.unsqueeze(g, x, [axis, shape.length + 1]),
            ops.squeeze(g, ops.unsqueeze(g, x, [0]), [0]),
            ops.slice(g, twice, axis, 1),
            ops.slice(g, twice, axis, 0, -1),
            ops.pad(
              g,
              x,
              shape.map(() => 1),
              shape.map((_, i) => i),
            ),
            ops.softmax(g, x, axis),
            ops.cumSum(g, x, axis),
            ops.shapeOf(g, x),
          ];
        });
      }),
      settings,
    ));

  it('for products', () =>
    fc.assert(
      fc.asyncProperty(shapes, shapes, fc.nat(3), (batch, [m = 2, k = 3, n = 4], drop) => {
        const other = batch.slice(Math.min(drop, batch.length)).map((d, i) => (i % 2 ? 1 : d));
        return expectPromisedShapes((g) => {
          const a = g.input('a', 'float32', [...batch, m, k]);
          const b = g.input('b', 'float32', [...other, k, n]);
          const w = g.input('w', 'float32', [n, k]);
          const table = g.input('table', 'float32', [k, m]);
          const at = g.input('at', 'int64', batch);
          return [ops.matMul(g, a, b), ops.linear(g, a, w), ops.gather(g, table, at)];
        });
      }),
      settings,
    ));

  it('for lengths known only when the model runs', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 6 }), (B, T) =>
        expectPromisedShapes(
          (g) => {
            const x = g.input('x', 'float32', ['B', 'T', 6]);
            const ids = g.input('ids', 'int64', ['B', 'T']);
            const extra = g.input('extra', 'float32', ['B', 5, 6]);
            const heads = ops.transpose(g, ops.reshape(g, x, ['B', 'T', 2, 3]), [0, 2, 1, 3]);
            const joined = ops.concat(g, [x, extra], 1);
            const limit = ops.squeeze(g, ops.shapeOf(g, x, 1, 2), [0]);
            const places = ops.range(g, limit, 'T');
            return [
              ops.linear(g, x, g.constant(new Float32Array(24), [4, 6])),
              ops.attention(g, { query: heads, key: heads, value: heads, scale: 0.5 }),
              joined,
              ops.slice(g, joined, 1, 0, -5),
              ops.reshape(g, x, [-1, 6]),
              ops.reshape(g, joined, ['B', -1]),
              places,
              ops.sub(g, ops.unsqueeze(g, places, [0]), ops.unsqueeze(g, places, [1])),
              ops.cast(g, ops.not(g, ops.equal(g, ids, 1)), 'float32'),
              ops.gather(g, g.constant(new Float32Array(12), [2, 6]), ids),
            ];
          },
          { B, T },
        ),
      ),
      { numRuns: 10 },
    ));
});

describe('a product of lengths', () => {
  it('is what its factors say', () => {
    const shape: Shape = [2, 'T', 'B', 3];
    expect(lengthOf(productOf(shape), { B: 5, T: 7 })).toBe(210);
  });
});
