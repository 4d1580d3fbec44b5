import { describe, expect, it } from 'vitest';
import { listDevices } from '../runtime/device.ts';
import { ResidentSession } from '../runtime/resident-session.ts';
import { createSession, type Device } from '../runtime/session.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { buildTrainingGraph, type TrainingGraphOptions } from './forward.ts';
import { InputStage } from './input-stage.ts';
import { parameterSpecs } from './parameters.ts';
import { buildResidentGraph, type ResidentGraphOptions } from './resident-graph.ts';
import { ResidentInputs } from './resident-inputs.ts';
import { randomBatch, randomParameters, tinyConfig } from './testing/tiny.ts';

type Arrays = Map<string, Float32Array>;
interface Case {
  readonly config?: object;
  readonly options?: Partial<TrainingGraphOptions & ResidentGraphOptions>;
}

const POOL = 20_000;
/** A pool of masks for one probability, and the place where the window of the n-th site begins. */
const pool = (p: number) =>
  Float32Array.from({ length: POOL }, (_, i) => ((i * 7 + (i >> 3)) % 5 === 0 ? 0 : 1 / (1 - p)));
const offset = (site: number) => 13 * site + 5;

const lengths = [12, 7];
const setting = { hidden_dropout_prob: 0.2, attention_probs_dropout_prob: 0.1 };
const shape = { batch: 2, textLength: 12 };

/** Loss, logits and every gradient by parameter, embeddings and biases computed outside the graph. */
async function outside({ config: changes, options }: Case): Promise<Arrays> {
  const config = tinyConfig({ ...setting, ...changes });
  const parameters = randomParameters(config, 8);
  const batch = randomBatch(config, lengths, 9, options?.visual ?? true);
  const graph = buildTrainingGraph(config, { ...shape, ...options });
  const session = await createSession(graph.model, { purpose: 'training' });
  const stage = new InputStage(graph);
  const masks = graph.dropoutMasks.map(({ name, dims, p }, site) => {
    const size = dims.reduce((a, b) => a * b, 1);
    return [name, tensor(pool(p).subarray(offset(site), offset(site) + size), dims)] as const;
  });
  const results = await session.run({
    ...stage.parameterFeeds(parameters),
    ...stage.batchFeeds(parameters, batch),
    ...stage.targetFeed(batch.labels).feeds,
    ...Object.fromEntries(masks),
  });
  await session.release();
  const gradients: Arrays = new Map(parameterSpecs(config).map((s) => [s.name, new Float32Array(s.size)]));
  stage.addGatheredGradients(results, batch, gradients);
  for (const { name, gradient } of graph.parameters)
    if (gradient) gradients.set(name, floats(results[gradient]));
  const trained = new Set([
    ...graph.parameters.filter((p) => p.gradient).map((p) => p.name),
    ...graph.gathered.filter((table) => table.trained).map((table) => table.name),
  ]);
  return new Map([
    ['loss', floats(results.loss)],
    ['logits', floats(results.logits)],
    ...[...gradients].filter(([name]) => trained.has(name)),
  ]);
}

/** The same from ids, by the graph whose weights stay on the device. */
async function inside(device: Device, { config: changes, options }: Case): Promise<Arrays> {
  const config = tinyConfig({ ...setting, ...changes });
  const parameters = randomParameters(config, 8);
  const batch = randomBatch(config, lengths, 9, options?.visual ?? true);
  const graph = buildResidentGraph(config, { ...shape, poolLength: POOL, ...options });
  const session = await ResidentSession.create(graph.model, { device, kept: [] });
  const labels = batch.labels.filter((l) => l !== -100).length;
  const targets = new Float32Array(batch.labels.length * config.labels.size);
  for (const [i, label] of batch.labels.entries())
    if (label !== -100) targets[i * config.labels.size + label] = 1 / labels;
  const feeds: Record<string, Tensor> = {
    ...new ResidentInputs(graph).batchFeeds(batch),
    targets: tensor(targets, [batch.labels.length, config.labels.size]),
  };
  for (const { name, p } of graph.pools) feeds[name] = tensor(pool(p), [POOL]);
  for (const [site, { start, end, size }] of graph.dropoutWindows.entries()) {
    feeds[start] = tensor(BigInt64Array.of(BigInt(offset(site))), [1]);
    feeds[end] = tensor(BigInt64Array.of(BigInt(offset(site) + size)), [1]);
  }
  for (const { name, parameter, dims, column, accumulated } of graph.parameters) {
    const whole = parameters.get(parameter)!;
    const width = whole.length / dims[0];
    const part = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) =>
      column === undefined ? whole[i] : whole[Math.floor(i / dims[1]) * width + column + (i % dims[1])],
    );
    feeds[name] = tensor(part, dims);
    if (accumulated) feeds[accumulated] = tensor(new Float32Array(part.length).fill(0.5), dims);
  }
  const { fetched } = await session.run(feeds);
  await session.release();
  const found: Arrays = new Map([
    ['loss', floats(fetched.loss)],
    ['logits', floats(fetched.logits)],
  ]);
  let squares = 0;
  for (const { parameter, dims, column, gradient } of graph.parameters) {
    if (!gradient) continue;
    const part = floats(fetched[gradient]);
    for (const x of part) squares += x * x;
    const whole = found.get(parameter) ?? new Float32Array(parameters.get(parameter)!.length);
    const width = whole.length / dims[0];
    for (const [i, x] of part.entries())
      whole[column === undefined ? i : Math.floor(i / dims[1]) * width + column + (i % dims[1])] = x;
    found.set(parameter, whole);
  }
  const norm = floats(fetched.square_norm)[0];
  expect(Math.abs(norm - squares) / squares).toBeLessThan(1e-4);
  return found;
}

const states = await listDevices();
const cases: [string, Case][] = [
  ['', {}],
  ['with trained relative biases', { options: { trainRelativeBias: true } }],
  ['with activation checkpointing', { options: { checkpointing: true } }],
  ['with a frozen prefix', { options: { freezeLayers: 1 } }],
  ['without pictures', { options: { visual: false, trainRelativeBias: true } }],
  ['without relative biases', { config: { has_relative_attention_bias: false } }],
  ['without the bias in two dimensions', { config: { has_spatial_attention_bias: false } }],
  ['without dropout', { options: { dropout: false } }],
  ['with the words in pieces', { options: { largestBinding: 40 * 9 * 4 } }],
];

describe.each(['cpu', 'webgpu', 'cuda'] as const)(
  'the training graph with everything inside, on %s',
  (device) => {
    const state = states.find((s) => s.device === device)!;
    const ready = state.available ? '' : ` (skipped: ${state.reason})`;

    it.skipIf(!state.available).each(cases)(
      `gives the loss and gradients of the other form %s${ready}`,
      async (_, given) => {
        const [expected, found] = [await outside(given), await inside(device, given)];
        expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
        for (const [name, a] of expected) {
          const b = found.get(name)!;
          const largest = a.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-3);
          const worst = a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
          expect(worst / largest, name).toBeLessThan(1e-4);
        }
      },
    );

    it.skipIf(!state.available)(`adds gradients to those of the micro-batch before${ready}`, async () => {
      const [alone, added] = [
        await inside(device, {}),
        await inside(device, { options: { accumulate: true } }),
      ];
      for (const [name, a] of alone) {
        if (name === 'loss' || name === 'logits') continue;
        const b = added.get(name)!;
        const worst = a.reduce((most, x, i) => Math.max(most, Math.abs(x + 0.5 - b[i])), 0);
        expect(worst, name).toBeLessThan(1e-5);
      }
    });
  },
);
