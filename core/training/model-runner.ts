import type { SpecialIds } from '../encoding/tokenizer.ts';
import { GalleyError } from '../errors/galley-error.ts';
import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';
import { buildTrainingGraph, type TrainingGraph, type TrainingPrecision } from '../layoutlmv3/forward.ts';
import { InputStage, Scratch } from '../layoutlmv3/input-stage.ts';
import { createSession, type Device, type Session } from '../runtime/session.ts';
import { floats, type Tensor } from '../runtime/tensor.ts';
import { type AugmentOptions, type BatchBuffers, createBatchBuffers, fillBatch } from './collate.ts';
import type { Example } from './examples.ts';
import type { AdamWSettings } from './kernels/kernels.ts';
import type { Runner } from './runner.ts';
import { RunnerBase } from './runner-base.ts';
import type { StepOutcome, TrainingState } from './state.ts';
import type { TargetOptions } from './targets.ts';

export interface RunnerOptions {
  readonly config: LayoutLMv3Config;
  readonly ids: SpecialIds;
  readonly visual: boolean;
  readonly batch: number;
  readonly evalBatch: number;
  readonly device: Device;
  readonly trainRelativeBias: boolean;
  readonly targets: TargetOptions;
  readonly augment: AugmentOptions;
  readonly seed: number;
  /** Padded text lengths a training batch may have, ascending. */
  readonly buckets: readonly number[];
  /** Keep only each encoder layer's input for the backward pass. */
  readonly checkpointing?: boolean;
  /** Embeddings, relative biases and this many encoder layers are left as they are. */
  readonly freezeLayers?: number;
  /** Of the encoder's products; evaluation is float32 in any case. */
  readonly precision?: TrainingPrecision;
  /** Threads of one operator; ONNX Runtime's own choice unless given. */
  readonly threads?: number;
}

/** A batch ready to be fed: windows of one length bucket and the pixels of their pages. */
export interface BatchInput {
  readonly examples: readonly Example[];
  /** [C, S, S] each; absent in text-only mode. */
  readonly pixelValues?: readonly Float32Array[];
  readonly textLength: number;
}

/** Milliseconds spent so far, by what took them. */
export interface TimeSpent {
  feeds: number;
  session: number;
  gradients: number;
}

interface Lane {
  readonly graph: TrainingGraph;
  readonly session: Session;
  readonly stage: InputStage;
  readonly buffers: BatchBuffers;
  readonly parameterFeeds: Readonly<Record<string, Tensor>>;
  readonly targets: Tensor & { readonly data: Float32Array };
  /** Outputs that are filled in place: loss, logits, and gradients straight into the training state. */
  readonly places: Readonly<Record<string, Tensor>>;
}

const count = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

/** Builds what one length needs on first use: one session per bucket for training, one for evaluation. */
export class ModelRunner extends RunnerBase implements Runner {
  readonly #options: RunnerOptions;
  readonly #state: TrainingState;
  readonly #scratch = new Scratch();
  readonly #lanes = new Map<string, Promise<Lane>>();
  /** Tables whose gradients are added row by row, so that they must start from zero. */
  readonly #gathered: Set<string>;

  constructor(options: RunnerOptions, state: TrainingState) {
    const graph = graphOf(options, options.buckets[options.buckets.length - 1], true);
    super(options, Math.max(0, ...graph.dropoutMasks.map((mask) => count(mask.dims))));
    this.#options = options;
    this.#state = state;
    this.#gathered = new Set(graph.gathered.filter((table) => table.trained).map((table) => table.name));
  }

