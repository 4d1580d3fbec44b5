import { parameterSpecs } from '../layoutlmv3/parameters.ts';
import { buildResidentGraph, type ResidentGraph } from '../layoutlmv3/resident-graph.ts';
import { ResidentInputs } from '../layoutlmv3/resident-inputs.ts';
import { type DeviceTensor, ResidentSession } from '../runtime/resident-session.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { type BatchBuffers, createBatchBuffers, fillBatch } from './collate.ts';
import { type AdamWSettings, clipFactor } from './kernels/kernels.ts';
import type { BatchInput, RunnerOptions } from './model-runner.ts';
import { ResidentState } from './resident-state.ts';
import type { Runner } from './runner.ts';
import { RunnerBase } from './runner-base.ts';
import type { StepOutcome, TrainingState } from './state.ts';

/** `first`: gradients replace those before; `next`: they are added to them. */
type Purpose = 'first' | 'next' | 'evaluate';

interface Lane {
  readonly graph: ResidentGraph;
  readonly session: ResidentSession;
  readonly inputs: ResidentInputs;
  readonly buffers: BatchBuffers;
  readonly targets: Tensor & { readonly data: Float32Array };
}

/**
 * Runs a training whose parameters, gradients, moments and dropout pools stay on the device: a step feeds ids, coordinates,
 * pixels and targets, and fetches the loss, the logits and one number, the norm of the gradient. Random numbers are drawn as
 * `ModelRunner` draws them, so that both take the same steps but for rounding.
 */
export class ResidentRunner extends RunnerBase implements Runner {
  readonly #options: RunnerOptions;
  readonly #resident: ResidentState;
  readonly #lanes = new Map<string, Promise<Lane>>();
  readonly #pools = new Map<number, DeviceTensor>();
  /** Whether the device has what the training state had when it was last loaded. */
  #uploaded = false;
  #squareNorm = 0;

  constructor(options: RunnerOptions, state: TrainingState) {
    // The length of the pool follows from the windows that are cut from it.
    const probe = graphOf(options, options.buckets[options.buckets.length - 1], 'first', 1);
    super(options, Math.max(0, ...probe.dropoutWindows.map((window) => window.size)));
    this.#options = options;
    const specs = parameterSpecs(options.config);
    this.#resident = new ResidentState(options.device, state, probe.parameters, specs);
  }

  async train(input: BatchInput, share: number, first: boolean): Promise<number> {
    await this.#ready();
    const lane = await this.#lane(input.textLength, first ? 'first' : 'next');
    const { graph, buffers, targets } = lane;
    const started = performance.now();
    this.fill(buffers, input, share, targets.data);
    const feeds: Record<string, Tensor | DeviceTensor> = {
      ...this.#resident.feeds(graph.parameters),
      ...this.#resident.gradientFeeds(graph.parameters),
      ...lane.inputs.batchFeeds(buffers),
      ...this.scaleFeed(graph.lossScale),
      targets,
    };
    for (const { start, end, size } of graph.dropoutWindows) {
      const offset = this.masks.offset(size);
      feeds[start] = tensor(BigInt64Array.of(BigInt(offset)), [1]);
      feeds[end] = tensor(BigInt64Array.of(BigInt(offset + size)), [1]);
    }
    for (const { name, p } of graph.pools) feeds[name] = await this.#pool(p);
    if (first) this.#resident.dropGradients();
    const fed = performance.now();
    const { fetched, kept } = await lane.session.run(feeds);
    const ran = performance.now();
    this.#resident.takeGradients(graph.parameters, kept);
    this.#squareNorm = graph.outputs.squareNorm ? floats(fetched[graph.outputs.squareNorm])[0] : 0;
    this.time.feeds += fed - started;
    this.time.session += ran - fed;
    return floats(fetched[graph.outputs.loss])[0];
  }

  async update(settings: AdamWSettings, step: number, maxNorm: number): Promise<StepOutcome> {
    const started = performance.now();
    const scale = this.scale?.scale ?? 1;
    const gradientNorm = Math.sqrt(this.#squareNorm) / scale;
    if (Number.isFinite(gradientNorm))
      await this.#resident.update(settings, step, clipFactor(gradientNorm, maxNorm) / scale);
    this.scale?.step(Number.isFinite(gradientNorm));
    this.time.gradients += performance.now() - started;
    return { gradientNorm };
  }

  async predict(input: BatchInput): Promise<Float32Array> {
    await this.#ready();
    const lane = await this.#lane(input.textLength, 'evaluate');
    fillBatch(lane.buffers, input.examples, this.#options.ids, input.pixelValues);
    const { fetched } = await lane.session.run({
      ...this.#resident.feeds(lane.graph.parameters),
      ...lane.inputs.batchFeeds(lane.buffers),
      targets: lane.targets,
    });
    return floats(fetched[lane.graph.outputs.logits.name]);
  }

  async download(): Promise<void> {
    if (this.#uploaded) await this.#resident.download();
  }

  /** The next run takes weights and moments from the training state. */
  async upload(): Promise<void> {
    this.#uploaded = false;
  }

  async release(): Promise<void> {
    for (const lane of this.#lanes.values()) await (await lane).session.release();
    this.#lanes.clear();
    for (const pool of this.#pools.values()) pool.dispose();
    this.#pools.clear();
    await this.#resident.release();
    this.#uploaded = false;
  }

  async #ready(): Promise<void> {
    if (this.#uploaded) return;
    await this.#resident.upload();
    this.#uploaded = true;
  }

  async #pool(p: number): Promise<DeviceTensor> {
    const known = this.#pools.get(p);
    if (known) return known;
    const values = this.masks.pool(p);
    const pool = await this.#resident.memory.upload(tensor(values, [values.length]));
    this.#pools.set(p, pool);
    return pool;
  }

  #lane(textLength: number, purpose: Purpose): Promise<Lane> {
    const key = `${purpose} ${textLength}`;
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = this.#createLane(textLength, purpose);
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  async #createLane(textLength: number, purpose: Purpose): Promise<Lane> {
    const { config, visual, device, threads } = this.#options;
    const graph = graphOf(this.#options, textLength, purpose, this.masks.poolLength);
    const session = await ResidentSession.create(graph.model, {
      device,
      kept: graph.parameters.flatMap(({ gradient }) => gradient ?? []),
      ...(threads === undefined ? {} : { threads }),
    });
    const dims = [graph.batch * textLength, config.labels.size];
    return {
      graph,
      session,
      inputs: new ResidentInputs(graph),
      buffers: createBatchBuffers(config, graph.batch, textLength, visual),
      targets: { dtype: 'float32', dims, data: new Float32Array(dims[0] * dims[1]) },
    };
  }
}

function graphOf(
  options: RunnerOptions,
  textLength: number,
  purpose: Purpose,
  poolLength: number,
): ResidentGraph {
  const { config, batch, evalBatch, visual, trainRelativeBias, checkpointing, freezeLayers, precision } =
    options;
  const training = purpose !== 'evaluate';
  return buildResidentGraph(config, {
    batch: training ? batch : evalBatch,
    textLength,
    visual,
    dropout: training,
    trainRelativeBias,
    gradients: training,
    accumulate: purpose === 'next',
    checkpointing,
    freezeLayers,
    precision,
    poolLength,
  });
}
