import { GalleyError } from '../errors/galley-error.ts';
import type { ParameterSpec } from '../layoutlmv3/parameters.ts';
import {
  type AdamWSettings,
  adamWFactors,
  clipFactor,
  type Kernels,
  wasmKernels,
} from './kernels/kernels.ts';

const PAGE_FLOATS = 65_536 / 4;
/** Floats of one WebAssembly memory at most: 4 GiB less a page. */
const SHARD_FLOATS = 65_535 * PAGE_FLOATS;
/** Tensors start at multiples of 64 bytes, as the matrix kernels like it. */
const ALIGN = 16;
const aligned = (floats: number) => Math.ceil(floats / ALIGN) * ALIGN;

interface Tensor {
  readonly spec: ParameterSpec;
  readonly kernels: Kernels;
  readonly parameter: number;
  /** Offsets in floats; null for a frozen tensor. */
  readonly slots: {
    readonly gradient: number;
    readonly firstMoment: number;
    readonly secondMoment: number;
  } | null;
  readonly scratch: number;
  readonly memory: Float32Array;
}

/** What one optimizer step saw and did. */
export interface StepOutcome {
  /** Norm of all gradients before clipping. */
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
   * @throws GalleyError `training` when the memory cannot be had
   */
  constructor(
    specs: readonly ParameterSpec[],
    trainable: (spec: ParameterSpec) => boolean,
    shardFloats: number = SHARD_FLOATS,
  ) {
    const copies = (spec: ParameterSpec) => (trainable(spec) ? 4 : 1);
    const shards: ParameterSpec[][] = [];
    let room = 0;
    for (const spec of specs) {
      const need = (copies(spec) + 1) * aligned(spec.size);
      if (need > shardFloats)
        throw new GalleyError('training', `a tensor of ${spec.size} values does not fit one memory`, {
          where: spec.name,
        });
      // One extra copy of the largest tensor of a shard is its scratch; counting every tensor's keeps this simple.
      if (shards.length === 0 || room < need) {
        shards.push([]);
        room = shardFloats;
      }
      shards[shards.length - 1].push(spec);
      room -= copies(spec) * aligned(spec.size);
    }
    this.bytes = shards.reduce((total, shard) => total + this.#allocate(shard, trainable), 0);
    const byName = (offset: (t: Tensor) => number | undefined) =>
      new Map(
        this.#tensors.flatMap((t) => {
          const from = offset(t);
          return from === undefined
            ? []
            : [[t.spec.name, t.memory.subarray(from, from + t.spec.size)] as const];
        }),
      );
    this.parameters = byName((t) => t.parameter);
    this.gradients = byName((t) => t.slots?.gradient);
    this.firstMoments = byName((t) => t.slots?.firstMoment);
    this.secondMoments = byName((t) => t.slots?.secondMoment);
  }

  /** Bytes that a state for these tensors would take. */
  static estimateBytes(specs: readonly ParameterSpec[], trainable: (spec: ParameterSpec) => boolean): number {
    const largest = Math.max(0, ...specs.map((s) => (trainable(s) ? aligned(s.size) : 0)));
    return 4 * specs.reduce((sum, s) => sum + (trainable(s) ? 4 : 1) * aligned(s.size), largest);
  }

  #allocate(specs: readonly ParameterSpec[], trainable: (spec: ParameterSpec) => boolean): number {
    let at = 0;
    const place = (spec: ParameterSpec) => {
      const from = at;
      at += aligned(spec.size);
      return from;
    };
    const trained = specs.filter(trainable);
    const parameters = specs.map(place);
    const gradients = new Map(trained.map((s) => [s, place(s)]));
    const firsts = new Map(trained.map((s) => [s, place(s)]));
    const seconds = new Map(trained.map((s) => [s, place(s)]));
    const scratch = at;
    at += Math.max(0, ...trained.map((s) => aligned(s.size)));
    const pages = Math.max(1, Math.ceil(at / PAGE_FLOATS));
    let memory: WebAssembly.Memory;
    try {
      memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    } catch (cause) {
      throw new GalleyError(
        'training',
        `no memory: expected ${Math.ceil(pages / 16)} MiB for the training state`,
        {
          hint: 'close other programs, or train a smaller model',
          cause,
        },
      );
    }
    const kernels = wasmKernels(memory);
    const floats = new Float32Array(memory.buffer);
    for (const [i, spec] of specs.entries()) {
      const gradient = gradients.get(spec);
      this.#tensors.push({
        spec,
        kernels,
        parameter: parameters[i],
        slots:
          gradient === undefined
            ? null
            : { gradient, firstMoment: firsts.get(spec)!, secondMoment: seconds.get(spec)! },
        scratch,
        memory: floats,
      });
    }
    return pages * PAGE_FLOATS * 4;
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
    const tensor = this.#tensors.find((t) => t.spec.name === name)!;
    tensor.memory.set(value, tensor.scratch);
    tensor.kernels.addScaled(tensor.slots!.gradient, tensor.scratch, value.length, 1);
  }

  /** Zeroes all gradients, or those of some tensors. */
  zeroGradients(names?: ReadonlySet<string>): void {
    for (const { spec, kernels, slots } of this.#tensors)
      if (slots && (names?.has(spec.name) ?? true)) kernels.zero(slots.gradient, spec.size);
  }

  /** 2-norm over the gradients of all tensors, summed in float64. */
  gradientNorm(): number {
    let sum = 0;
    for (const { spec, kernels, slots } of this.#tensors)
      if (slots) sum += kernels.sumSquares(slots.gradient, spec.size);
    return Math.sqrt(sum);
  }

  /**
   * Clips by global norm and updates every trainable tensor; weight decay only where the tensor's spec says so.
   * Gradients are left as they were (not clipped). With a norm that is not finite nothing is updated.
   * @param step number of this update, from 1
   * @param maxNorm 0: no clipping
   */
  update(settings: AdamWSettings, step: number, maxNorm: number): StepOutcome {
    const gradientNorm = this.gradientNorm();
    if (!Number.isFinite(gradientNorm)) return { gradientNorm };
    const clip = clipFactor(gradientNorm, maxNorm);
    const decayed = adamWFactors(settings, step);
    const plain = adamWFactors({ ...settings, weightDecay: 0 }, step);
    for (const { spec, kernels, parameter, slots } of this.#tensors)
      if (slots)
        kernels.adamW({ parameter, ...slots, length: spec.size }, spec.decay ? decayed : plain, clip);
    return { gradientNorm };
  }
}
