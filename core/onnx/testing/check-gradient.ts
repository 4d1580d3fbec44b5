import { GalleyError } from '../../errors/galley-error.ts';
import type { DType, TensorData } from '../dtype.ts';
import { encodeModel } from '../encode.ts';
import { gradients } from '../gradient.ts';
import { Graph, type Value } from '../graph.ts';
import { mul } from '../ops/mul.ts';
import { reduceSum } from '../ops/reduce.ts';
import { formatShape, sizeOf } from '../shape.ts';
import { normal, uniform } from './random.ts';

/** A tensor as the runtime takes it; told apart here so that core/onnx needs no runtime. */
export interface TestTensor {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}
export type TestFeeds = Record<string, TestTensor>;

/** Loads a model once and gives a function that runs it; `release` frees it. Tests pass core/runtime. */
export type Load = (model: Uint8Array) => Promise<{
  run(feeds: TestFeeds): Promise<Record<string, TestTensor>>;
  release(): Promise<void>;
}>;

export interface CheckInput {
  readonly shape: readonly number[];
  /** Fixed elements; drawn from `sample` otherwise. Integer and bool inputs are never differentiated. */
  readonly data?: TensorData;
  readonly dtype?: DType;
  /** Draws one element; standard normal unless given. */
  readonly sample?: (uniform: () => number, normal: () => number) => number;
  /** False for a fed mask or target: part of the graph, but no gradient is asked. */
  readonly differentiate?: boolean;
}

export interface GradientCase {
  readonly inputs: Readonly<Record<string, CheckInput>>;
  readonly build: (g: Graph, inputs: Readonly<Record<string, Value>>) => Value;
  readonly seed?: number;
  /** Step of the difference quotient in the unit of the inputs; 0.02 unless given. */
  readonly step?: number;
  /** Largest allowed error, relative to the largest gradient element or 1; 5e-4 unless given. */
  readonly tolerance?: number;
}

/**
 * Compares the emitted gradients of sum(weights * y) with difference quotients, element by element, for
 * random weights. The quotient is the five-point one, (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, whose
 * truncation is O(h^4): with h = 0.02 the rounding of float32 (about 1e-7 / h) and the truncation are both
 * far below the tolerance. f is summed in float64 from the fetched y. Also compares the shape that ONNX
 * Runtime gives y with the one the shape rule promised. Throws GalleyError `graph` on the first difference.
 */
export async function checkGradient(load: Load, test: GradientCase): Promise<void> {
  const feeds = drawFeeds(test);
  const names = Object.keys(test.inputs).filter(
    (n) => feeds[n]!.dtype === 'float32' && test.inputs[n]!.differentiate !== false,
  );
  const forward = new Graph();
  const y = test.build(forward, declare(forward, feeds));
  forward.output(y, 'y');
  const next = normal((test.seed ?? 1) + 77);
  const weights = Float32Array.from({ length: sizeOf(y.shape) }, () => next());

  const whole = new Graph();
  const values = declare(whole, feeds);
  const result = test.build(whole, values);
  const weighted = mul(whole, result, whole.initializer('weights', weights, result.shape));
  const axes = result.shape.map((_, i) => i);
  const loss = axes.length === 0 ? weighted : reduceSum(whole, weighted, axes);
  const found = gradients(
    whole,
    loss,
    names.map((n) => values[n]!),
  );
  whole.output(loss, 'loss');
  for (const n of names) whole.output(found.get(values[n]!)!, `d/${n}`);

  const forwardSession = await load(encodeModel(forward));
  const session = await load(encodeModel(whole));
  try {
    const used = (g: Graph, all: TestFeeds) =>
      Object.fromEntries(Object.entries(all).filter(([n]) => g.inputs.some((v) => v.name === n)));
    const valueAt = async (all: TestFeeds) => {
      const { dims, data } = (await forwardSession.run(used(forward, all))).y!;
      if (formatShape(dims) !== formatShape(y.shape))
        throw new GalleyError(
          'graph',
          `shape rule: promised ${formatShape(y.shape)}, found ${formatShape(dims)}`,
        );
      return (data as Float32Array).reduce((sum, v, i) => sum + v * weights[i]!, 0);
    };
    const analytic = await session.run(feeds);
    const h = test.step ?? 0.02;
    for (const name of names) {
      const given = analytic[`d/${name}`]!.data as Float32Array;
      const numeric = await quotients(feeds, name, h, valueAt);
      compare(name, given, numeric, test.tolerance ?? 5e-4);
    }
  } finally {
    await forwardSession.release();
    await session.release();
  }
}

async function quotients(
  feeds: TestFeeds,
  name: string,
  h: number,
  valueAt: (feeds: TestFeeds) => Promise<number>,
): Promise<number[]> {
  const { dims, data } = feeds[name]!;
  const moved = Float32Array.from(data as Float32Array);
  const all = { ...feeds, [name]: { dtype: 'float32' as const, dims, data: moved } };
  const result: number[] = [];
  for (const [i, x] of (data as Float32Array).entries()) {
    const at = async (offset: number) => {
      moved[i] = x + offset;
      return valueAt(all);
    };
    const near = (await at(h)) - (await at(-h));
    const far = (await at(2 * h)) - (await at(-2 * h));
    moved[i] = x;
    result.push((8 * near - far) / (12 * h));
  }
  return result;
}

/** Throws GalleyError `graph` naming the input and the worst element. */
export function compare(
  name: string,
  given: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  if (given.length !== expected.length)
    throw new GalleyError('graph', `gradient of ${name}: ${given.length} elements for ${expected.length}`);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  let worst = 0;
  for (let i = 0; i < given.length; i++)
    // Written so that NaN counts as the worst.
    if (!(Math.abs(given[i]! - expected[i]!) <= Math.abs(given[worst]! - expected[worst]!))) worst = i;
  if (!(Math.abs(given[worst]! - expected[worst]!) <= tolerance * scale))
    throw new GalleyError(
      'graph',
      `gradient of ${name} at element ${worst}: expected ${expected[worst]} by differences, found ${given[worst]}`,
    );
}

function declare(g: Graph, feeds: TestFeeds): Record<string, Value> {
  return Object.fromEntries(Object.entries(feeds).map(([n, t]) => [n, g.input(n, t.dtype, t.dims)]));
}

function drawFeeds({ inputs, seed = 1 }: GradientCase): TestFeeds {
  const flat = uniform(seed);
  const bell = normal(seed + 1);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data, dtype = 'float32', sample }]) => {
      const drawn =
        data ?? Float32Array.from({ length: sizeOf(shape) }, () => (sample ? sample(flat, bell) : bell()));
      return [name, { dtype, dims: shape, data: drawn }];
    }),
  );
}

/** Samples a dropout mask with p = 0.25: 0, or 1/(1-p). */
export const dropoutMask: CheckInput['sample'] = (next) => (next() < 0.25 ? 0 : 1 / 0.75);
