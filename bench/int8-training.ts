/**
 * What the linear layers of a training step would cost with 8-bit products: the forward and input-gradient products of one
 * encoder layer in float32 against the same in 8 bits. Both operands change every step, so weights and activations are
 * rounded, transposed and packed each time. The weight gradient stays float32.
 *
 *   node bench/int8-training.ts [--hidden 768] [--rows 1418] [--length 709] [--runs 7] [--share 0.8]
 *
 * One thread, processor time, the variants in turn. The unit costs then give what a whole step could come to, for a float32
 * step of which all matrix products take `--share`.
 */
import { parseArgs } from 'node:util';
import { encodeLowered } from '../core/onnx/encode.ts';
import {
  type Attributes,
  Graph,
  never,
  type Operator,
  type TensorType,
  type Value,
} from '../core/onnx/graph.ts';
import { lower } from '../core/onnx/lower.ts';
import * as ops from '../core/onnx/ops/index.ts';
import { createSession } from '../core/runtime/session.ts';
import { type Tensor, tensor } from '../core/runtime/tensor.ts';
import { spread } from './harness.ts';

const { values: flags } = parseArgs({
  options: {
    hidden: { type: 'string', default: '768' },
    rows: { type: 'string', default: '1418' },
    length: { type: 'string', default: '709' },
    share: { type: 'string', default: '0.8' },
    runs: { type: 'string', default: '7' },
  },
});
const hidden = Number(flags.hidden);
const rows = Number(flags.rows);

/** An operator that only this measurement uses; a feature would put it into core/onnx/ops, with its tests. */
function operator<A extends Attributes>(
  name: string,
  domain: '' | 'com.microsoft',
  attributes: Operator<A>['attributes'],
  infer: (inputs: readonly TensorType[]) => TensorType,
): Operator<A> {
  const gradient = never('measured only');
  return { name, domain, attributes, infer: (inputs) => [infer(inputs as readonly TensorType[])], gradient };
}
const quantizeLinear = operator<{ axis?: number }>('QuantizeLinear', '', { axis: 'int' }, ([x, , zero]) => ({
  dtype: zero!.dtype,
  shape: x!.shape,
}));
const product = ([a, b]: readonly TensorType[], dtype: 'float32' | 'int32'): TensorType => ({
  dtype,
  shape: [a!.shape[0]!, b!.shape[1]!],
});
const matMulInteger = operator('MatMulInteger', '', {}, (inputs) => product(inputs, 'int32'));
const matMulIntegerToFloat = operator('MatMulIntegerToFloat', 'com.microsoft', {}, (inputs) =>
  product(inputs, 'float32'),
);

/** The linear layers of one encoder layer: what each reads, and its lengths. The first three read the same. */
const LINEARS = [
  { name: 'query', reads: 'x', inner: hidden, outer: hidden },
  { name: 'key', reads: 'x', inner: hidden, outer: hidden },
  { name: 'value', reads: 'x', inner: hidden, outer: hidden },
  { name: 'output', reads: 'context', inner: hidden, outer: hidden },
  { name: 'up', reads: 'attended', inner: hidden, outer: 4 * hidden },
  { name: 'down', reads: 'activated', inner: 4 * hidden, outer: hidden },
];

/** How a product is made: x [R, K] times weight^T [K, N], and dY [R, N] times weight [N, K]. */
interface Way {
  readonly forward: (g: Graph, x: Value, weight: Value, bias: Value) => Value;
  readonly backward: (g: Graph, dY: Value, weight: Value) => Value;
}

const float32: Way = {
  forward: (g, x, weight, bias) => ops.gemm(g, x, weight, { transB: 1 }, bias),
  backward: (g, dY, weight) => ops.gemm(g, dY, weight, {}),
};

const largest = (g: Graph, x: Value, axes: number[]) =>
  ops.mul(g, ops.reduceMax(g, ops.abs(g, x), axes), 1 / 127);

