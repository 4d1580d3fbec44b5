import { afterAll, describe, expect, it } from 'vitest';
import { decodeModel } from '../onnx/testing/decode.ts';
import { createSession, type Session } from '../runtime/session.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { parseConfig } from './config.ts';
import { buildTrainingGraph, type TrainingGraph, type TrainingGraphOptions } from './forward.ts';
import { InputStage } from './input-stage.ts';
import { initParameters, parameterSpecs } from './parameters.ts';
import { randomBatch, randomParameters, TINY, tinyConfig } from './testing/tiny.ts';

const sessions: Session[] = [];
afterAll(async () => {
  for (const session of sessions) await session.release();
});
async function open(graph: TrainingGraph): Promise<Session> {
  const session = await createSession(graph.model, { purpose: 'training' });
  sessions.push(session);
  return session;
}
const maskFeeds = (graph: TrainingGraph, keep: (i: number) => boolean): Record<string, Tensor> =>
  Object.fromEntries(
    graph.dropoutMasks.map(({ name, dims, p }) => {
      const size = dims.reduce((a, b) => a * b, 1);
      return [
        name,
        tensor(
          Float32Array.from({ length: size }, (_, i) => (keep(i) ? 1 / (1 - p) : 0)),
          dims,
        ),
      ];
    }),
  );

describe('one training step', () => {
  it('as the trainer takes it: feeds, run, gradients, update; the loss falls', async () => {
    const config = tinyConfig({ hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.2 });
    const parameters = initParameters(config, 42);
    const gradients = new Map(parameterSpecs(config).map((s) => [s.name, new Float32Array(s.size)]));
    const batch = randomBatch(config, [12, 9], 5);

    const graph = buildTrainingGraph(config, { batch: 2, textLength: 12, trainRelativeBias: true });
    const session = await open(graph);
    const stage = new InputStage(graph);
    const parameterFeeds = stage.parameterFeeds(parameters); // views: made once
    const losses: number[] = [];
    for (let step = 0; step < 30; step++) {
      const target = stage.targetFeed(batch.labels); // divided by the number of labelled tokens
      const results = await session.run({
        ...parameterFeeds,
        ...stage.batchFeeds(parameters, batch),
        ...target.feeds,
        ...maskFeeds(graph, (i) => (i * 7 + step) % 10 !== 0),
      });
      for (const g of gradients.values()) g.fill(0);
      for (const { name, gradient } of graph.parameters)
        if (gradient) gradients.get(name)!.set(floats(results[gradient]));
      stage.addGatheredGradients(results, batch, gradients);
      for (const [name, g] of gradients) {
        const values = parameters.get(name)!;
        for (let i = 0; i < g.length; i++) values[i] -= 0.5 * g[i];
      }
      losses.push(floats(results[graph.outputs.loss])[0]);
    }
    expect(losses[0]).toBeCloseTo(Math.log(5), 1); // uniform over 5 labels at the start
    expect(losses.at(-1)).toBeLessThan(0.6 * losses[0]);
    expect(losses.every(Number.isFinite)).toBe(true);
  });
});

/** Loss and all gradients of one run. */
async function run(
  changes: object,
  options: Partial<TrainingGraphOptions>,
  lengths = [10, 6],
  lossScale = 1,
) {
  const config = tinyConfig({ hidden_dropout_prob: 0, attention_probs_dropout_prob: 0, ...changes });
  const parameters = randomParameters(config, 8);
  const textLength = Math.max(...lengths);
  const graph = buildTrainingGraph(config, { batch: lengths.length, textLength, ...options });
  const batch = randomBatch(config, lengths, 9, graph.visual);
  const session = await open(graph);
  const stage = new InputStage(graph);
  const evaluate = async (fetches?: string[]) =>
    session.run(
      {
        ...stage.parameterFeeds(parameters),
        ...stage.batchFeeds(parameters, batch),
        ...stage.targetFeed(batch.labels).feeds,
        ...maskFeeds(graph, (i) => i % 3 !== 0),
        ...(graph.inputs.lossScale
          ? { [graph.inputs.lossScale.name]: tensor(new Float32Array([lossScale]), []) }
          : {}),
      },
      fetches,
    );
  const results = await evaluate();
  const gradients = new Map(
    parameterSpecs(config)
      .filter((s) => !graph.withoutGradient.includes(s.name))
      .map((s) => [s.name, new Float32Array(s.size)]),
  );
  for (const { name, gradient } of graph.parameters)
    if (gradient) gradients.get(name)!.set(floats(results[gradient]));
  stage.addGatheredGradients(results, batch, gradients);
  const loss = async () => floats((await evaluate(['loss'])).loss)[0];
  return { config, graph, parameters, batch, gradients, loss, results };
}

