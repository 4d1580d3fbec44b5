import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';
import type { DropoutWindow, ResidentModel } from '../layoutlmv3/resident-graph.ts';
import { BATCH_INPUTS, type ResidentGraphOptions, residentModel } from '../layoutlmv3/resident-graph.ts';
import type { ResidentShape } from '../layoutlmv3/resident-inputs.ts';
import { squareNorm } from '../layoutlmv3/square-norm.ts';
import type { DType } from '../onnx/dtype.ts';
import { encodeLowered } from '../onnx/encode.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { lower } from '../onnx/lower.ts';
import * as ops from '../onnx/ops/index.ts';
import type { Shape } from '../onnx/shape.ts';
import { verify } from '../onnx/verify.ts';
import { adamW } from './adamw-graph.ts';
import { LOSS_SCALE_LIMITS } from './loss-scale.ts';

/** A tensor that is carried from step to step, or fed once where it does not learn. */
export interface LoopParameter {
  /** Hugging Face key. Fed as `<name>.start`, and the moments as `<name>.first.start` and `<name>.second.start`. */
  readonly name: string;
  readonly dims: readonly number[];
  /** Whether it learns: then it comes back as `<name>.next`, `<name>.first.next` and `<name>.second.next`. */
  readonly trained: boolean;
}

/** A feed that holds one entry for each step: dims [steps, ...]. */
export interface StackedInput {
  /** What the step itself calls it; the feed is `<name>.stack`. */
  readonly name: string;
  readonly dtype: DType;
  /** Of one step's entry. */
  readonly dims: readonly number[];
}

/** Factors of each AdamW update, stacked [steps]; the others are scalars of the whole run. */
export const STEP_FACTORS = ['keep', 'plainKeep', 'rate', 'root'] as const;
export const RUN_FACTORS = ['oneMinusBeta1', 'beta2', 'oneMinusBeta2', 'epsilon', 'maxNorm'] as const;

export interface LoopGraph extends ResidentShape {
  readonly model: Uint8Array;
  /** Steps of one run at most; how many are taken is fed as `trips`. */
  readonly steps: number;
  readonly parameters: readonly LoopParameter[];
  readonly stacks: readonly StackedInput[];
  readonly pools: ResidentModel['pools'];
  readonly windows: readonly DropoutWindow[];
  /** Whether a loss scale is carried: fed as `loss_scale.start` and `good_steps.start`. */
  readonly scaled: boolean;
}

export const stackName = (name: string) => `${name}.stack`;

/** Gradients whose squares add up to this much are taken for not finite. */
const LARGEST_SQUARE = 3e38;

/**
 * Several optimizer steps in one run: a `Loop` whose body is forward and backward pass, clipping by global norm and AdamW, and
 * which carries weights and moments from step to step, so that they cross the bus once a run (docs/gpu.md). One step is one
 * micro-batch. Losses and norms of the steps come back as `losses` and `norms` [steps taken].
 *
 * A step whose gradient is not finite changes nothing but the loss scale, as `LossScale` does it; where there is one, the factors
 * of an update are looked up by the number of updates that were taken.
 * @param decays whether weight decay applies to a tensor
 */
