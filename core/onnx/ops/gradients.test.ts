import { describe, expect, it } from 'vitest';
import { createSession } from '../../runtime/session.ts';
import { gradients } from '../gradient.ts';
import { Graph, type Value } from '../graph.ts';
import { OPERATORS } from '../registry.ts';
import { checkGradient, dropoutMask, type GradientCase, type Load } from '../testing/check-gradient.ts';
import * as ops from './index.ts';
import { matMulIntegerToFloatOperator } from './quantized.ts';

const load: Load = (model) => createSession(model, { purpose: 'training', threads: 1 });
const positive = (u: () => number) => 0.5 + 2 * u();
const awayFromZero = (u: () => number) => (u() < 0.5 ? -1 : 1) * (0.5 + u());
const indices = (...xs: number[]) => BigInt64Array.from(xs, BigInt);

type Cases = Record<string, Record<string, GradientCase>>;

const binaryShapes: Record<string, [number[], number[]]> = {
  'equal shapes': [
    [2, 3],
    [2, 3],
  ],
  'a row for many': [[2, 3, 4], [4]],
  'a column': [
    [3, 4],
    [3, 1],
  ],
  'both repeated': [
    [3, 1, 2],
    [4, 1],
  ],
  'a scalar': [[2, 2], []],
  'a scalar first': [[], [2, 3]],
  'an axis of one against one': [
    [1, 3],
    [1, 1],
  ],
};

function binary(op: typeof ops.add, sampleB?: (u: () => number) => number): Record<string, GradientCase> {
  return Object.fromEntries(
    Object.entries(binaryShapes).map(([name, [a, b]]) => [
      name,
      {
        inputs: { a: { shape: a }, b: sampleB ? { shape: b, sample: sampleB } : { shape: b } },
        build: (g, { a, b }) => op(g, a!, b!),
      } satisfies GradientCase,
    ]),
  );
}

const unary = (
  op: (g: Graph, x: Value) => Value,
  sample?: (u: () => number) => number,
): Record<string, GradientCase> =>
  Object.fromEntries(
    [[], [5], [2, 3, 2]].map((shape) => [
      `[${shape}]`,
      { inputs: { x: sample ? { shape, sample } : { shape } }, build: (g, { x }) => op(g, x!) },
    ]),
  );

