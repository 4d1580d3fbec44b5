import { describe, expect, it } from 'vitest';
import { createSession } from '../runtime/session.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { encodeModel } from './encode.ts';
import { gradients } from './gradient.ts';
import { Graph, type Value } from './graph.ts';
import * as ops from './ops/index.ts';

async function run(g: Graph, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const session = await createSession(encodeModel(g), { purpose: 'training', threads: 1 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([n, t]) => [n, [...floats(t)]]));
}

const sum = (g: Graph, x: Value) =>
  ops.reduceSum(
    g,
    x,
    x.shape.map((_, i) => i),
  );

describe('the reverse pass', () => {
  it('builds only what leads from the wanted values to the loss', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [4, 3]);
    const w = g.input('w', 'float32', [2, 3]);
    const v = g.input('v', 'float32', [2, 2]);
    const aside = ops.exp(g, ops.linear(g, x, w));
    const loss = sum(g, ops.linear(g, ops.linear(g, x, w), v));
    const before = g.nodes.length;
    gradients(g, loss, [v]);
    const made = g.nodes.slice(before).map((n) => n.operator.name);
    // The spreading of the sum and dV = Gemm(dY, X, transA); nothing for w, x or the branch aside.
    expect(made).toEqual(['Reshape', 'Expand', 'Gemm']);
    expect(aside.producer).not.toBeNull();
  });

  it('adds what arrives over several paths', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const y = ops.add(g, ops.mul(g, x, x), ops.mul(g, x, 3));
    const loss = sum(g, ops.add(g, y, x));
    g.output(gradients(g, loss, [x]).get(x)!, 'dx');
    expect(await run(g, { x: tensor(Float32Array.of(1, -2), [2]) })).toEqual({ dx: [6, 0] });
  });

  it('gives the gradient of a value in the middle, and of the loss itself', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const middle = ops.mul(g, x, 2);
    const loss = sum(g, ops.mul(g, middle, middle));
    const found = gradients(g, loss, [middle, x, loss]);
    g.output(found.get(middle)!, 'dm');
    g.output(found.get(x)!, 'dx');
    g.output(found.get(loss)!, 'dl');
    const results = await run(g, { x: tensor(Float32Array.of(1, 3), [2]) });
    expect(results).toEqual({ dm: [4, 12], dx: [8, 24], dl: [1] });
  });

  it('starts from a fed seed', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const seed = g.input('seed', 'float32', []);
    g.output(gradients(g, sum(g, ops.exp(g, x)), [x], { seed }).get(x)!, 'dx');
    const feeds = { x: tensor(Float32Array.of(0, 0), [2]), seed: tensor(Float32Array.of(0.5), []) };
    expect((await run(g, feeds)).dx).toEqual([0.5, 0.5]);
  });

  it('lets nothing through an operator that has no gradient by design', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const sign = ops.cast(g, ops.greater(g, x, 0), 'float32');
    const loss = sum(g, ops.mul(g, x, sign));
    g.output(gradients(g, loss, [x]).get(x)!, 'dx');
    expect((await run(g, { x: tensor(Float32Array.of(-1, 2), [2]) })).dx).toEqual([0, 1]);
  });

  it('says which value has no path to the loss', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const lost = g.input('lost', 'float32', [2]);
    const flags = ops.cast(g, ops.greater(g, lost, 0), 'float32');
    const loss = sum(g, ops.mul(g, x, flags));
    expect(() => gradients(g, loss, [x, lost])).toThrow('lost has no path to the loss');
  });

  it('wants a float scalar as loss', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    expect(() => gradients(g, x, [x])).toThrow('must be a float scalar of shape [], found float32 [2]');
  });

  it('refuses a rule that gives a wrong shape, naming operator, value and both shapes', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2, 3]);
    const y = g.composite({
      name: 'Wrong',
      inputs: [x],
      build: () => ops.exp(g, x),
      backward: ({ dY }) => [() => ops.swapLastTwo(g, dY)],
    });
    expect(() => gradients(g, sum(g, y), [x])).toThrow(
      'the gradient that Wrong (Wrong_0) gives x: expected shape [2, 3], found [3, 2]',
    );
  });

  it('refuses a gradient through a second output', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2, 3]);
    const ones = g.constant(new Float32Array(3).fill(1));
    const mean = ops.layerNorm(g, x, ones, ones, 1e-5).producer!.outputs[1]!;
    expect(() => gradients(g, sum(g, mean), [x])).toThrow('LayerNormalization: a gradient arrives at');
  });

  it('goes on into its own result: second derivatives of what has rules', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const first = gradients(g, sum(g, ops.mul(g, ops.mul(g, x, x), x)), [x]).get(x)!;
    g.output(gradients(g, sum(g, first), [x]).get(x)!, 'ddx');
    expect((await run(g, { x: tensor(Float32Array.of(1, 2), [2]) })).ddx).toEqual([6, 12]);
  });
});
