import { expect, it } from 'vitest';
import { encodeModel } from '../onnx/encode.ts';
import { gradients } from '../onnx/gradient.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { type EncoderSize, encoder, encoderShapes } from '../onnx/testing/encoder.ts';
import { normal, uniform } from '../onnx/testing/random.ts';
import { listDevices } from './device.ts';
import { createSession, type Device } from './session.ts';
import { floats, type Tensor, tensor } from './tensor.ts';

const size: EncoderSize = {
  layers: 2,
  batch: 2,
  length: 37,
  hidden: 64,
  heads: 4,
  inner: 128,
  dropout: true,
};
const labels = 7;
const rows = size.batch * size.length;

/** Two encoder layers, a head and their gradients, as one model, with something to feed it. */
function step(): { model: Uint8Array; feeds: Record<string, Tensor> } {
  const { parameters, masks } = encoderShapes(size);
  const { batch, heads, length, hidden } = size;
  const shapes: Record<string, readonly number[]> = {
    x: [batch, length, hidden],
    bias: [batch, heads, length, length],
    'head.weight': [labels, hidden],
    'head.bias': [labels],
    targets: [rows, labels],
    ...parameters,
    ...masks,
  };
  const g = new Graph();
  const values: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(shapes)) values[name] = g.input(name, 'float32', shape);
  const out = encoder(g, size, (name) => values[name]!);
  const logits = ops.linear(g, out, values['head.weight']!, values['head.bias']!);
  const loss = ops.crossEntropy(g, ops.reshape(g, logits, [rows, labels]), values.targets!);
  const wanted = g.inputs.filter((v) => !v.name.includes('mask.') && v.name !== 'targets');
  const found = gradients(g, loss, wanted);
  g.output(loss, 'loss');
  for (const v of wanted) g.output(found.get(v)!, `d/${v.name}`);

  const [bell, flat] = [normal(3), uniform(4)];
  const element = (name: string, i: number) => {
    if (name === 'targets') return i % labels === 2 ? 1 / rows : 0;
    if (name.includes('mask.')) return flat() < 0.1 ? 0 : 1 / 0.9;
    return (name.endsWith('.scale') ? 1 : 0) + 0.3 * bell();
  };
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, dims]) => {
      const count = dims.reduce((n, d) => n * d, 1);
      return [
        name,
        tensor(
          Float32Array.from({ length: count }, (_, i) => element(name, i)),
          dims,
        ),
      ];
    }),
  );
  return { model: encodeModel(g), feeds };
}

async function runOn(device: Device): Promise<Record<string, Tensor>> {
  const { model, feeds } = step();
  const session = await createSession(model, { device, purpose: 'training' });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

const states = await listDevices();

for (const { device, available, reason } of states.filter((s) => s.device !== 'cpu'))
  it.skipIf(!available)(
    `${device} gives the CPU's loss and gradients${reason ? ` (${reason})` : ''}`,
    async () => {
      const [expected, found] = [await runOn('cpu'), await runOn(device)];
      expect(Object.keys(found)).toEqual(Object.keys(expected));
      for (const name of Object.keys(expected)) {
        // A key's bias shifts every score of a row alike: its gradient is zero, and what comes out is rounding.
        if (name.endsWith('key.bias')) continue;
        const [e, f] = [floats(expected[name]), floats(found[name])];
        const scale = Math.max(...e.map(Math.abs));
        const worst = Math.max(...e.map((x, i) => Math.abs(x - f[i]!)));
        expect(worst, name).toBeLessThan(1e-4 * scale);
      }
    },
  );