const cases: Cases = {
  Add: binary(ops.add),
  Sub: binary(ops.sub),
  Mul: {
    ...binary(ops.mul),
    'a value with itself': { inputs: { x: { shape: [3] } }, build: (g, { x }) => ops.mul(g, x!, x!) },
  },
  Div: binary(ops.div, awayFromZero),
  Neg: unary(ops.neg),
  Sqrt: unary(ops.sqrt, positive),
  Exp: unary(ops.exp),
  Log: unary(ops.log, positive),
  Tanh: unary(ops.tanh),
  Erf: unary(ops.erf),
  Gelu: {
    ...unary(ops.gelu),
    'far out': {
      inputs: { x: { shape: [4], data: Float32Array.of(-6, -3, 3, 6) } },
      build: (g, { x }) => ops.gelu(g, x!),
    },
  },
  Identity: unary(ops.identity),
  Cast: {
    'through float64': {
      inputs: { x: { shape: [3] } },
      build: (g, { x }) => ops.cast(g, ops.cast(g, x!, 'float64'), 'float32'),
    },
  },
  Where: {
    'with broadcasting': {
      inputs: {
        condition: { shape: [2, 1], dtype: 'bool', data: Uint8Array.of(1, 0) },
        a: { shape: [2, 3] },
        b: { shape: [3] },
      },
      build: (g, { condition, a, b }) => ops.where(g, condition!, a!, b!),
    },
  },
  Reshape: {
    'to rows': { inputs: { x: { shape: [2, 3, 2] } }, build: (g, { x }) => ops.reshape(g, x!, [6, 2]) },
    'with an open length': {
      inputs: { x: { shape: [4, 3] } },
      build: (g, { x }) => ops.reshape(g, x!, [2, -1]),
    },
    'to a scalar': { inputs: { x: { shape: [1, 1] } }, build: (g, { x }) => ops.reshape(g, x!, []) },
  },
  Transpose: {
    'three axes in a ring': {
      inputs: { x: { shape: [2, 3, 4] } },
      build: (g, { x }) => ops.transpose(g, x!, [1, 2, 0]),
    },
    'twice, folded into one': {
      inputs: { x: { shape: [2, 3, 4] } },
      build: (g, { x }) => ops.transpose(g, ops.transpose(g, x!, [2, 0, 1]), [0, 2, 1]),
    },
    'read twice': {
      inputs: { x: { shape: [2, 3] } },
      build: (g, { x }) => ops.mul(g, ops.swapLastTwo(g, x!), ops.swapLastTwo(g, x!)),
    },
  },
  Squeeze: {
    both: { inputs: { x: { shape: [1, 3, 1] } }, build: (g, { x }) => ops.squeeze(g, x!, [0, -1]) },
  },
  Unsqueeze: { both: { inputs: { x: { shape: [3] } }, build: (g, { x }) => ops.unsqueeze(g, x!, [0, 2]) } },
  Expand: {
    'inner and new axes': {
      inputs: { x: { shape: [2, 1] } },
      build: (g, { x }) => ops.expand(g, x!, [3, 2, 4]),
    },
  },
  Concat: {
    'along the middle': {
      inputs: { a: { shape: [2, 1, 2] }, b: { shape: [2, 3, 2] } },
      build: (g, { a, b }) => ops.concat(g, [a!, b!, a!], 1),
    },
  },
  Slice: {
    middle: { inputs: { x: { shape: [2, 5] } }, build: (g, { x }) => ops.slice(g, x!, 1, 1, 4) },
    'up to the last but one': {
      inputs: { x: { shape: [4] } },
      build: (g, { x }) => ops.slice(g, x!, 0, 1, -1),
    },
    'to the end': { inputs: { x: { shape: [4, 2] } }, build: (g, { x }) => ops.slice(g, x!, 0, 3) },
    'from a negative axis': {
      inputs: { x: { shape: [4, 3] } },
      build: (g, { x }) => ops.slice(g, x!, -1, 0, 2),
    },
  },
  Gather: {
    'rows, some twice, some never': {
      inputs: { table: { shape: [4, 3] }, at: { shape: [5], dtype: 'int64', data: indices(1, 1, 3, 0, 1) } },
      build: (g, { table, at }) => ops.gather(g, table!, at!),
    },
    'a matrix of indices': {
      inputs: { table: { shape: [3, 2] }, at: { shape: [2, 2], dtype: 'int64', data: indices(2, 2, 0, 2) } },
      build: (g, { table, at }) => ops.gather(g, table!, at!),
    },
    'a vector as table': {
      inputs: { table: { shape: [3] }, at: { shape: [4], dtype: 'int64', data: indices(2, 0, 2, 2) } },
      build: (g, { table, at }) => ops.gather(g, table!, at!),
    },
  },
  ReduceSum: {
    'last axis': { inputs: { x: { shape: [2, 3] } }, build: (g, { x }) => ops.reduceSum(g, x!, [-1]) },
    'outer axes, kept': {
      inputs: { x: { shape: [2, 3, 2] } },
      build: (g, { x }) => ops.reduceSum(g, x!, [0, 2], true),
    },
    everything: { inputs: { x: { shape: [2, 2] } }, build: (g, { x }) => ops.reduceSum(g, x!, [0, 1]) },
  },
  ReduceMean: {
    'last axis': { inputs: { x: { shape: [2, 3] } }, build: (g, { x }) => ops.reduceMean(g, x!, [-1]) },
    'first axis, kept': {
      inputs: { x: { shape: [3, 2, 2] } },
      build: (g, { x }) => ops.reduceMean(g, x!, [0], true),
    },
  },
  MatMul: {
    matrices: {
      inputs: { a: { shape: [2, 3] }, b: { shape: [3, 4] } },
      build: (g, { a, b }) => ops.matMul(g, a!, b!),
    },
    'a matrix for a batch': {
      inputs: { a: { shape: [2, 3, 2] }, b: { shape: [2, 3] } },
      build: (g, { a, b }) => ops.matMul(g, a!, b!),
    },
    'a batch for a matrix': {
      inputs: { a: { shape: [2, 3] }, b: { shape: [2, 3, 2] } },
      build: (g, { a, b }) => ops.matMul(g, a!, b!),
    },
    'batches, broadcast': {
      inputs: { a: { shape: [2, 1, 2, 3] }, b: { shape: [3, 3, 2] } },
      build: (g, { a, b }) => ops.matMul(g, a!, b!),
    },
    'batches where the first factor is the larger': {
      inputs: { a: { shape: [2, 5, 5] }, b: { shape: [2, 5, 1] } },
      build: (g, { a, b }) => ops.matMul(g, a!, b!),
    },
    'a matrix with its own transpose': {
      inputs: { x: { shape: [2, 2, 3] } },
      build: (g, { x }) => ops.matMul(g, x!, ops.swapLastTwo(g, x!)),
    },
  },
  Gemm: Object.fromEntries(
    [0, 1].flatMap((transA) =>
      [0, 1].flatMap((transB) =>
        ([null, [4], [1, 4], [3, 1], [1], []] as const).map((c): [string, GradientCase] => [
          `transA ${transA}, transB ${transB}, bias ${c ? `[${c}]` : 'none'}`,
          {
            inputs: {
              a: { shape: transA ? [2, 3] : [3, 2] },
              b: { shape: transB ? [4, 2] : [2, 4] },
              ...(c ? { c: { shape: c } } : {}),
            },
            build: (g, { a, b, c }) =>
              ops.gemm(g, a!, b!, { transA, transB } as { transA: 0 | 1; transB: 0 | 1 }, c),
          },
        ]),
      ),
    ),
  ),
  Softmax: {
    'last axis': { inputs: { x: { shape: [2, 4] } }, build: (g, { x }) => ops.softmax(g, x!) },
    'another axis': { inputs: { x: { shape: [3, 2] } }, build: (g, { x }) => ops.softmax(g, x!, 0) },
    'with a masked element': {
      inputs: { x: { shape: [1, 4] } },
      build: (g, { x }) => ops.softmax(g, ops.add(g, x!, g.constant(Float32Array.of(0, -3.4e38, 0, 0)))),
    },
  },
  LogSoftmax: {
    'last axis': { inputs: { x: { shape: [2, 4] } }, build: (g, { x }) => ops.logSoftmax(g, x!) },
  },
  LayerNormalization: Object.fromEntries(
    [[6], [2, 5], [2, 2, 4]].map((shape): [string, GradientCase] => [
      `[${shape}]`,
      {
        inputs: { x: { shape }, scale: { shape: shape.slice(-1) }, bias: { shape: shape.slice(-1) } },
        build: (g, { x, scale, bias }) => ops.layerNorm(g, x!, scale!, bias!, 1e-5),
      },
    ]),
  ),
};

