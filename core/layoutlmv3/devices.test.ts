import { describe, expect, it } from 'vitest';
import { listDevices } from '../runtime/device.ts';
import { createSession, type Device } from '../runtime/session.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { buildTrainingGraph, type TrainingGraphOptions } from './forward.ts';
import { InputStage } from './input-stage.ts';
import { randomBatch, randomParameters, tinyConfig } from './testing/tiny.ts';

/** Every output of one training step of the tiny model on a device, none of it left to the CPU. */
async function step(device: Device, options: Partial<TrainingGraphOptions>): Promise<Record<string, Tensor>> {
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
    });
  } finally {
    await session.release();
  }
}

const states = await listDevices();

describe.each(['webgpu', 'cuda'] as const)('a training step on %s', (device) => {
  const state = states.find((s) => s.device === device)!;
  const ready = state.available ? '' : ` (skipped: ${state.reason})`;
  it.skipIf(!state.available).each([
    ['', {}],
    ['with activation checkpointing', { checkpointing: true }],
    ['with a frozen prefix', { freezeLayers: 1, trainRelativeBias: false }],
  ])(`gives the loss and the gradients of the CPU %s${ready}`, async (_, options) => {
    const [expected, found] = [await step('cpu', options), await step(device, options)];
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, reference] of Object.entries(expected)) {
      const [a, b] = [floats(reference), floats(found[name])];
      const largest = Math.max(1e-3, ...a.map(Math.abs));
      const worst = a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
      expect(worst / largest, name).toBeLessThan(1e-4);
    }
  });
});
