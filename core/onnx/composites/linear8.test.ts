import { describe, expect, it } from 'vitest';
import { createSession } from '../../runtime/session.ts';
import { floats, tensor } from '../../runtime/tensor.ts';
import { encodeModel } from '../encode.ts';
import { gradients } from '../gradient.ts';
import { Graph } from '../graph.ts';
import * as ops from '../ops/index.ts';
import { uniform } from '../testing/random.ts';

const next = uniform(11);
const random = (n: number, scale: number) => Float32Array.from({ length: n }, () => scale * (2 * next() - 1));
const [B, T, K, N] = [2, 5, 48, 20];
const R = B * T;

/** y, dX, dW and db of sum(y * seed), from ONNX Runtime. */
async function run(x: Float32Array, w: Float32Array, b: Float32Array, seed: Float32Array) {
  const g = new Graph();
  const input = g.input('x', 'float32', [B, T, K]);
  const weight = g.input('w', 'float32', [N, K]);
  const bias = g.input('b', 'float32', [N]);
  const y = ops.linear8(g, input, ops.roundRows(g, ops.reshape(g, input, [R, K])), weight, bias);
  const loss = ops.reduceSum(g, ops.mul(g, y, g.constant(seed, [B, T, N])), [0, 1, 2]);
  const found = gradients(g, loss, [input, weight, bias]);
  g.output(y, 'y');
  for (const [name, value] of Object.entries({ dX: input, dW: weight, db: bias }))
    g.output(found.get(value)!, name);
  const session = await createSession(encodeModel(g), { purpose: 'training' });
  const results = await session.run({
    x: tensor(x, [B, T, K]),
    w: tensor(w, [N, K]),
    b: tensor(b, [N]),
  });
  await session.release();
  return { y: floats(results.y), dX: floats(results.dX), dW: floats(results.dW), db: floats(results.db) };
}

/** Rows of a matrix [rows, inner] as the nearest of 127 steps of each row's largest, and back as floats. */
function rounded(values: Float32Array, inner: number): Float64Array {
  return Float64Array.from(values, (_, i) => {
    const start = i - (i % inner);
    const largest = values.subarray(start, start + inner).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    const scale = Math.fround(largest * Math.fround(1 / 127));
    return scale === 0 ? 0 : Math.round(values[i] / scale) * scale;
  });
}

const sum = (n: number, f: (i: number) => number) => {
  let total = 0;
  for (let i = 0; i < n; i++) total += f(i);
  return total;
};
function expectClose(found: Float32Array, expected: (i: number) => number): void {
  const wanted = Float64Array.from(found, (_, i) => expected(i));
  const largest = wanted.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  for (const [i, value] of found.entries()) expect(Math.abs(value - wanted[i]) / largest).toBeLessThan(2e-6);
}

describe('a linear layer in 8 bits', () => {
  // Small integers: no CPU's 8-bit product runs over, whatever it sums in.
  const x = random(R * K, 1).map((v, i) => (i % K === 0 ? 3 : v / 4));
  const w = random(N * K, 0.1).map((v, i) => (i % K === 1 ? 0.3 : v / 4));
  const [b, seed] = [random(N, 1), random(R * N, 2)];
  // Rows of no gradient at all, as padding has them.
  seed.fill(0, 3 * N, 5 * N);

  it('is the product of the rounded rows, neither more nor less exact', async () => {
    const { y } = await run(x, w, b, seed);
    const [xs, ws] = [rounded(x, K), rounded(w, K)];
    expectClose(y, (i) => {
      const [r, n] = [Math.floor(i / N), i % N];
      return b[n] + sum(K, (k) => xs[r * K + k] * ws[n * K + k]);
    });
    // And near the product itself.
    const exact = Float64Array.from(y, (_, i) => {
      const [r, n] = [Math.floor(i / N), i % N];
      return b[n] + sum(K, (k) => x[r * K + k] * w[n * K + k]);
    });
    const error = Math.sqrt(
      sum(y.length, (i) => (y[i] - exact[i]) ** 2) / sum(y.length, (i) => exact[i] ** 2),
    );
    expect(error).toBeGreaterThan(1e-5);
    expect(error).toBeLessThan(0.02);
  });

  it('gives its input the 8-bit product of the gradient, weight and bias float32 sums', async () => {
    const { dX, dW, db } = await run(x, w, b, seed);
    const ws = rounded(w, K);
    const scales = Float32Array.from({ length: N }, (_, n) => {
      const row = w.subarray(n * K, (n + 1) * K);
      return Math.fround(row.reduce((m, v) => Math.max(m, Math.abs(v)), 0) * Math.fround(1 / 127));
    });
    const ds = rounded(
      seed.map((v, i) => v * scales[i % N]),
      N,
    );
    expectClose(dX, (i) => {
      const [r, k] = [Math.floor(i / K), i % K];
      return sum(N, (n) => (ds[r * N + n] * ws[n * K + k]) / scales[n]);
    });
    expectClose(dW, (i) => {
      const [n, k] = [Math.floor(i / K), i % K];
      return sum(R, (r) => seed[r * N + n] * x[r * K + k]);
    });
    expectClose(db, (n) => sum(R, (r) => seed[r * N + n]));
  });

  it('keeps rows of zeros zero', async () => {
    const { y, dX } = await run(new Float32Array(R * K), w, new Float32Array(N), seed);
    expect(y.every((v) => v === 0)).toBe(true);
    expect(dX.subarray(3 * K, 5 * K).every((v) => v === 0)).toBe(true);
    expect(dX.every(Number.isFinite)).toBe(true);
  });
});