const composites: Cases = {
  linear: {
    'flattened rows and a bias': {
      inputs: { x: { shape: [2, 3, 2] }, w: { shape: [4, 2] }, b: { shape: [4] } },
      build: (g, { x, w, b }) => ops.linear(g, x!, w!, b!),
    },
    'no bias': {
      inputs: { x: { shape: [3, 2] }, w: { shape: [4, 2] } },
      build: (g, { x, w }) => ops.linear(g, x!, w!),
    },
  },
  dropout: {
    'by a mask': {
      inputs: { x: { shape: [3, 4] }, mask: { shape: [3, 4], sample: dropoutMask, differentiate: false } },
      build: (g, { x, mask }) => ops.dropout(g, x!, mask!),
    },
  },
  geluErf: unary(ops.geluErf),
  crossEntropy: {
    'a row without label': {
      inputs: {
        logits: { shape: [3, 4] },
        targets: {
          shape: [3, 4],
          data: Float32Array.of(0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5),
          differentiate: false,
        },
      },
      build: (g, { logits, targets }) => ops.crossEntropy(g, logits!, targets!),
    },
    'large logits': {
      inputs: {
        logits: { shape: [2, 3], data: Float32Array.of(60, 58, 59, -60, -61, -60.5) },
        targets: { shape: [2, 3], data: Float32Array.of(0, 1, 0, 0, 1, 0), differentiate: false },
      },
      build: (g, { logits, targets }) => ops.crossEntropy(g, logits!, targets!),
      tolerance: 2e-3,
    },
  },
  attention: Object.fromEntries(
    [
      { bias: null, mask: false },
      { bias: [2, 2, 3, 3], mask: false },
      { bias: [1, 2, 3, 3], mask: true },
      { bias: [2, 1, 1, 3], mask: true },
      { bias: null, mask: true },
    ].map(({ bias, mask }): [string, GradientCase] => [
      `bias ${bias ? `[${bias}]` : 'none'}, dropout ${mask}`,
      {
        inputs: {
          q: { shape: [2, 2, 3, 4] },
          k: { shape: [2, 2, 3, 4] },
          v: { shape: [2, 2, 3, 4] },
          ...(bias ? { bias: { shape: bias } } : {}),
          ...(mask ? { mask: { shape: [2, 2, 3, 3], sample: dropoutMask, differentiate: false } } : {}),
        },
        build: (g, { q, k, v, bias, mask }) =>
          ops.attention(g, { query: q!, key: k!, value: v!, scale: 0.5, bias, mask }),
      },
    ]),
  ),
};

