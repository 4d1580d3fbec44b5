import { describe, expect, it } from 'vitest';
import { listDevices } from '../runtime/device.ts';
import { createSession, type Device } from '../runtime/session.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { buildTrainingGraph, type TrainingGraphOptions } from './forward.ts';
import { InputStage } from './input-stage.ts';
import { randomBatch, randomParameters, tinyConfig } from './testing/tiny.ts';

/** Every output of one training step of the tiny model on a device, none of it left to the CPU. */
async function step(
  device: Device,
  options: Partial<TrainingGraphOptions>,
  lossScale = 1,
): Promise<Record<string, Tensor>> {
  const config = tinyConfig({ hidden_dropout_prob: 0.2, attention_probs_dropout_prob: 0.1 });
  const parameters = randomParameters(config, 8);
  const batch = randomBatch(config, [12, 7], 9);
  const graph = buildTrainingGraph(config, { batch: 2, textLength: 12, trainRelativeBias: true, ...options });
  const session = await createSession(graph.model, { device, purpose: 'training', strict: device !== 'cpu' });
  const stage = new InputStage(graph);
  const masks = graph.dropoutMasks.map(({ name, dims, p }) => {
    const size = dims.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: size }, (_, i) => ((i * 7) % 5 === 0 ? 0 : 1 / (1 - p)));
    return [name, tensor(values, dims)] as const;
  });
  try {
    return await session.run({
      ...stage.parameterFeeds(parameters),
      ...stage.batchFeeds(parameters, batch),
      ...stage.targetFeed(batch.labels).feeds,
      ...Object.fromEntries(masks),
      ...(graph.inputs.lossScale
        ? { [graph.inputs.lossScale.name]: tensor(Float32Array.of(lossScale), []) }
        : {}),
    });
  } finally {
    await session.release();
  }
}

const states = await listDevices();

describe.each(['webgpu', 'cuda'] as const)('a training step on %s', (device) => {
  const state = states.find((s) => s.device === device)!;
  const ready = state.available ? '' : ` (skipped: ${state.reason})`;
  const shapes: [string, Partial<TrainingGraphOptions>][] = [
    ['', {}],
    ['with activation checkpointing', { checkpointing: true }],
    ['with a frozen prefix', { freezeLayers: 1, trainRelativeBias: false }],
  ];
  it.skipIf(!state.available).each(shapes)(
    `gives the loss and the gradients of the CPU %s${ready}`,
    async (_, options) => {
      const [expected, found] = [await step('cpu', options), await step(device, options)];
      expect(Object.keys(found)).toEqual(Object.keys(expected));
      for (const [name, reference] of Object.entries(expected)) {
        const [a, b] = [floats(reference), floats(found[name])];
        const largest = Math.max(1e-3, ...a.map(Math.abs));
        const worst = a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
        expect(worst / largest, name).toBeLessThan(1e-4);
      }
    },
  );

  // WebGPU adds up in float16, CUDA in float32 (docs/gpu.md).
  it.skipIf(!state.available).each(shapes)(
    `has them nearly with float16 products, whatever the loss scale %s${ready}`,
    async (_, options) => {
      const half = { ...options, precision: 'float16' as const };
      const [exact, once] = [await step('cpu', options), await step(device, half)];
      const scaled = await step(device, half, 4096);
      expect(scaled.loss).toEqual(once.loss);
      expect(Math.abs(floats(once.loss)[0] / floats(exact.loss)[0] - 1)).toBeLessThan(2e-3);
      for (const [found, scale] of [
        [once, 1],
        [scaled, 4096],
      ] as const) {
        let [difference, length] = [0, 0];
        for (const [name, reference] of Object.entries(exact)) {
          if (!name.endsWith('.gradient')) continue;
          const values = floats(found[name]);
          for (const [i, x] of floats(reference).entries()) {
            difference += (x - values[i] / scale) ** 2;
            length += x * x;
          }
        }
        expect(Math.sqrt(difference / length)).toBeLessThan(0.02);
        // Some rounding there is: the products are not float32 after all.
        expect(Math.sqrt(difference / length)).toBeGreaterThan(1e-4);
      }
      if (options.checkpointing) {
        const kept = await step(device, { ...half, checkpointing: false });
        for (const [name, value] of Object.entries(kept))
          expect(floats(once[name]), name).toEqual(floats(value));
      }
    },
  );

  it.skipIf(!state.available)(`overflows to infinity, by which a scale is found${ready}`, async () => {
    const found = await step(device, { precision: 'float16' }, 2 ** 24);
    const all = Object.entries(found).filter(([name]) => name.endsWith('.gradient'));
    expect(Number.isFinite(floats(found.loss)[0])).toBe(true);
    expect(all.some(([, gradient]) => floats(gradient).some((x) => !Number.isFinite(x)))).toBe(true);
  });
});
