/**
 * One training step of a whole model as the trainer takes it (feeds, run, gradients into their places), on
 * random pages: where its time goes, and its memory.
 *
 *   node bench/training-step.ts [--model configs/models/galley-nano] [--batch 4] [--text 253] [--profile] [--threads 1]
 *     [--precision int8]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseConfig } from '../core/layoutlmv3/config.ts';
import { buildTrainingGraph, type TrainingPrecision } from '../core/layoutlmv3/forward.ts';
import { InputStage } from '../core/layoutlmv3/input-stage.ts';
import { initParameters, parameterSpecs } from '../core/layoutlmv3/parameters.ts';
import { arenaFloats, createArena } from '../core/runtime/arena.ts';
import { createSession } from '../core/runtime/session.ts';
import { type Tensor, tensor } from '../core/runtime/tensor.ts';
import { profilePrefix, profileTable } from './profile.ts';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string', default: 'configs/models/galley-nano' },
    batch: { type: 'string', default: '4' },
    text: { type: 'string', default: '253' },
    runs: { type: 'string', default: '6' },
    threads: { type: 'string' },
    precision: { type: 'string', default: 'float32' },
    profile: { type: 'boolean', default: false },
  },
});
const [batch, textLength, runs] = [Number(flags.batch), Number(flags.text), Number(flags.runs)];
const config = parseConfig(JSON.parse(readFileSync(join(flags.model, 'config.json'), 'utf8')));

const specs = parameterSpecs(config);
const arena = createArena(specs.reduce((n, s) => n + 2 * arenaFloats(s.size), 0));
const parameters = initParameters(config, 1, (s) => arena.take(s.size));
const gradients = new Map(specs.map((s) => [s.name, arena.take(s.size)]));
const graph = buildTrainingGraph(config, {
  batch,
  textLength,
  precision: flags.precision as TrainingPrecision,
});
const prefix = profilePrefix();
const session = await createSession(graph.model, {
  purpose: 'training',
  ...(flags.threads ? { threads: Number(flags.threads) } : {}),
  ...(flags.profile ? { profile: prefix } : {}),
});
const stage = new InputStage(graph);
const size = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);
const int = (below: number) => Math.floor(Math.random() * below);

const tokens = batch * textLength;
const bbox = Int32Array.from({ length: tokens * 4 }, (_, i) => (i % 4 < 2 ? int(500) : 500 + int(500)));
const input = {
  batch,
  textLength,
  inputIds: Int32Array.from({ length: tokens }, () => 4 + int(config.vocabSize - 4)),
  bbox,
  attentionMask: new Uint8Array(tokens).fill(1),
  ...(graph.visual
    ? {
        pixelValues: Float32Array.from({ length: batch * config.numChannels * config.inputSize ** 2 }, () =>
          Math.random(),
        ),
      }
    : {}),
};
const labels = Int32Array.from({ length: tokens }, () => int(config.labels.size));
const masks: Record<string, Tensor> = Object.fromEntries(
  graph.dropoutMasks.map(({ name, dims, p }) => [
    name,
    tensor(
      Float32Array.from({ length: size(dims) }, () => (Math.random() < p ? 0 : 1 / (1 - p))),
      dims,
    ),
  ]),
);
const places: Record<string, Tensor> = {};
for (const { name, dims, gradient } of graph.parameters)
  if (gradient) places[gradient] = tensor(gradients.get(name)!, dims);
for (const o of [graph.outputs.logits, graph.outputs.textEmbeddings])
  if (o) places[o.name] = tensor(new Float32Array(size(o.dims)), o.dims);
places[graph.outputs.loss] = tensor(new Float32Array(1), []);

const parameterFeeds = stage.parameterFeeds(parameters);
const parts = { feeds: [] as number[], run: [] as number[], gathered: [] as number[] };
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return flags.threads === '1' ? (user + system) / 1000 : performance.now();
};
for (let i = 0; i < runs + 2; i++) {
  const t0 = cpu();
  const feeds = {
    ...parameterFeeds,
    ...stage.batchFeeds(parameters, input),
    ...stage.targetFeed(labels).feeds,
    ...masks,
  };
  const t1 = cpu();
  const results = await session.run(feeds, places);
  const t2 = cpu();
  stage.addGatheredGradients(results, input, gradients);
  const t3 = cpu();
  if (i < 2) continue;
  parts.feeds.push(t1 - t0);
  parts.run.push(t2 - t1);
  parts.gathered.push(t3 - t2);
}
await session.release();
const best = (times: number[]) => `${Math.min(...times).toFixed(1)} ms`;
console.log(
  `${flags.model}, batch ${batch}, ${graph.length} tokens: feeds ${best(parts.feeds)}, run ${best(parts.run)}, ` +
    `gathered gradients ${best(parts.gathered)}; peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB` +
    `${flags.threads === '1' ? ' (processor time, one thread)' : ''}`,
);
if (flags.profile) console.log(profileTable(prefix).join('\n'));
