import { describe, expect, it } from 'vitest';
import { createSession } from '../runtime/session.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { encodeModel } from './encode.ts';
import { gradients } from './gradient.ts';
import { Graph, type Value } from './graph.ts';
import { lower } from './lower.ts';
import * as ops from './ops/index.ts';
import { type CheckInput, checkGradient, dropoutMask } from './testing/check-gradient.ts';
import { type EncoderSize, encoder, encoderShapes } from './testing/encoder.ts';
import { normal } from './testing/random.ts';

const size: EncoderSize = { layers: 2, batch: 2, length: 4, hidden: 6, heads: 2, inner: 10, dropout: true };

/** Position bias, and the second page's last two keys masked as padding. */
function biasWithPadding(): Float32Array {
  const next = normal(5);
  return Float32Array.from({ length: 2 * 2 * 4 * 4 }, (_, i) => (i >= 32 && i % 4 >= 2 ? -3.4e38 : next()));
}

describe('two encoder layers with attention bias, padding and dropout', () => {
  it('have the gradients that difference quotients give, for every parameter and the input', async () => {
    const { parameters, masks } = encoderShapes(size);
    const inputs: Record<string, CheckInput> = {
      x: { shape: [2, 4, 6] },
      bias: { shape: [2, 2, 4, 4], data: biasWithPadding(), differentiate: false },
    };
    for (const [name, shape] of Object.entries(parameters))
      inputs[name] = { shape, sample: (_, bell) => 0.5 * bell() + (name.endsWith('.scale') ? 1 : 0) };
    for (const [name, shape] of Object.entries(masks))
      inputs[name] = { shape, sample: dropoutMask, differentiate: false };
    await checkGradient((model) => createSession(model, { purpose: 'training', threads: 1 }), {
      inputs,
      build: (g, values) => encoder(g, size, (name) => values[name]!),
      step: 0.01,
      tolerance: 1e-3,
    });
  });

  it('have a bias gradient that is exactly zero at masked keys', async () => {
    const { g, values, loss } = training();
    g.output(gradients(g, loss, [values.bias!]).get(values.bias!)!, 'dBias');
    const session = await createSession(encodeModel(g), { purpose: 'training', threads: 1 });
    const { dBias } = await session.run(feedsOf(g));
    await session.release();
    const masked = floats(dBias).filter((_, i) => i >= 32 && i % 4 >= 2);
    expect(masked).toHaveLength(16);
    expect(masked.every((d) => d === 0)).toBe(true);
    expect(floats(dBias).some((d) => d !== 0)).toBe(true);
  });

  it('become a graph of ordinary operators: no ScatterND, no training-only operator, no aliasing output', () => {
    const { g, values, loss } = training();
    const wanted = g.inputs.filter((v) => !v.name.includes('mask.') && v.name !== 'targets');
    const found = gradients(g, loss, wanted);
    g.output(loss, 'loss');
    for (const v of wanted) g.output(found.get(v)!, `d/${v.name}`);
    const model = lower(g);
    const read = new Set(model.nodes.flatMap((n) => n.inputs));
    const kinds = new Set(model.nodes.map((n) => n.operator.name));
    expect([...kinds].filter((k) => /ScatterND|Grad$|^Dropout$/.test(k))).toEqual([]);
    expect(model.outputs.filter((o) => read.has(o.name) || values[o.name])).toEqual([]);
    // Attention probabilities are never transposed: only [T, d] tensors are.
    const transposed = model.nodes
      .filter((n) => n.operator.name === 'Transpose')
      .map((n) => model.types.get(n.outputs[0]!)!);
    expect(transposed.every(({ shape }) => shape.includes(3))).toBe(true);
    expect(() => encodeModel(g)).not.toThrow();
  });
});

function training(): { g: Graph; values: Record<string, Value>; loss: Value } {
  const g = new Graph();
  const { parameters, masks } = encoderShapes(size);
  const shapes = { x: [2, 4, 6], bias: [2, 2, 4, 4], ...parameters, ...masks };
  const values = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, g.input(name, 'float32', shape)]),
  );
  const out = ops.reshape(
    g,
    encoder(g, size, (name) => values[name]!),
    [8, 6],
  );
  const targets = g.input('targets', 'float32', [8, 6]);
  return { g, values, loss: ops.crossEntropy(g, out, targets) };
}

function feedsOf(g: Graph): Record<string, Tensor> {
  const next = normal(9);
  return Object.fromEntries(
    g.inputs.map(({ name, shape }) => {
      const dims = shape as number[];
      const count = dims.reduce((n, d) => n * d, 1);
      const data =
        name === 'bias'
          ? biasWithPadding()
          : Float32Array.from({ length: count }, (_, i) =>
              name === 'targets' ? (i % 6 === 1 ? 1 / 8 : 0) : name.includes('mask.') ? 1 : 0.5 * next(),
            );
      return [name, tensor(data, dims)];
    }),
  );
}
