import { parameterSpecs } from '../layoutlmv3/parameters.ts';
import { ResidentInputs } from '../layoutlmv3/resident-inputs.ts';
import { DTYPES } from '../onnx/dtype.ts';
import { ResidentSession } from '../runtime/resident-session.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { type BatchBuffers, createBatchBuffers } from './collate.ts';
import { type AdamWSettings, adamWFactors } from './kernels/kernels.ts';
import { buildLoopGraph, type LoopGraph, STEP_FACTORS, stackName } from './loop-graph.ts';
import { LoopPace } from './loop-pace.ts';
import { type BatchInput, ModelRunner, type RunnerOptions } from './model-runner.ts';
import type { StepOutcome, TrainingState } from './state.ts';

/** Steps of one run at most: they are what stopping waits for, and their feeds lie in memory side by side. */
const MOST_STEPS = 32;
/** Feeds a clipping norm of 0 (none) stands for. */
const NO_CLIPPING = 3e38;

interface Lane {
  readonly graph: LoopGraph;
  readonly session: ResidentSession;
  readonly inputs: ResidentInputs;
  readonly buffers: BatchBuffers;
  readonly stacks: ReadonlyMap<string, Tensor>;
  readonly pools: Readonly<Record<string, Tensor>>;
}

/**
 * Takes several optimizer steps in one run of a `Loop` (loop-graph.ts): for CUDA, where the binding brings every result back to
 * the CPU, so that weights and moments cross the bus once a run and not once a step. All windows are padded to the longest
 * length there is, so that how steps are put together changes nothing. Everything else is a `ModelRunner`'s.
 */
export class LoopRunner extends ModelRunner {
  readonly #options: RunnerOptions;
  readonly #state: TrainingState;
  readonly #most: number;
  readonly #fixed: number | null;
  #lane: Promise<Lane> | null = null;
  readonly #pace: LoopPace;

  /** @param steps of each run; without it as many as take about two seconds, found while training */
  constructor(options: RunnerOptions, state: TrainingState, steps: number | null = null) {
    super(options, state);
    this.#options = options;
    this.#state = state;
    this.#fixed = steps;
    this.#most = steps ?? MOST_STEPS;
    this.#pace = new LoopPace(this.#most);
  }

