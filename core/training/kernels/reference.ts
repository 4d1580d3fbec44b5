import type { AdamWFactors, Kernels, OptimizerSlot } from './kernels.ts';

const f = Math.fround;

/**
 * The kernels in plain TypeScript: what the tests hold the WebAssembly to, bit by bit. Every operation is rounded to
 * float32 where the SIMD code rounds, and sums run in its order.
 */
export function referenceKernels(memory: Float32Array): Kernels {
  return {
    adamW(slot: OptimizerSlot, factors: AdamWFactors, clip: number) {
      const c = f(clip);
      for (let i = 0; i < slot.length; i++) {
        const [p, m, v] = [slot.parameter + i, slot.firstMoment + i, slot.secondMoment + i];
        const gradient = f(memory[slot.gradient + i] * c);
        const first = f(memory[m] + f(f(gradient - memory[m]) * factors.oneMinusBeta1));
        const second = f(f(memory[v] * factors.beta2) + f(f(gradient * gradient) * factors.oneMinusBeta2));
        const denominator = f(f(f(Math.sqrt(second)) * factors.root) + factors.epsilon);
        const step = f(f(first * factors.rate) / denominator);
        memory[m] = first;
        memory[v] = second;
        memory[p] = f(f(memory[p] * factors.keep) - step);
      }
    },
    sumSquares(offset, length) {
      const sums = [0, 0, 0, 0];
      for (let i = 0; i < length; i++) sums[i % 4] += memory[offset + i] ** 2;
      return sums[0] + sums[1] + (sums[2] + sums[3]);
    },
    addScaled(y, x, length, scale) {
      for (let i = 0; i < length; i++) memory[y + i] += f(memory[x + i] * f(scale));
    },
    zero: (offset, length) => void memory.fill(0, offset, offset + length),
  };
}