describe('gradients of the whole model', () => {
  it.each([
    ['images, trained relative biases', {}, { trainRelativeBias: true }],
    ['dropout everywhere', { hidden_dropout_prob: 0.2, attention_probs_dropout_prob: 0.1 }, {}],
    ['two-layer head with its own dropout', { num_labels: 11, classifier_dropout: 0.3 }, {}],
    ['text only', {}, { visual: false, trainRelativeBias: true }],
    ['no relative bias', { has_relative_attention_bias: false }, {}],
  ])('agree with finite differences along random directions: %s', async (_, changes, options) => {
    const { parameters, gradients, loss } = await run(changes, options);
    for (const [name, gradient] of gradients) {
      const values = parameters.get(name)!;
      const before = values.slice();
      const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
      if (norm < 1e-5) continue; // key biases: softmax does not see them
      // Along the gradient itself the slope is its norm: the direction with the most signal in float32.
      const epsilon = 2e-2 / (1 + norm);
      const shift = (sign: number) => {
        for (let i = 0; i < values.length; i++) values[i] = before[i] + (sign * epsilon * gradient[i]) / norm;
      };
      shift(1);
      const above = await loss();
      shift(-1);
      const below = await loss();
      values.set(before);
      expect(Math.abs((above - below) / (2 * epsilon) - norm), name).toBeLessThan(0.02 * norm + 2e-3);
    }
  });
});