/** Each value is rounded once, whoever reads it. */
function kept<T>(make: (g: Graph, x: Value) => T): (g: Graph, x: Value) => T {
  const known = new Map<Value, T>();
  return (g, x) => {
    const found = known.get(x) ?? make(g, x);
    known.set(x, found);
    return found;
  };
}

/** One scale a weight, as SwitchBack has it: rows and columns are then the same rounding, and one transpose is enough. */
const weightInts = () =>
  kept((g, weight) => {
    const scale = largest(g, weight, [0, 1]);
    const zero = g.constant(new Int8Array([0]), []);
    const values = g.apply(quantizeLinear, [weight, scale, zero])[0]!;
    return { values, turned: ops.transpose(g, values, [1, 0]), scale };
  });

/** A scale and the zero point 128 for each row of x; the product is float32 with row scales put back after it. */
function rowWise(): Way {
  const weights = weightInts();
  const zero = (g: Graph) => g.constant(new Uint8Array([128]), []);
  const ints = kept((g, x) => {
    const scale = largest(g, x, [1]);
    const zeros = g.constant(new Uint8Array(rows).fill(128), [rows]);
    return {
      values: g.apply(quantizeLinear, [x, scale, zeros], { axis: 0 })[0]!,
      scale: ops.reshape(g, scale, [rows, 1]),
    };
  });
  const times = (g: Graph, x: Value, weight: Value, scale: Value) => {
    const { values, scale: rowScale } = ints(g, x);
    const y = g.apply(matMulIntegerToFloat, [values, weight, g.scalar(1), scale, zero(g)])[0]!;
    return ops.mul(g, y, rowScale);
  };
  return {
    forward: (g, x, weight, bias) =>
      ops.add(g, times(g, x, weights(g, weight).turned, weights(g, weight).scale), bias),
    backward: (g, dY, weight) => times(g, dY, weights(g, weight).values, weights(g, weight).scale),
  };
}

/** One scale and zero point for the whole of x (DynamicQuantizeLinear), and one fused product with its bias. */
function tensorWise(): Way {
  const weights = weightInts();
  const ints = kept((g, x) => ops.dynamicQuantize(g, x));
  const times = (g: Graph, x: Value, weight: Value, scale: Value, bias: Value | null) => {
    const { values, scale: xScale, zeroPoint } = ints(g, x);
    return g.apply(matMulIntegerToFloat, [values, weight, xScale, scale, zeroPoint, null, bias])[0]!;
  };
  return {
    forward: (g, x, weight, bias) => times(g, x, weights(g, weight).turned, weights(g, weight).scale, bias),
    backward: (g, dY, weight) => times(g, dY, weights(g, weight).values, weights(g, weight).scale, null),
  };
}

/** Nothing but the products, of integers that are simply there: below this no rounding can get. */
function bare(): Way {
  const ints = kept((g, x) => g.input(`${x.name}.u8`, 'uint8', x.shape));
  const weights = kept((g, w) => ({
    values: g.input(`${w.name}.s8`, 'int8', w.shape),
    turned: g.input(`${w.name}.turned`, 'int8', [w.shape[1]!, w.shape[0]!]),
  }));
  const zero = (g: Graph) => g.constant(new Uint8Array([128]), []);
  return {
    forward: (g, x, weight) => g.apply(matMulInteger, [ints(g, x), weights(g, weight).turned, zero(g)])[0]!,
    backward: (g, dY, weight) =>
      g.apply(matMulInteger, [ints(g, dY), weights(g, weight).values, zero(g)])[0]!,
  };
}

interface Runner {
  readonly name: string;
  readonly times: number[];
  run(): Promise<unknown>;
}

const noise = (n: number, scale: number) =>
  Float32Array.from({ length: n }, () => (Math.random() - 0.5) * scale);