export function buildLoopGraph(
  config: LayoutLMv3Config,
  options: ResidentGraphOptions & { readonly steps: number },
  decays: (name: string) => boolean,
): LoopGraph {
  const { steps } = options;
  const whole = { ...options, largestBinding: Number.POSITIVE_INFINITY };
  // Built once to know what there is: what is carried must be named before the body is built.
  const probe = residentModel(new Graph(), config, whole);
  const learns = new Set(probe.pieces.filter((p) => probe.found.has(p.value)).map((p) => p.parameter));
  const scaled = probe.lossScale !== null;

  const g = new Graph();
  const trips = g.input('trips', 'int64', []);
  const parameters: LoopParameter[] = probe.pieces.map(({ value, parameter }) => ({
    name: parameter,
    dims: value.shape as number[],
    trained: learns.has(parameter),
  }));
  const fed = (name: string, shape: Shape) => g.input(`${name}.start`, 'float32', shape);
  const frozen = new Map<string, Value>();
  const carried: ops.CarriedValue[] = [];
  for (const { name, dims, trained } of parameters)
    if (trained)
      for (const role of [name, `${name}.first`, `${name}.second`])
        carried.push({ name: role, initial: fed(role, dims) });
    else frozen.set(name, fed(name, dims));
  if (scaled) {
    carried.push({ name: 'updates_taken', initial: g.input('updates_taken.start', 'int64', []) });
    for (const name of ['loss_scale', 'good_steps']) carried.push({ name, initial: fed(name, []) });
  }
  const perStep = Object.fromEntries(
    STEP_FACTORS.map((name) => [name, g.input(stackName(name), 'float32', [steps])]),
  );
  const perRun = Object.fromEntries(RUN_FACTORS.map((name) => [name, g.input(name, 'float32', [])]));

  const stacks: StackedInput[] = [];
  let model: ResidentModel | undefined;
  const pools = new Map<string, Value>();
  const result = ops.loop(g, 'steps', trips, carried, (step) => {
    const body = step.g;
    const known = new Map(carried.map(({ name }, i) => [name, step.carried[i]]));
    const input = (name: string, dtype: DType, shape: Shape): Value => {
      const value = known.get(name);
      if (value) return value;
      const still = frozen.get(name);
      if (still) return body.capture(still);
      if (name.startsWith('dropout_pool.')) {
        const pool = g.input(name, dtype, shape);
        pools.set(name, pool);
        return body.capture(pool);
      }
      stacks.push({ name, dtype, dims: shape as number[] });
      const stack = g.input(stackName(name), dtype, [steps, ...shape]);
      return ops.gather(body, body.capture(stack), step.iteration);
    };
    model = residentModel(body, config, { ...whole, input });
    const { found, loss, pieces, lossScale } = model;
    const gradients = pieces.flatMap((p) => {
      const gradient = found.get(p.value);
      return gradient ? [{ name: p.parameter, gradient }] : [];
    });
    const square = squareNorm(
      body,
      gradients.map(({ gradient }) => gradient),
    );
    const finite = ops.less(body, square, LARGEST_SQUARE);
    const scaledNorm = ops.sqrt(body, square);
    const norm = lossScale ? ops.div(body, scaledNorm, lossScale) : scaledNorm;
    const share = ops.div(body, body.capture(perRun.maxNorm), ops.add(body, norm, 1e-6));
    const clip = ops.where(body, ops.less(body, share, 1), share, body.scalar(1));
    const count = known.get('updates_taken') ?? step.iteration;
    const factor = (name: (typeof STEP_FACTORS)[number]) =>
      ops.gather(body, body.capture(perStep[name]), count);
    const [keep, plainKeep, rate, root] = STEP_FACTORS.map(factor);
    const fixed = (name: (typeof RUN_FACTORS)[number]) => body.capture(perRun[name]);
    const scalars = {
      clip: lossScale ? ops.div(body, clip, lossScale) : clip,
      rate,
      root,
      oneMinusBeta1: fixed('oneMinusBeta1'),
      beta2: fixed('beta2'),
      oneMinusBeta2: fixed('oneMinusBeta2'),
      epsilon: fixed('epsilon'),
    };
    const next = new Map<string, Value>();
    const keepOld = (name: string, value: Value) =>
      next.set(name, ops.where(body, finite, value, known.get(name)!));
    for (const { name, gradient } of gradients) {
      const slot = {
        parameter: known.get(name)!,
        gradient,
        firstMoment: known.get(`${name}.first`)!,
        secondMoment: known.get(`${name}.second`)!,
      };
      const updated = adamW(body, slot, { ...scalars, keep: decays(name) ? keep : plainKeep });
      keepOld(name, updated.parameter);
      keepOld(`${name}.first`, updated.firstMoment);
      keepOld(`${name}.second`, updated.secondMoment);
    }
    if (lossScale) {
      next.set('updates_taken', ops.add(body, count, ops.cast(body, finite, 'int64')));
      const after = nextScale(body, finite, lossScale, known.get('good_steps')!);
      next.set('loss_scale', after.scale).set('good_steps', after.goodSteps);
    }
    // Whoever reads the norms must see what the step saw.
    const told = ops.where(body, finite, norm, body.scalar(Number.POSITIVE_INFINITY));
    return { carried: carried.map(({ name }) => next.get(name)!), collected: [loss, told] };
  });
  for (const [i, { name }] of carried.entries())
    if (learns.has(name.replace(/\.(first|second)$/, ''))) g.output(result.carried[i], `${name}.next`);
  g.output(result.collected[0], 'losses');
  g.output(result.collected[1], 'norms');
  const lowered = lower(g);
  verify(lowered);
  const built = model!;
  const batchNames = new Set<string>(Object.values(BATCH_INPUTS));
  return {
    model: encodeLowered(lowered).model,
    config,
    batch: options.batch,
    textLength: options.textLength,
    length: built.length,
    visual: built.visual,
    batchInputs: new Set(stacks.map((s) => s.name).filter((name) => batchNames.has(name))),
    steps,
    parameters,
    stacks,
    pools: built.pools,
    windows: built.windows,
    scaled,
  };
}

/** {@link LossScale.step} as operators. */
function nextScale(g: Graph, finite: Value, scale: Value, good: Value): { scale: Value; goodSteps: Value } {
  const { floor, cap, growthInterval } = LOSS_SCALE_LIMITS;
  const more = ops.add(g, good, 1);
  const full = ops.greaterOrEqual(g, more, growthInterval);
  const grown = clamp(g, ops.mul(g, scale, 2), (x) => ops.less(g, x, cap), cap);
  const halved = clamp(g, ops.mul(g, scale, 0.5), (x) => ops.greater(g, x, floor), floor);
  const zero = g.scalar(0);
  return {
    scale: ops.where(g, finite, ops.where(g, full, grown, scale), halved),
    goodSteps: ops.where(g, finite, ops.where(g, full, zero, more), zero),
  };
}

const clamp = (g: Graph, x: Value, inside: (x: Value) => Value, bound: number): Value =>
  ops.where(g, inside(x), x, g.scalar(bound));