  /** The gradient lands in the training state, times the loss scale. */
  async train(input: BatchInput, share: number, first: boolean): Promise<number> {
    const lane = await this.#lane(input.textLength, true);
    const { graph, stage, buffers, targets } = lane;
    const started = performance.now();
    if (first) this.#state.zeroGradients(this.#gathered);
    this.fill(buffers, input, share, targets.data);
    const feeds: Record<string, Tensor> = {
      ...lane.parameterFeeds,
      ...stage.batchFeeds(this.#state.parameters, buffers),
      ...this.scaleFeed(graph.inputs.lossScale?.name ?? null),
      [graph.inputs.targets.name]: targets,
    };
    for (const { name, dims, p } of graph.dropoutMasks)
      feeds[name] = { dtype: 'float32', dims, data: this.masks.mask(count(dims), p) };
    const fed = performance.now();
    const results = await lane.session.run(feeds, first ? lane.places : Object.keys(lane.places));
    const ran = performance.now();
    for (const { name, gradient } of graph.parameters)
      if (gradient !== null) this.#state.takeGradient(name, floats(results[gradient], gradient), first);
    stage.addGatheredGradients(results, buffers, this.#state.gradients);
    this.time.feeds += fed - started;
    this.time.session += ran - fed;
    this.time.gradients += performance.now() - ran;
    return floats(results[graph.outputs.loss])[0];
  }

  async update(settings: AdamWSettings, step: number, maxNorm: number): Promise<StepOutcome> {
    const outcome = this.#state.update(settings, step, maxNorm, this.scale?.scale);
    this.scale?.step(Number.isFinite(outcome.gradientNorm));
    return outcome;
  }

  /** Nothing to do: weights and moments lie in the training state. */
  async download(): Promise<void> {}

  async upload(): Promise<void> {}

  async predict(input: BatchInput): Promise<Float32Array> {
    const lane = await this.#lane(input.textLength, false);
    const { graph, stage, buffers, targets } = lane;
    fillBatch(buffers, input.examples, this.#options.ids, input.pixelValues);
    const feeds = {
      ...lane.parameterFeeds,
      ...stage.batchFeeds(this.#state.parameters, buffers),
      [graph.inputs.targets.name]: targets,
    };
    const results = await lane.session.run(feeds, lane.places);
    return floats(results[graph.outputs.logits.name]);
  }

  async release(): Promise<void> {
    for (const lane of this.#lanes.values()) await (await lane).session.release();
    this.#lanes.clear();
  }

  #lane(textLength: number, training: boolean): Promise<Lane> {
    const key = `${training ? 'train' : 'evaluate'} ${textLength}`;
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = this.#createLane(textLength, training);
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  async #createLane(textLength: number, training: boolean): Promise<Lane> {
    const { config, visual, device, threads } = this.#options;
    const graph = graphOf(this.#options, textLength, training);
    const session = await createSession(graph.model, {
      device,
      purpose: 'training',
      ...(threads === undefined ? {} : { threads }),
    });
    const stage = new InputStage(graph, this.#scratch);
    const fresh = (dims: readonly number[], name?: string) => ({
      dtype: 'float32' as const,
      dims,
      data: name ? this.#scratch.take(name, count(dims)) : new Float32Array(count(dims)),
    });
    const places: Record<string, Tensor> = {
      [graph.outputs.loss]: fresh([]),
      [graph.outputs.logits.name]: fresh(graph.outputs.logits.dims),
    };
    for (const output of [graph.outputs.textEmbeddings, graph.outputs.attentionBias])
      if (output) places[output.name] = fresh(output.dims);
    for (const { name, dims, gradient } of graph.parameters) {
      if (gradient === null) continue;
      const data = this.#state.gradients.get(name);
      if (!data) throw new GalleyError('graph', 'a gradient without a place for it', { where: name });
      places[gradient] = { dtype: 'float32', dims, data };
    }
    return {
      graph,
      session,
      stage,
      buffers: createBatchBuffers(config, graph.batch, textLength, visual),
      parameterFeeds: stage.parameterFeeds(this.#state.parameters),
      targets: fresh(graph.inputs.targets.dims),
      places,
    };
  }
}

function graphOf(options: RunnerOptions, textLength: number, training: boolean): TrainingGraph {
  const { config, batch, evalBatch, visual, trainRelativeBias, checkpointing, freezeLayers, precision } =
    options;
  return buildTrainingGraph(config, {
    batch: training ? batch : evalBatch,
    textLength,
    visual,
    dropout: training,
    trainRelativeBias,
    gradients: training,
    checkpointing,
    freezeLayers,
    precision,
  });
}

/** Which tensors a training of this kind updates, asked of a graph as it will be built. */
export function trainableNames(
  config: LayoutLMv3Config,
  options: Pick<RunnerOptions, 'visual' | 'trainRelativeBias' | 'freezeLayers'>,
): Set<string> {
  const { visual, trainRelativeBias, freezeLayers } = options;
  const graph = buildTrainingGraph(config, {
    batch: 1,
    textLength: 1,
    visual,
    trainRelativeBias,
    freezeLayers,
  });
  return new Set([
    ...graph.parameters.filter((p) => p.gradient !== null).map((p) => p.name),
    ...graph.gathered.filter((table) => table.trained).map((table) => table.name),
  ]);
}
