import { describe, expect, it } from 'vitest';
import { createSession } from '../runtime/session.ts';
import { floats, tensor } from '../runtime/tensor.ts';
import { encodeModel } from './encode.ts';
import { Graph, never, type Operator } from './graph.ts';
import { lower, type Model, type ModelNode } from './lower.ts';
import * as ops from './ops/index.ts';
import { verify } from './verify.ts';

function model(): Model {
  const g = new Graph();
  const x = g.input('x', 'float32', [2, 3]);
  g.output(ops.exp(g, ops.mul(g, x, 2)), 'y');
  return lower(g);
}

const scatterND: Operator<{ reduction: string }> = {
  name: 'ScatterND',
  domain: '',
  attributes: { reduction: 'string' },
  infer: ([data]) => [{ dtype: data!.dtype, shape: data!.shape }],
  gradient: never('only made to be refused'),
};

/** The model with its first node (Mul) or its last (Exp) changed. */
function changed(at: 0 | 1, change: Partial<ModelNode>): Model {
  const m = model();
  return { ...m, nodes: m.nodes.map((n, i) => (i === at ? { ...n, ...change } : n)) };
}

describe('verify', () => {
  it('accepts what the builder makes', () => expect(() => verify(model())).not.toThrow());

  const damaged: [string, () => Model, string][] = [
    [
      'nodes out of order',
      () => ({ ...model(), nodes: [...model().nodes].reverse() }),
      'which nothing before it makes',
    ],
    ['a value made twice', () => changed(1, { outputs: ['x'] }), 'x is noted as nothing'],
    ['two nodes of one name', () => changed(1, { name: 'Mul_0' }), 'two nodes have this name'],
    [
      'an unknown operator',
      () => changed(1, { operator: { ...model().nodes[1]!.operator } }),
      'is not in the registry',
    ],
    ['an unknown attribute', () => changed(1, { attributes: { axis: 1 } }), 'unknown attribute axis'],
    [
      'ScatterND with reduction',
      () => changed(1, { operator: scatterND as unknown as Operator, attributes: { reduction: 'add' } }),
      'ScatterND with reduction loses updates',
    ],
    [
      'a wrong note of a shape',
      () => ({ ...model(), types: new Map([...model().types, ['y', { dtype: 'float32', shape: [3, 2] }]]) }),
      'y is noted as float32 [3, 2], derived float32 [2, 3]',
    ],
    [
      'an output of another dtype',
      () => ({ ...model(), outputs: [{ name: 'y', dtype: 'int64', shape: [2, 3] }] }),
      'output y is declared int64 [2, 3], derived float32 [2, 3]',
    ],
    [
      'an output that is fed',
      () => ({ ...model(), outputs: [...model().outputs, { name: 'x', dtype: 'float32', shape: [2, 3] }] }),
      'output x is computed by no node',
    ],
    [
      'an output that another node reads',
      () => ({
        ...model(),
        outputs: [...model().outputs, { name: 'Mul_0', dtype: 'float32', shape: [2, 3] }],
      }),
      'output Mul_0 is read by another node',
    ],
    [
      'an output twice',
      () => ({ ...model(), outputs: [...model().outputs, ...model().outputs] }),
      'two outputs are named y',
    ],
    [
      'an input that nobody reads',
      () => ({ ...model(), inputs: [...model().inputs, { name: 'z', dtype: 'float32', shape: [] }] }),
      'z dangles',
    ],
    ['a node that nobody reads', () => ({ ...model(), outputs: [], nodes: model().nodes }), 'dangles'],
  ];
  it.each(damaged)('refuses %s', (_, make, message) => expect(() => verify(make())).toThrow(message));
});

describe('lower', () => {
  it('drops what leads to no output', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    ops.log(g, ops.add(g, x, 5));
    g.output(ops.exp(g, x), 'y');
    const m = lower(g);
    expect(m.nodes.map((n) => n.operator.name)).toEqual(['Exp']);
    expect(m.initializers).toEqual([]);
  });

  it('copies outputs that share memory with something else', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const y = ops.exp(g, x);
    const z = ops.neg(g, y);
    for (const [name, value] of Object.entries({ fed: x, read: y, one: z, two: z, fixed: g.scalar(4) }))
      g.output(value, name);
    const m = lower(g);
    verify(m);
    expect(m.nodes.filter((n) => n.operator.name === 'Identity').map((n) => n.outputs[0])).toEqual([
      'fed',
      'read',
      'one',
      'two',
      'fixed',
    ]);
    const session = await createSession(encodeModel(g), { threads: 1 });
    const results = await session.run({ x: tensor(Float32Array.of(0, 0), [2]) });
    await session.release();
    const numbers = Object.fromEntries(Object.entries(results).map(([n, t]) => [n, [...floats(t)]]));
    expect(numbers).toEqual({ fed: [0, 0], read: [1, 1], one: [-1, -1], two: [-1, -1], fixed: [4] });
  });

  it('leaves unread second outputs unnamed', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2, 3]);
    const ones = g.constant(new Float32Array(3).fill(1));
    g.output(ops.layerNorm(g, x, ones, ones, 1e-5), 'y');
    expect(lower(g).nodes[0]!.outputs).toEqual(['y']);
  });
});