describe('buildTrainingGraph', () => {
  it('freezes the relative-bias tables by default and says so', async () => {
    const frozen = buildTrainingGraph(tinyConfig(), { batch: 1, textLength: 8 });
    expect(frozen.withoutGradient).toEqual([
      'layoutlmv3.encoder.rel_pos_bias.weight',
      'layoutlmv3.encoder.rel_pos_x_bias.weight',
      'layoutlmv3.encoder.rel_pos_y_bias.weight',
    ]);
    expect(frozen.outputs.attentionBias).toBeNull();
    const trained = buildTrainingGraph(tinyConfig(), { batch: 1, textLength: 8, trainRelativeBias: true });
    expect(trained.withoutGradient).toEqual([]);
  });

  it('gives visual tensors no gradient in text-only mode', () => {
    const { withoutGradient, inputs } = buildTrainingGraph(tinyConfig(), {
      batch: 1,
      textLength: 8,
      visual: false,
    });
    expect(inputs.patches).toBeNull();
    expect(withoutGradient.filter((name) => !name.includes('rel_pos'))).toEqual([
      'layoutlmv3.cls_token',
      'layoutlmv3.pos_embed',
      'layoutlmv3.patch_embed.proj.weight',
      'layoutlmv3.patch_embed.proj.bias',
      'layoutlmv3.LayerNorm.weight',
      'layoutlmv3.LayerNorm.bias',
      'layoutlmv3.norm.weight',
      'layoutlmv3.norm.bias',
    ]);
  });

  it('drops at every site of LayoutLMv3', () => {
    const sites = (changes: object, visual = true) =>
      buildTrainingGraph(tinyConfig({ num_hidden_layers: 1, ...changes }), {
        batch: 1,
        textLength: 8,
        visual,
      }).dropoutMasks.map(({ name, p }) => `${name} ${p}`);
    const layer = ['attention_probs 0.3', 'attention 0.1', 'output 0.1'].map((s) => `dropout.layer.0.${s}`);
    expect(sites({ attention_probs_dropout_prob: 0.3 })).toEqual([
      'dropout.embeddings 0.1',
      'dropout.multimodal 0.1',
      ...layer,
      'dropout.classifier.input 0.1',
    ]);
    expect(sites({ attention_probs_dropout_prob: 0.3, num_labels: 10 }, false)).toEqual([
      'dropout.embeddings 0.1',
      ...layer,
      'dropout.classifier.input 0.1',
      'dropout.classifier.dense_input 0.1',
      'dropout.classifier.out_proj_input 0.1',
    ]);
    expect(
      sites({
        hidden_dropout_prob: 0,
        attention_probs_dropout_prob: 0,
        num_labels: 10,
        classifier_dropout: 0.4,
      }),
    ).toEqual(['dropout.classifier.dense_input 0.4', 'dropout.classifier.out_proj_input 0.4']);
  });

  it('keeps the logits of a page whatever it is padded to', async () => {
    const alone = await run({}, {}, [6]);
    const config = alone.config;
    const graph = buildTrainingGraph(config, { batch: 1, textLength: 11, gradients: false });
    const session = await open(graph);
    const stage = new InputStage(graph);
    const padded = {
      ...alone.batch,
      textLength: 11,
      inputIds: [...alone.batch.inputIds, 1, 1, 1, 1, 1],
      bbox: [...alone.batch.bbox, ...new Array(20).fill(0)],
      attentionMask: [...alone.batch.attentionMask, 0, 0, 0, 0, 0],
    };
    const results = await session.run({
      ...stage.parameterFeeds(alone.parameters),
      ...stage.batchFeeds(alone.parameters, padded),
      ...stage.targetFeed([...alone.batch.labels, -100, -100, -100, -100, -100]).feeds,
    });
    const [short, long] = [floats(alone.results.logits), floats(results.logits)];
    for (let i = 0; i < 6 * 5; i++) expect(long[i]).toBeCloseTo(short[i], 4);
    expect(floats(results.loss)[0]).toBeCloseTo(floats(alone.results.loss)[0], 5);
    expect(Object.keys(results).sort()).toEqual(['logits', 'loss']);
  });

  it('refuses what the model cannot do', () => {
    const build =
      (options: Partial<TrainingGraphOptions>, changes: object = {}) =>
      () =>
        buildTrainingGraph(parseConfig({ ...TINY, ...changes }), { batch: 1, textLength: 8, ...options });
    expect(build({ textLength: 29 })).toThrow(/29 tokens, the model has positions for 1..28/);
    expect(build({ batch: 0 })).toThrow(/at least 1 row/);
    expect(build({ visual: true }, { visual_embed: false })).toThrow(/visual_embed false/);
  });
});

describe('InputStage', () => {
  const config = tinyConfig();
  const stage = new InputStage(buildTrainingGraph(config, { batch: 2, textLength: 7, gradients: false }));
  const parameters = randomParameters(config, 1);
  it('refuses batches that the graph was not built for', () => {
    const feed =
      (lengths: number[], visual = true) =>
      () =>
        stage.batchFeeds(parameters, randomBatch(config, lengths, 1, visual));
    expect(feed([7, 5])).not.toThrow();
    expect(feed([7])).toThrow('a batch of [1, 7] tokens, the graph was built for [2, 7]');
    expect(feed([7, 5], false)).toThrow('the graph was built with page images');
  });
  it('divides targets by the labelled tokens, or takes a weight', () => {
    const labels = [-100, 1, 4, -100, 0, 0, -100, -100, -100, -100, -100, -100, -100, -100];
    const { feeds, labelled } = stage.targetFeed(labels);
    expect(labelled).toBe(4);
    expect(floats(feeds.targets).slice(5, 15)).toEqual(
      new Float32Array([0, 0.25, 0, 0, 0, 0, 0, 0, 0, 0.25]),
    );
    expect(floats(stage.targetFeed(labels, 2).feeds.targets).reduce((a, b) => a + b)).toBe(8);
    expect(stage.targetFeed(labels.map(() => -100)).labelled).toBe(0);
    expect(() => stage.targetFeed(labels.map(() => 5))).toThrow('label id 5, the model has 0..4 and -100');
  });
});