/** The products as one graph without fetching them: one number of each is a result. */
async function runner(name: string, build: (g: Graph) => Value[]): Promise<Runner> {
  const g = new Graph();
  for (const [i, y] of build(g).entries())
    g.output(ops.slice(g, ops.slice(g, y, 0, 0, 1), 1, 0, 1), `result.${i}`);
  // Operators that the registry does not know: written without the verifier.
  const model = lower(g);
  const session = await createSession(encodeLowered(model).model, { purpose: 'training', threads: 1 });
  const feeds: Record<string, Tensor> = {};
  for (const { name: input, dtype, dims } of session.inputs.map((i) => ({
    ...i,
    dims: i.shape as number[],
  }))) {
    const n = dims.reduce((a, b) => a * b, 1);
    const random = () => Math.floor(Math.random() * 255);
    if (dtype === 'uint8') feeds[input] = tensor(Uint8Array.from({ length: n }, random), dims);
    else if (dtype === 'int8')
      feeds[input] = tensor(
        Int8Array.from({ length: n }, () => random() - 127),
        dims,
      );
    else feeds[input] = tensor(noise(n, 0.1), dims);
  }
  return { name, times: [], run: () => session.run(feeds) };
}

const layer = (way: Way) => (g: Graph) => {
  const inputs = new Map<string, Value>();
  const given = (name: string, shape: number[]) => {
    const found = inputs.get(name) ?? g.input(name, 'float32', shape);
    inputs.set(name, found);
    return found;
  };
  return LINEARS.flatMap(({ name, reads, inner, outer }) => {
    const weight = given(name, [outer, inner]);
    return [
      way.forward(g, given(reads, [rows, inner]), weight, given(`${name}.bias`, [outer])),
      way.backward(g, given(`d.${name}`, [rows, outer]), weight),
    ];
  });
};
const weightGradients = (g: Graph) =>
  LINEARS.map(({ name, inner, outer }) =>
    ops.gemm(
      g,
      g.input(`d.${name}`, 'float32', [rows, outer]),
      g.input(`x.${name}`, 'float32', [rows, inner]),
      {
        transA: 1,
      },
    ),
  );

const gigaOps = LINEARS.reduce((sum, { inner, outer }) => sum + (4 * rows * inner * outer) / 1e9, 0);
const runners = [
  await runner('float32 Gemm', layer(float32)),
  await runner('8 bits, a scale a row', layer(rowWise())),
  await runner('8 bits, a scale a tensor', layer(tensorWise())),
  await runner('8 bits, products alone', layer(bare())),
  await runner('float32 weight gradients', weightGradients),
];
for (let i = -2; i < Number(flags.runs); i++)
  for (const r of runners) {
    const before = process.cpuUsage();
    await r.run();
    const { user, system } = process.cpuUsage(before);
    if (i >= 0) r.times.push((user + system) / 1000);
  }

const [float, ...others] = runners as [Runner, ...Runner[]];
// Attention's own products, three times forward, stay float32 as well.
const attention = (12 * rows * Number(flags.length) * hidden) / 1e9;
const all = 1.5 * gigaOps + attention;
const linear = (Number(flags.share) * gigaOps) / all;
console.log(
  `One layer, hidden ${hidden}, ${rows} rows: forward and input gradient ${gigaOps.toFixed(1)} of ${all.toFixed(1)} GOP; ` +
    `${(100 * linear).toFixed(0)} % of a float32 step whose products take ${100 * Number(flags.share)} %`,
);
console.log(
  '| products of a layer | ms | GOP/s | of float32 | whole step, of float32 |\n|---|---|---|---|---|',
);
for (const r of [float, ...others]) {
  const { median, low, high } = spread(r.times);
  const ratio = spread(r.times.map((t, i) => t / float.times[i]!));
  const own = r.name.endsWith('gradients');
  const cells = [
    r.name,
    `${median.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`,
    (((own ? 0.5 : 1) * gigaOps * 1000) / median).toFixed(0),
    own ? '' : `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`,
    own ? '' : (1 - linear + linear * ratio.median).toFixed(2),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
