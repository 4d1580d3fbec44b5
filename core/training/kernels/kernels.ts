import { KERNELS_WASM } from './wasm.ts';

/** The settings of one AdamW update, as torch names them. */
export interface AdamWSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** Defaults of Hugging Face's TrainingArguments. */
export const ADAMW_DEFAULTS: AdamWSettings = {
  learningRate: 5e-5,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
};

/** The factors of one update that are the same for all elements, rounded to float32 once. */
export interface AdamWFactors {
  readonly keep: number;
  readonly oneMinusBeta1: number;
  readonly beta2: number;
  readonly oneMinusBeta2: number;
  readonly rate: number;
  readonly root: number;
  readonly epsilon: number;
}

/** @param step number of this update, from 1; the bias correction depends on it */
export function adamWFactors(settings: AdamWSettings, step: number): AdamWFactors {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = settings;
  return {
    keep: Math.fround(1 - learningRate * weightDecay),
    oneMinusBeta1: Math.fround(1 - beta1),
    beta2: Math.fround(beta2),
    oneMinusBeta2: Math.fround(1 - beta2),
    rate: Math.fround(learningRate / (1 - beta1 ** step)),
    root: Math.fround(1 / Math.sqrt(1 - beta2 ** step)),
    epsilon: Math.fround(epsilon),
  };
}

/** torch.nn.utils.clip_grad_norm_: the factor that brings a norm under `maxNorm` (0 or less: no clipping). */
export function clipFactor(norm: number, maxNorm: number): number {
  return maxNorm > 0 ? Math.min(1, maxNorm / (norm + 1e-6)) : 1;
}

/** A tensor's parameters, gradient and two moments, as offsets in floats into the memory of the kernels. */
export interface OptimizerSlot {
  readonly parameter: number;
  readonly gradient: number;
  readonly firstMoment: number;
  readonly secondMoment: number;
  readonly length: number;
}

/** Elementwise work of the optimizer over one memory. Offsets and lengths are in floats. */
export interface Kernels {
  /** Updates parameters and moments in place; the gradient is read as gradient * clip and left as it is. */
  adamW(slot: OptimizerSlot, factors: AdamWFactors, clip: number): void;
  /** In float64. */
  sumSquares(offset: number, length: number): number;
  /** y += scale * x */
  addScaled(y: number, x: number, length: number, scale: number): void;
  zero(offset: number, length: number): void;
}

interface KernelExports {
  adamw(p: number, g: number, m: number, v: number, n: number, ...factors: number[]): void;
  sumSquares(x: number, n: number): number;
  addScaled(y: number, x: number, n: number, scale: number): void;
  zero(x: number, n: number): void;
}

/**
 * The SIMD kernels over `memory`, which they import: nothing is copied. Compiling takes about a millisecond.
 * Memories of up to 4 GiB (wasm32) work; pointers above 2 GiB arrive as unsigned.
 */
export function wasmKernels(memory: WebAssembly.Memory): Kernels {
  const module = new WebAssembly.Module(Buffer.from(KERNELS_WASM, 'base64'));
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: () => {} } });
  const kernels = exports as unknown as KernelExports;
  return {
    adamW: (slot, f, clip) =>
      kernels.adamw(
        slot.parameter * 4,
        slot.gradient * 4,
        slot.firstMoment * 4,
        slot.secondMoment * 4,
        slot.length,
        clip,
        f.keep,
        f.oneMinusBeta1,
        f.beta2,
        f.oneMinusBeta2,
        f.rate,
        f.root,
        f.epsilon,
      ),
    sumSquares: (offset, length) => kernels.sumSquares(offset * 4, length),
    addScaled: (y, x, length, scale) => kernels.addScaled(y * 4, x * 4, length, scale),
    zero: (offset, length) => kernels.zero(offset * 4, length),
  };
}