  override async release(): Promise<void> {
    await (await this.#lane)?.session.release();
    this.#lane = null;
    await super.release();
  }

  override stepsAtOnce(): number {
    return this.#fixed ?? this.#pace.steps;
  }

  override async trainSteps(
    inputs: readonly BatchInput[],
    updates: readonly AdamWSettings[],
    firstUpdate: number,
    maxNorm: number,
  ): Promise<readonly (StepOutcome & { readonly loss: number })[]> {
    this.#lane ??= this.#createLane();
    const lane = await this.#lane;
    const started = performance.now();
    for (const [i, input] of inputs.entries()) this.#fill(lane, input, i);
    for (const [i, settings] of updates.entries()) {
      const factors = adamWFactors(settings, firstUpdate + i);
      const plainKeep = adamWFactors({ ...settings, weightDecay: 0 }, firstUpdate + i).keep;
      for (const name of STEP_FACTORS)
        (lane.stacks.get(name)!.data as Float32Array)[i] = { ...factors, plainKeep }[name];
    }
    const fed = performance.now();
    const { fetched } = await lane.session.run(this.#feeds(lane, inputs.length, updates[0], maxNorm));
    const ran = performance.now();
    for (const { name, trained } of lane.graph.parameters) {
      if (!trained) continue;
      this.#state.parameters.get(name)!.set(floats(fetched[`${name}.next`]));
      this.#state.firstMoments.get(name)!.set(floats(fetched[`${name}.first.next`]));
      this.#state.secondMoments.get(name)!.set(floats(fetched[`${name}.second.next`]));
    }
    this.time.feeds += fed - started;
    this.time.session += ran - fed;
    this.time.gradients += performance.now() - ran;
    this.#pace.ran(inputs.length, (performance.now() - started) / 1000);
    const [losses, norms] = [floats(fetched.losses), floats(fetched.norms)];
    for (const norm of norms) this.scale?.step(Number.isFinite(norm));
    return [...losses].map((loss, i) => ({ loss, gradientNorm: norms[i] }));
  }

  /** Writes what step `at` of a run is fed into the stacks, random numbers drawn as `ModelRunner` draws them. */
  #fill({ graph, inputs, buffers, stacks }: Lane, input: BatchInput, at: number): void {
    const entry = (name: string) => {
      const stack = stacks.get(name)!;
      const size = stack.data.length / graph.steps;
      return stack.data.subarray(at * size, (at + 1) * size);
    };
    this.fill(buffers, input, 1, entry('targets') as Float32Array);
    for (const [name, { data }] of Object.entries(inputs.batchFeeds(buffers)))
      (entry(name) as Float32Array).set(data as Float32Array);
    for (const { start, end, size } of graph.windows) {
      const offset = this.masks.offset(size);
      (entry(start) as BigInt64Array)[0] = BigInt(offset);
      (entry(end) as BigInt64Array)[0] = BigInt(offset + size);
    }
  }

  #feeds({ graph, stacks, pools }: Lane, steps: number, settings: AdamWSettings, maxNorm: number) {
    const scalar = (x: number) => tensor(Float32Array.of(x), []);
    const { oneMinusBeta1, beta2, oneMinusBeta2, epsilon } = adamWFactors(settings, 1);
    const run = {
      oneMinusBeta1,
      beta2,
      oneMinusBeta2,
      epsilon,
      maxNorm: maxNorm > 0 ? maxNorm : NO_CLIPPING,
    };
    const feeds: Record<string, Tensor> = { ...pools, trips: tensor(BigInt64Array.of(BigInt(steps)), []) };
    for (const [name, value] of Object.entries(run)) feeds[name] = scalar(value);
    for (const [name, stack] of stacks) feeds[stackName(name)] = stack;
    for (const { name, dims, trained } of graph.parameters) {
      feeds[`${name}.start`] = tensor(this.#state.parameters.get(name)!, dims);
      if (!trained) continue;
      feeds[`${name}.first.start`] = tensor(this.#state.firstMoments.get(name)!, dims);
      feeds[`${name}.second.start`] = tensor(this.#state.secondMoments.get(name)!, dims);
    }
    const scale = this.lossScale();
    if (graph.scaled && scale) {
      feeds['loss_scale.start'] = scalar(scale.scale);
      feeds['good_steps.start'] = scalar(scale.goodSteps);
      feeds['updates_taken.start'] = tensor(BigInt64Array.of(0n), []);
    }
    return feeds;
  }

  async #createLane(): Promise<Lane> {
    const { config, batch, visual, device, threads, buckets } = this.#options;
    const { trainRelativeBias, checkpointing, freezeLayers, precision } = this.#options;
    const decays = new Set(
      parameterSpecs(config)
        .filter((spec) => spec.decay)
        .map((spec) => spec.name),
    );
    const textLength = buckets[buckets.length - 1];
    const graph = buildLoopGraph(
      config,
      {
        batch,
        textLength,
        visual,
        trainRelativeBias,
        checkpointing,
        freezeLayers,
        precision,
        poolLength: this.masks.poolLength,
        steps: this.#most,
      },
      (name) => decays.has(name),
    );
    const session = await ResidentSession.create(graph.model, {
      device,
      kept: [],
      strict: device === 'webgpu',
      ...(threads === undefined ? {} : { threads }),
    });
    const stacks = new Map<string, Tensor>();
    for (const { name, dtype, dims } of graph.stacks) {
      const size = graph.steps * dims.reduce((a, b) => a * b, 1);
      stacks.set(name, tensor(new DTYPES[dtype].array(size), [graph.steps, ...dims], dtype));
    }
    for (const name of STEP_FACTORS) stacks.set(name, tensor(new Float32Array(graph.steps), [graph.steps]));
    const pools = Object.fromEntries(
      graph.pools.map(({ value, p }) => {
        const pool = this.masks.pool(p);
        return [value.name, tensor(pool, [pool.length])];
      }),
    );
    return {
      graph,
      session,
      inputs: new ResidentInputs(graph),
      buffers: createBatchBuffers(config, batch, textLength, visual),
      stacks,
      pools,
    };
  }
}
