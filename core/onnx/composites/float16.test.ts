import { describe, expect, it } from 'vitest';
import { listDevices } from '../../runtime/device.ts';
import { createSession, type Device } from '../../runtime/session.ts';
import { floats, tensor } from '../../runtime/tensor.ts';
import { encodeModel } from '../encode.ts';
import { gradients } from '../gradient.ts';
import { Graph, type Value } from '../graph.ts';
import * as ops from '../ops/index.ts';
import { normal } from '../testing/random.ts';

/** Where the products are float32: results must be near those of the same step in float16. */
type Build = (g: Graph, inputs: readonly Value[], half: boolean) => Value;

interface Case {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly build: Build;
}

const [B, T, K, N] = [2, 37, 64, 48];
const linear: Case = {
  shapes: { x: [B, T, K], weight: [N, K], bias: [N] },
  build: (g, [x, weight, bias], half) => {
    const halved = (value: Value) => ({ value, half: ops.halfRows(g, value) });
    return half ? ops.linear16(g, halved(x!), halved(weight!), bias!) : ops.linear(g, x!, weight!, bias);
  },
};
const [heads, d] = [3, 16];
const attention: Case = {
  shapes: {
    query: [B, heads, T, d],
    key: [B, heads, T, d],
    value: [B, heads, T, d],
    bias: [B, heads, T, T],
    mask: [B, heads, T, T],
  },
  build: (g, [query, key, value, bias, mask], half) =>
    ops.attention(g, {
      query: query!,
      key: key!,
      value: value!,
      bias: bias!,
      mask: mask!,
      scale: 1 / Math.sqrt(d),
      inFloat16: half,
    }),
};

/** y and the gradients of sum(y * seed) times `scale`, the scale taken out again. */
async function run({ shapes, build }: Case, device: Device, half: boolean, scale = 1) {
  const g = new Graph();
  const inputs = Object.entries(shapes).map(([name, shape]) => g.input(name, 'float32', shape));
  const y = build(g, inputs, half);
  const seed = g.input('seed', 'float32', y.shape);
  const loss = ops.reduceSum(
    g,
    ops.mul(g, y, seed),
    y.shape.map((_, i) => i),
  );
  const fedScale = g.input('loss_scale', 'float32', []);
  const wanted = inputs.filter((v) => v.name !== 'mask');
  const found = gradients(g, loss, wanted, { seed: fedScale });
  g.output(y, 'y');
  for (const value of wanted) g.output(found.get(value)!, `d${value.name}`);
  const session = await createSession(encodeModel(g), {
    device,
    purpose: 'training',
    strict: device !== 'cpu',
  });
  const next = normal(5);
  const feeds = Object.fromEntries(
    [...inputs, seed].map((value) => {
      const dims = value.shape as number[];
      const size = dims.reduce((a, b) => a * b, 1);
      const draw = value.name === 'mask' ? () => (next() < -1.3 ? 0 : 1 / 0.9) : () => next();
      return [value.name, tensor(Float32Array.from({ length: size }, draw), dims)];
    }),
  );
  try {
    const results = await session.run({ ...feeds, loss_scale: tensor(new Float32Array([scale]), []) });
    return Object.fromEntries(
      Object.entries(results).map(([name, t]) => [
        name,
        name === 'y' ? floats(t) : floats(t).map((x) => x / scale),
      ]),
    );
  } finally {
    await session.release();
  }
}

/** Length of the difference as a share of the first one's. */
function distance(a: Float32Array, b: Float32Array): number {
  const squares = (f: (i: number) => number) => a.reduce((sum, _, i) => sum + f(i) ** 2, 0);
  return Math.sqrt(squares((i) => a[i] - b[i]) / squares((i) => a[i]));
}

/**
 * The CPU provider has no float16 products: ONNX Runtime puts casts around them and drops those that meet ours, so that its
 * results may be nearer to float32 than a device's. WebGPU adds up in float16 as well.
 */
const TOLERANCE: Record<Device, number> = { cpu: 2e-3, cuda: 4e-3, webgpu: 1e-2 };
const states = await listDevices();

describe.each(Object.entries({ linear, attention }))('%s with float16 products', (_, test) => {
  describe.each(states)('on $device', ({ device, available, reason }) => {
    const why = available ? '' : ` (skipped: ${reason})`;
    it.skipIf(!available)(
      `has the float32 result and gradients within float16's rounding${why}`,
      async () => {
        const exact = await run(test, 'cpu', false);
        const half = await run(test, device, true);
        expect(Object.keys(half)).toEqual(Object.keys(exact));
        for (const [name, values] of Object.entries(exact))
          expect(distance(values, half[name]!), name).toBeLessThan(TOLERANCE[device]);
        // Some rounding there is: the products are not float32 after all.
        const worst = Math.max(...Object.keys(exact).map((name) => distance(exact[name]!, half[name]!)));
        if (device !== 'cpu') expect(worst).toBeGreaterThan(1e-5);
        // The sum over rows sees no float16.
        if ('dbias' in exact && exact.dbias.length === N)
          expect(distance(exact.dbias, half.dbias!)).toBeLessThan(1e-6);
      },
    );

    it.skipIf(!available)(`keeps gradients that float16 alone would lose, by the scale${why}`, async () => {
      const small: Case = {
        ...test,
        build: (g, inputs, half) => ops.mul(g, test.build(g, inputs, half), 1e-7),
      };
      const exact = await run(small, 'cpu', false);
      const half = await run(small, device, true, 65536);
      for (const name of Object.keys(exact).filter((n) => n !== 'y'))
        expect(distance(exact[name]!, half[name]!), name).toBeLessThan(TOLERANCE[device]);
      if (device === 'cpu') return;
      const lost = await run(small, device, true, 1);
      const first = Object.keys(test.shapes)[0]!;
      expect(distance(exact[`d${first}`]!, lost[`d${first}`]!)).toBeGreaterThan(0.1);
    });
  });
});

describe('casts', () => {
  const casts = (test: Case) => {
    const g = new Graph();
    const inputs = Object.entries(test.shapes).map(([name, shape]) => g.input(name, 'float32', shape));
    const y = test.build(g, inputs, true);
    gradients(
      g,
      ops.reduceSum(
        g,
        y,
        y.shape.map((_, i) => i),
      ),
      inputs.filter((v) => v.name !== 'mask'),
    );
    return g.nodes.filter((n) => n.operator.name === 'Cast' && n.outputs[0]!.dtype === 'float16').length;
  };
  it('are made once of each operand', () => {
    expect(casts(linear)).toBe(3); // x, the weight, the arriving gradient
    // Q, K, V, probabilities, the same dropped, then again dropped, arriving gradient, scores' gradient.
    expect(casts(attention)).toBe(8);
  });
});
