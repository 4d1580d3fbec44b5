import { GalleyError } from '../errors/galley-error.ts';
import type { ParameterSpec } from '../layoutlmv3/parameters.ts';
import { arenaFloats, createArena } from '../runtime/arena.ts';
import {
  type AdamWSettings,
  adamWFactors,
  clipFactor,
  type Kernels,
  wasmKernels,
} from './kernels/kernels.ts';

/** Floats of one WebAssembly memory at most: 4 GiB less some room for its owner. */
const SHARD_FLOATS = 2 ** 30 - 2 ** 16;

interface Tensor {
  readonly spec: ParameterSpec;
  readonly kernels: Kernels;
  readonly parameter: Float32Array;
  /** Null for a frozen tensor. */
  readonly trained: Trained | null;
}

interface Trained {
  readonly gradient: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** As large as the largest gradient of its memory, shared by all its tensors. */
  readonly scratch: Float32Array;
}

/** The place of a view in its memory, in floats. */
const offset = (view: Float32Array) => view.byteOffset / 4;

/** What one optimizer step saw and did. */
export interface StepOutcome {
  /** Norm of all gradients before clipping, the loss scale taken out. */
  readonly gradientNorm: number;
}

/**
 * Parameters, gradients and AdamW moments of a training, in WebAssembly memory: the runtime reads the parameters in
 * place, the kernels update them in place. A model whose state passes 4 GiB is spread over several memories.
 */
export class TrainingState {
  /** Views by name; a frozen tensor has a parameter only. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
  /** Bytes of all memories together. */
  readonly bytes: number;
  readonly #tensors: Tensor[] = [];

  /**
   * @param trainable which tensors get gradients and moments
   * @param shardFloats floats of one memory at most (tests only)
   * @throws GalleyError `device` when the memory cannot be had
   */
  constructor(
    specs: readonly ParameterSpec[],
    trainable: (spec: ParameterSpec) => boolean,
    shardFloats: number = SHARD_FLOATS,
  ) {
    const shards: ParameterSpec[][] = [];
    for (const spec of specs) {
      const last = shards[shards.length - 1];
      if (last && shardSize([...last, spec], trainable) <= shardFloats) last.push(spec);
      else shards.push([spec]);
    }
    this.bytes = shards.reduce((total, shard) => total + this.#allocate(shard, trainable), 0);
    const byName = (view: (t: Tensor) => Float32Array | undefined) =>
      new Map(
        this.#tensors.flatMap((t) => {
          const found = view(t);
          return found ? [[t.spec.name, found] as const] : [];
        }),
      );
    this.parameters = byName((t) => t.parameter);
    this.gradients = byName((t) => t.trained?.gradient);
    this.firstMoments = byName((t) => t.trained?.firstMoment);
    this.secondMoments = byName((t) => t.trained?.secondMoment);
  }

  /** Bytes that a state for these tensors would take. */
  static estimateBytes(specs: readonly ParameterSpec[], trainable: (spec: ParameterSpec) => boolean): number {
    return 4 * shardSize(specs, trainable);
  }

  #allocate(specs: readonly ParameterSpec[], trainable: (spec: ParameterSpec) => boolean): number {
    const arena = createArena(shardSize(specs, trainable));
    const kernels = wasmKernels(arena.memory);
    const trained = specs.filter(trainable);
    const views = (of: readonly ParameterSpec[]) => new Map(of.map((s) => [s, arena.take(s.size)]));
    const [parameters, gradients, firsts, seconds] = [specs, trained, trained, trained].map(views);
    const scratch = arena.take(Math.max(0, ...trained.map((s) => s.size)));
    for (const spec of specs) {
      const gradient = gradients.get(spec);
      this.#tensors.push({
        spec,
        kernels,
        parameter: parameters.get(spec)!,
        trained: gradient
          ? { gradient, firstMoment: firsts.get(spec)!, secondMoment: seconds.get(spec)!, scratch }
          : null,
      });
    }
    return arena.memory.buffer.byteLength;
  }

  /** Copies values into the parameters. @throws GalleyError `mismatch` for a missing tensor or wrong size */
  load(values: ReadonlyMap<string, Float32Array>): void {
    for (const [name, parameter] of this.parameters) {
      const value = values.get(name);
      if (value?.length !== parameter.length)
        throw new GalleyError(
          'mismatch',
          `expected ${parameter.length} values, found ${value ? value.length : 'no such tensor'}`,
          { where: name },
        );
      if (value !== parameter) parameter.set(value);
    }
  }

  /** Takes one micro-batch's gradient of one tensor: the first of a group replaces, the others are added. */
  takeGradient(name: string, value: Float32Array, first: boolean): void {
    const gradient = this.gradients.get(name)!;
    if (value === gradient) return;
    if (first) {
      gradient.set(value);
      return;
    }
    const { kernels, trained } = this.#tensors.find((t) => t.spec.name === name)!;
    trained!.scratch.set(value);
    kernels.addScaled(offset(gradient), offset(trained!.scratch), value.length, 1);
  }

  /** Zeroes all gradients, or those of some tensors. */
  zeroGradients(names?: ReadonlySet<string>): void {
    for (const { spec, kernels, trained } of this.#tensors)
      if (trained && (names?.has(spec.name) ?? true)) kernels.zero(offset(trained.gradient), spec.size);
  }

  /** 2-norm over the gradients of all tensors, summed in float64. */
  gradientNorm(): number {
    let sum = 0;
    for (const { spec, kernels, trained } of this.#tensors)
      if (trained) sum += kernels.sumSquares(offset(trained.gradient), spec.size);
    return Math.sqrt(sum);
  }

  /**
   * Clips by global norm and updates every trainable tensor; weight decay only where the tensor's spec says so.
   * Gradients are left as they were (not clipped). With a norm that is not finite nothing is updated.
   * @param step number of this update, from 1
   * @param maxNorm 0: no clipping
   * @param scale what the gradients are multiplied by (a loss scale); a power of two, so that taking it out is exact
   */
  update(settings: AdamWSettings, step: number, maxNorm: number, scale = 1): StepOutcome {
    const gradientNorm = this.gradientNorm() / scale;
    if (!Number.isFinite(gradientNorm)) return { gradientNorm };
    const clip = clipFactor(gradientNorm, maxNorm) / scale;
    const decayed = adamWFactors(settings, step);
    const plain = adamWFactors({ ...settings, weightDecay: 0 }, step);
    for (const { spec, kernels, parameter, trained } of this.#tensors) {
      if (!trained) continue;
      const slot = {
        parameter: offset(parameter),
        gradient: offset(trained.gradient),
        firstMoment: offset(trained.firstMoment),
        secondMoment: offset(trained.secondMoment),
        length: spec.size,
      };
      kernels.adamW(slot, spec.decay ? decayed : plain, clip);
    }
    return { gradientNorm };
  }
}

/** Floats of one memory for these tensors: a parameter each, three more for what is trained, and the scratch. */
function shardSize(specs: readonly ParameterSpec[], trainable: (spec: ParameterSpec) => boolean): number {
  let [sum, largest] = [0, 0];
  for (const spec of specs) {
    sum += arenaFloats(spec.size) * (trainable(spec) ? 4 : 1);
    if (trainable(spec)) largest = Math.max(largest, arenaFloats(spec.size));
  }
  return sum + largest;
}
