import { describe, expect, it } from 'vitest';
import { createSession } from '../runtime/session.ts';
import { tensor } from '../runtime/tensor.ts';
import { encodeModel, encodeWithExternalData } from './encode.ts';
import { Graph } from './graph.ts';
import * as ops from './ops/index.ts';
import { decodeModel } from './testing/decode.ts';

function small(): Graph {
  const g = new Graph();
  const x = g.input('x', 'float32', ['batch', 3]);
  const w = g.initializer('w', Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const y = ops.layerNorm(
    g,
    x,
    g.constant(new Float32Array(3).fill(1)),
    g.constant(new Float32Array(3)),
    1e-6,
  );
  g.output(ops.gelu(g, ops.linear(g, ops.transpose(g, ops.transpose(g, y, [1, 0]), [1, 0]), w)), 'y');
  return g;
}

describe('encodeModel', () => {
  it('writes nodes, attributes, shapes and opsets as onnx.proto lays them out', () => {
    const model = decodeModel(encodeModel(small()));
    expect(model.irVersion).toBe(9);
    expect(model.opsets).toEqual({ '': 20, 'com.microsoft': 1 });
    expect(model.inputs).toEqual([{ name: 'x', dtype: 1, shape: ['batch', 3] }]);
    expect(model.outputs).toEqual([{ name: 'y', dtype: 1, shape: ['batch', 2] }]);
    const [norm, product, gelu] = model.nodes;
    expect(norm).toMatchObject({ op: 'LayerNormalization', outputs: ['LayerNormalization_0'] });
    expect(norm!.attributes).toEqual({ axis: -1, epsilon: Math.fround(1e-6) });
    expect(product).toMatchObject({
      op: 'Gemm',
      inputs: ['LayerNormalization_0', 'w'],
      attributes: { transB: 1 },
    });
    expect(gelu).toMatchObject({ op: 'Gelu', domain: 'com.microsoft', outputs: ['y'] });
    const w = model.initializers.find((t) => t.name === 'w')!;
    expect(w).toMatchObject({ dtype: 1, shape: [2, 3], external: null });
    expect([...new Float32Array(w.bytes.slice().buffer)]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('writes negative and large integers', () => {
    const g = new Graph();
    const x = g.input('x', 'int64', [1]);
    g.output(ops.add(g, ops.mul(g, x, -7), g.constant(BigInt64Array.of(2n ** 40n), [1])), 'y');
    const model = decodeModel(encodeModel(g));
    const numbers = model.initializers.map((t) => new BigInt64Array(t.bytes.slice().buffer)[0]);
    expect(numbers.sort()).toEqual([-7n, 2n ** 40n].sort());
  });

  it('gives ONNX Runtime a model with a dynamic axis', async () => {
    const session = await createSession(encodeModel(small()), { threads: 1 });
    const { y } = await session.run({ x: tensor(Float32Array.of(1, 2, 3, 3, 2, 1), [2, 3]) });
    expect(y!.dims).toEqual([2, 2]);
    // Rows normalise to -+sqrt(1.5), 0, +-sqrt(1.5); both rows of w see 2 sqrt(1.5), and gelu(x) = x Phi(x).
    const reach = 2 * Math.sqrt(1.5);
    const tail = 0.007153; // 1 - Phi(2.44949)
    expect(y!.data[0]).toBeCloseTo(reach * (1 - tail), 4);
    expect(y!.data[1]).toBeCloseTo(reach * (1 - tail), 4);
    expect(y!.data[2]).toBeCloseTo(-reach * tail, 4);
    await session.release();
  });

  it('puts large initializers into an external file, aligned, and ONNX Runtime reads them back', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [1, 512]);
    const weights = [0, 1].map((k) => Float32Array.from({ length: 512 * 3 }, (_, i) => (i % 7) + k));
    const [a, b] = weights.map((w, k) => ops.linear(g, x, g.initializer(`w${k}`, w, [3, 512])));
    g.output(ops.add(g, a!, b!), 'y');
    const { model, external } = encodeWithExternalData(g, { path: 'weights.bin' });
    expect(model.length).toBeLessThan(1000);
    const places = decodeModel(model).initializers.map((t) => t.external);
    expect(places.map((p) => p?.offset)).toEqual(['0', '8192']);
    const data = new Uint8Array(Buffer.concat(external));
    const session = await createSession(model, { externalData: [{ path: 'weights.bin', data }] });
    const { y } = await session.run({ x: tensor(new Float32Array(512).fill(1), [1, 512]) });
    const sum = (row: number) =>
      weights.reduce((s, w) => s + w.slice(row * 512, row * 512 + 512).reduce((t, v) => t + v, 0), 0);
    expect(Array.from(y!.data as Float32Array)).toEqual([sum(0), sum(1), sum(2)]);
    await session.release();
  });
});
