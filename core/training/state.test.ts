import { describe, expect, it } from 'vitest';
import type { ParameterSpec } from '../layoutlmv3/parameters.ts';
import { ADAMW_DEFAULTS } from './kernels/kernels.ts';
import { TrainingState } from './state.ts';

const spec = (name: string, size: number, decay = true): ParameterSpec => ({
  name,
  size,
  shape: [size],
  decay,
  part: 'encoder',
  init: { kind: 'zeros' },
});
const specs = [spec('a', 5), spec('frozen', 3), spec('b', 33, false), spec('c', 100)];
const trainable = (s: ParameterSpec) => s.name !== 'frozen';

function filled(state: TrainingState): TrainingState {
  let x = 1;
  for (const values of state.parameters.values()) values.set(Array.from(values, () => Math.sin(x++)));
  for (const values of state.gradients.values()) values.set(Array.from(values, () => Math.cos(x++)));
  return state;
}

describe('training state', () => {
  it('spread over several memories gives the same bits', () => {
    const one = filled(new TrainingState(specs, trainable));
    const many = filled(new TrainingState(specs, trainable, 600));
    expect(one.bytes).toBeLessThan(many.bytes);
    for (const state of [one, many])
      for (let t = 1; t < 4; t++) state.update({ ...ADAMW_DEFAULTS, weightDecay: 0.1 }, t, 1);
    expect(many.parameters).toEqual(one.parameters);
    expect(many.secondMoments).toEqual(one.secondMoments);
    expect(many.gradientNorm()).toBeCloseTo(one.gradientNorm(), 12);
  });

  it('keeps tensors apart and leaves frozen ones alone', () => {
    const state = filled(new TrainingState(specs, trainable));
    const before = state.parameters.get('frozen')!.slice();
    expect(state.gradients.has('frozen')).toBe(false);
    state.update(ADAMW_DEFAULTS, 1, 0);
    expect(state.parameters.get('frozen')).toEqual(before);
    state.gradients.get('b')!.fill(7);
    expect([...state.gradients.get('c')!]).not.toContain(7);
  });

  it('decays only where the tensor says so', () => {
    const state = new TrainingState(specs, trainable);
    for (const values of state.parameters.values()) values.fill(1);
    state.update({ ...ADAMW_DEFAULTS, learningRate: 0.5, weightDecay: 0.5 }, 1, 0);
    expect(state.parameters.get('a')![0]).toBe(0.75);
    expect(state.parameters.get('b')![0]).toBe(1);
  });

  it('adds up the micro-batches of a group, the first replacing what was there', () => {
    const state = new TrainingState(specs, trainable);
    state.gradients.get('b')!.fill(9);
    state.takeGradient('b', new Float32Array(33).fill(1), true);
    state.takeGradient('b', new Float32Array(33).fill(2), false);
    expect([...state.gradients.get('b')!]).toEqual(new Array(33).fill(3));
    state.zeroGradients(new Set(['b']));
    expect(state.gradientNorm()).toBe(0);
  });

  it('updates nothing from a gradient that is not finite', () => {
    const state = filled(new TrainingState(specs, trainable));
    state.gradients.get('a')![0] = Number.NaN;
    const before = state.parameters.get('c')!.slice();
    expect(state.update(ADAMW_DEFAULTS, 1, 1).gradientNorm).toBeNaN();
    expect(state.parameters.get('c')).toEqual(before);
  });

  it.each([0.5, 0])('takes a loss scale out of the gradient before clipping at %s', (maxNorm) => {
    const [plain, scaled] = [1, 65536].map((scale) => {
      const state = filled(new TrainingState(specs, trainable));
      for (const values of state.gradients.values()) for (const i of values.keys()) values[i] *= scale;
      const outcomes = [1, 2].map((step) => state.update(ADAMW_DEFAULTS, step, maxNorm, scale));
      return { state, outcomes };
    });
    expect(plain.outcomes[0].gradientNorm).toBeGreaterThan(1);
    expect(scaled.outcomes).toEqual(plain.outcomes);
    expect(scaled.state.parameters).toEqual(plain.state.parameters);
    expect(scaled.state.secondMoments).toEqual(plain.state.secondMoments);
  });

  it('asks for exactly the tensors it has', () => {
    const state = new TrainingState([spec('a', 2)], trainable);
    expect(() => state.load(new Map([['a', new Float32Array(3)]]))).toThrow(/expected 2 values, found 3/);
    expect(() => state.load(new Map())).toThrow(/no such tensor/);
  });
});