for (const [group, table] of Object.entries({ operator: cases, composite: composites }))
  for (const [name, variants] of Object.entries(table))
    describe(`gradient of ${group} ${name} equals difference quotients`, () => {
      it.each(Object.keys(variants))('%s', (variant) => checkGradient(load, variants[variant]!));
    });

describe('the registry', () => {
  it('has a gradient case for every operator with a rule, and for no other', () => {
    const withRule = [...OPERATORS.values()].filter((o) => o.gradient.kind === 'rule').map((o) => o.name);
    expect(Object.keys(cases).sort()).toEqual(withRule.sort());
  });

  it.each([...OPERATORS.values()].filter((o) => o.gradient.kind !== 'rule').map((o) => [o.name, o.gradient]))(
    '%s says why it has no rule',
    (_, gradient) => expect((gradient as { why: string }).why.length).toBeGreaterThan(5),
  );
});

describe('operators that must never be asked', () => {
  const make: [string, (g: Graph, x: Value) => Value][] = [
    ['Max', (g, x) => ops.max(g, x, 0)],
    ['Min', (g, x) => ops.min(g, x, 0)],
    ['Abs', (g, x) => ops.abs(g, x)],
    ['Pad', (g, x) => ops.pad(g, x, [1], [0])],
    ['DynamicQuantizeLinear', (g, x) => ops.mul(g, x, ops.dynamicQuantize(g, x).scale)],
    [
      'MatMulIntegerToFloat',
      (g, scale) => {
        const [a, b] = [g.constant(new Uint8Array([1, 2]), [1, 2]), g.constant(new Int8Array(6), [2, 3])];
        const zero = g.constant(new Uint8Array([128]), []);
        const y = g.apply(matMulIntegerToFloatOperator, [a, b, g.scalar(1), scale, zero])[0]!;
        return ops.reshape(g, y, [3]);
      },
    ],
    ['CumSum', (g, x) => ops.cumSum(g, x, 0)],
    [
      'Loop',
      (g, x) => {
        const once = (step: ops.LoopStep) => ({
          carried: [ops.mul(step.g, step.carried[0]!, 2)],
          collected: [],
        });
        return ops.loop(g, 'loop', g.int64(1), [{ name: 'y', initial: x }], once).carried[0]!;
      },
    ],
    [
      'MultiHeadAttention',
      (g, x) => {
        const rows = ops.reshape(g, x, [1, 1, 3]);
        const inputs = { query: rows, key: rows, value: rows, projectionBias: null };
        const attentionBias = g.constant(new Float32Array(3), [1, 3, 1, 1]);
        return ops.reshape(g, ops.multiHeadAttention(g, { ...inputs, attentionBias }, 3, 1), [3]);
      },
    ],
    ['ReduceMax', (g, x) => ops.reduceMax(g, x, [0], true)],
    [
      'ScatterElements',
      (g, x) => ops.scatterElementsAdd(g, x, g.int64([0]), g.constant(new Float32Array(1))),
    ],
  ];

  it.each(make)('%s refuses', (name, build) => {
    const g = new Graph();
    const x = g.input('x', 'float32', [3]);
    const loss = ops.reduceSum(g, build(g, x), [0]);
    expect(() => gradients(g, loss, [x])).toThrow(new RegExp(`^${name} .*never be asked`));
  });

  it('is every one that the registry says', () => {
    const said = [...OPERATORS.values()].filter((o) => o.gradient.kind === 'never').map((o) => o.name);
    expect(make.map(([name]) => name).sort()).toEqual(said.sort());
  });
});