describe('activation checkpointing', () => {
  it.each([
    [
      'dropout, images and trained biases',
      { hidden_dropout_prob: 0.2, attention_probs_dropout_prob: 0.1 },
      {},
    ],
    ['text only', {}, { visual: false }],
    ['under a frozen prefix', {}, { freezeLayers: 1, trainRelativeBias: false }],
  ])('gives the same loss and the same gradients, bit for bit: %s', async (_, changes, options) => {
    const shape = { num_hidden_layers: 3, ...changes };
    const settings = { trainRelativeBias: true, ...options };
    const kept = await run(shape, settings);
    const again = await run(shape, { ...settings, checkpointing: true });
    expect(floats(again.results.loss)).toEqual(floats(kept.results.loss));
    expect([...again.gradients.keys()]).toEqual([...kept.gradients.keys()]);
    // -0 and 0 are the same step.
    for (const [name, gradient] of kept.gradients)
      expect(
        again.gradients.get(name)!.map((x) => x + 0),
        name,
      ).toEqual(gradient.map((x) => x + 0));
  });

  it('keeps a fraction of the activations of a deep model, for a third more work', () => {
    const config = tinyConfig({
      num_hidden_layers: 12,
      hidden_size: 48,
      num_attention_heads: 4,
      coordinate_size: 8,
      shape_size: 8,
    });
    const shape = { batch: 2, textLength: 24 };
    const kept = buildTrainingGraph(config, shape).cost;
    const again = buildTrainingGraph(config, { ...shape, checkpointing: true }).cost;
    expect(again.peakBytes).toBeLessThan(0.35 * kept.peakBytes);
    expect(again.matrixFlops).toBeLessThan(1.34 * kept.matrixFlops);
  });
});

describe('8-bit products', () => {
  const shape = { num_hidden_layers: 3, hidden_dropout_prob: 0.2 };

  it('give every gradient its direction, and evaluation is as it was', async () => {
    const exact = await run(shape, { trainRelativeBias: true });
    const int8 = await run(shape, { trainRelativeBias: true, precision: 'int8' });
    expect(floats(int8.results.loss)[0]).not.toBe(floats(exact.results.loss)[0]);
    expect(Math.abs(floats(int8.results.loss)[0] / floats(exact.results.loss)[0] - 1)).toBeLessThan(0.02);
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);
    for (const [name, gradient] of exact.gradients) {
      const found = int8.gradients.get(name)!;
      if (dot(gradient, gradient) < 1e-8) continue; // key biases: softmax does not see them
      const cosine = dot(gradient, found) / Math.sqrt(dot(gradient, gradient) * dot(found, found));
      expect(cosine, name).toBeGreaterThan(0.99);
    }
    const evaluation = { gradients: false, dropout: false };
    expect((await run(shape, { ...evaluation, precision: 'int8' })).results.logits).toEqual(
      (await run(shape, evaluation)).results.logits,
    );
  });

  it('are the same bit for bit under activation checkpointing', async () => {
    const kept = await run(shape, { precision: 'int8' });
    const again = await run(shape, { precision: 'int8', checkpointing: true });
    for (const [name, gradient] of kept.gradients)
      expect(
        again.gradients.get(name)!.map((x) => x + 0),
        name,
      ).toEqual(gradient.map((x) => x + 0));
  });
});

