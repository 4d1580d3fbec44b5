import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernels, kernelsModuleText } from '../../../scripts/build-kernels.ts';
import golden from '../testing/optimizer.golden.json' with { type: 'json' };
import { ADAMW_DEFAULTS, adamWFactors, clipFactor, type OptimizerSlot, wasmKernels } from './kernels.ts';
import { referenceKernels } from './reference.ts';
import { KERNELS_WASM } from './wasm.ts';

function memories(values: readonly number[]) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const wasm = new Float32Array(memory.buffer);
  wasm.set(values);
  return { kernels: wasmKernels(memory), wasm, plain: wasm.slice() };
}

/** Values of a slot of n floats: parameters, gradients, moments (the second never negative). */
const slotValues = fc
  .integer({ min: 0, max: 37 })
  .chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 4 * n, maxLength: 4 * n }),
    ),
  );

function slotOf(n: number, start = 0): OptimizerSlot {
  return {
    parameter: start,
    gradient: start + n,
    firstMoment: start + 2 * n,
    secondMoment: start + 3 * n,
    length: n,
  };
}

describe('optimizer kernels', () => {
  it('are the committed bytes when built again', async () => {
    const bytes = await compileKernels();
    expect(Buffer.from(bytes).toString('base64')).toBe(KERNELS_WASM);
    expect(kernelsModuleText(bytes)).toContain(`${bytes.length} bytes`);
  });

  it('equal the plain twin bit by bit, any length and alignment', () => {
    fc.assert(
      fc.property(
        slotValues,
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 3 }),
        ([n, values], step, clip, start) => {
          const second = values.map((x, i) => (i >= 3 * n ? Math.abs(x) : x));
          const { kernels, wasm, plain } = memories([...new Array(start).fill(0.5), ...second, 0.25]);
          const factors = adamWFactors({ ...ADAMW_DEFAULTS, learningRate: 0.1, weightDecay: 0.05 }, step);
          const twin = referenceKernels(plain);
          kernels.adamW(slotOf(n, start), factors, clip);
          twin.adamW(slotOf(n, start), factors, clip);
          expect(kernels.sumSquares(start, 4 * n)).toBe(twin.sumSquares(start, 4 * n));
          kernels.addScaled(start, start + n, n, 1 / 3);
          twin.addScaled(start, start + n, n, 1 / 3);
          kernels.zero(start + 2 * n, n);
          twin.zero(start + 2 * n, n);
          expect(Buffer.from(wasm.buffer).equals(Buffer.from(plain.buffer))).toBe(true);
        },
      ),
    );
  });

  it('follow torch.optim.AdamW with clipping and two decay groups', () => {
    const sizes = golden.start.map((p) => p.length);
    const starts = sizes.map((_, i) => 4 * sizes.slice(0, i).reduce((a, b) => a + b, 0));
    const { kernels, wasm } = memories([]);
    const slots = sizes.map((n, i) => slotOf(n, starts[i]));
    for (const [i, p] of golden.start.entries()) wasm.set(p, slots[i].parameter);
    for (const [t, step] of golden.steps.entries()) {
      for (const [i, g] of step.grads.entries()) wasm.set(g, slots[i].gradient);
      const norm = Math.sqrt(slots.reduce((sum, s) => sum + kernels.sumSquares(s.gradient, s.length), 0));
      expect(Math.abs(norm - step.norm) / step.norm).toBeLessThan(1e-6);
      for (const [i, slot] of slots.entries()) {
        const weightDecay = golden.decay[i] ? golden.weightDecay : 0;
        const settings = { ...ADAMW_DEFAULTS, learningRate: step.lr, weightDecay };
        kernels.adamW(slot, adamWFactors(settings, t + 1), clipFactor(norm, 1));
        for (const [k, expected] of step.params[i].entries())
          expect(Math.abs(wasm[slot.parameter + k] - expected)).toBeLessThan(2e-6);
      }
    }
  });

  it('clip only above the limit, and not at all without one', () => {
    expect(clipFactor(4, 1)).toBeCloseTo(0.25, 6);
    expect(clipFactor(0.5, 1)).toBe(1);
    expect(clipFactor(1e9, 0)).toBe(1);
  });

  it('reach past 2 GiB of memory', () => {
    const memory = new WebAssembly.Memory({ initial: 40_000 });
    const all = new Float32Array(memory.buffer);
    const far = 2 ** 29 + 1000;
    all.set([3, 4], far);
    const kernels = wasmKernels(memory);
    expect(kernels.sumSquares(far, 2)).toBe(25);
    kernels.addScaled(far, far + 1, 1, 2);
    expect(all[far]).toBe(11);
  });
});