describe('16-bit products', () => {
  const shape = { num_hidden_layers: 3, hidden_dropout_prob: 0.2 };
  const half = { precision: 'float16' as const };
  /** Length of the difference of all gradients as a share of theirs. */
  const distance = (a: Map<string, Float32Array>, b: Map<string, Float32Array>, factor = 1) => {
    let [difference, length] = [0, 0];
    for (const [name, values] of a)
      for (const [i, x] of values.entries()) {
        difference += (x - b.get(name)![i] * factor) ** 2;
        length += x * x;
      }
    return Math.sqrt(difference / length);
  };

  it('give the float32 loss and gradients nearly, times the loss scale, and evaluation is as it was', async () => {
    const exact = await run(shape, { trainRelativeBias: true });
    const once = await run(shape, { trainRelativeBias: true, ...half });
    const scaled = await run(shape, { trainRelativeBias: true, ...half }, [10, 6], 65536);
    const loss = floats(exact.results.loss)[0];
    expect(floats(scaled.results.loss)).toEqual(floats(once.results.loss));
    expect(Math.abs(floats(once.results.loss)[0] / loss - 1)).toBeLessThan(1e-3);
    expect(distance(exact.gradients, once.gradients)).toBeLessThan(5e-3);
    // Not the same bits: without a scale the smallest ones are rounded more coarsely.
    expect(distance(once.gradients, scaled.gradients, 1 / 65536)).toBeLessThan(1e-4);
    const evaluation = { gradients: false, dropout: false };
    expect((await run(shape, { ...evaluation, ...half })).results.logits).toEqual(
      (await run(shape, evaluation)).results.logits,
    );
  });

  // Not bit for bit: which casts ONNX Runtime drops on the CPU depends on what reads them (devices.test.ts has the same bits).
  it.each([
    ['under activation checkpointing', { checkpointing: true }],
    ['above a frozen prefix', { freezeLayers: 2 }],
  ])('are near float32 %s too', async (_, options) => {
    const exact = await run(shape, options);
    const rounded = await run(shape, { ...half, ...options }, [10, 6], 1024);
    expect(rounded.gradients.size).toBe(exact.gradients.size);
    expect(distance(exact.gradients, rounded.gradients, 1 / 1024)).toBeLessThan(5e-3);
  });

  it('keep less for the backward pass, weights cast besides', () => {
    const config = tinyConfig({
      num_hidden_layers: 12,
      hidden_size: 48,
      intermediate_size: 96,
      num_attention_heads: 4,
      coordinate_size: 8,
      shape_size: 8,
      max_position_embeddings: 130,
    });
    const size = { batch: 2, textLength: 128 };
    const exact = buildTrainingGraph(config, size).cost;
    const rounded = buildTrainingGraph(config, { ...size, ...half }).cost;
    expect(rounded.peakBytes).toBeLessThan(0.75 * exact.peakBytes);
    expect(rounded.matrixFlops).toBe(exact.matrixFlops);
  });

  it.each([false, true])('cast each weight once (activation checkpointing %s)', (checkpointing) => {
    const shape = { batch: 1, textLength: 8, ...half, checkpointing };
    const { nodes } = decodeModel(buildTrainingGraph(tinyConfig(), shape).model);
    const read = nodes.filter((n) => n.op === 'Cast').map((n) => n.inputs[0]);
    const weights = nodes.filter((n) => n.op === 'Reshape' && /encoder.*weight$/.test(n.inputs[0]));
    expect(weights).toHaveLength(0); // they are matrices already
    const cast = read.filter((name) => name.endsWith('.weight'));
    expect(cast).toHaveLength(2 * 6);
    expect(new Set(cast).size).toBe(cast.length);
  });
});

describe('a frozen prefix', () => {
  it('leaves embeddings, biases and the lower layers, and gives the others the same gradients', async () => {
    const shape = { num_hidden_layers: 3 };
    const all = await run(shape, {});
    const upper = await run(shape, { freezeLayers: 2 });
    const trained = [...upper.gradients.keys()];
    expect(trained.every((name) => /encoder\.layer\.2\.|^classifier/.test(name))).toBe(true);
    expect(trained).toContain('layoutlmv3.encoder.layer.2.output.dense.weight');
    for (const name of trained) expect(upper.gradients.get(name), name).toEqual(all.gradients.get(name));
    expect(upper.graph.cost.matrixFlops).toBeLessThan(0.7 * all.graph.cost.matrixFlops);
  });

  it('refuses more layers than there are', () => {
    expect(() => buildTrainingGraph(tinyConfig(), { batch: 1, textLength: 4, freezeLayers: 9 })).toThrow(
      /9 frozen layers, the model has/,
    );
  });
});
