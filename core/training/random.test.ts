import { describe, expect, it } from 'vitest';
import { MersenneTwister, randomPermutation } from './random.ts';
import { sequentialBatches, trainingBatches } from './sampler.ts';
import golden from './testing/optimizer.golden.json' with { type: 'json' };

describe('mt19937', () => {
  it('gives the published first and ten-thousandth number of seed 5489', () => {
    const generator = new MersenneTwister(5489);
    expect(generator.nextUint32()).toBe(3499211612);
    for (let i = 2; i < 10_000; i++) generator.nextUint32();
    expect(generator.nextUint32()).toBe(4123659995);
  });

  it('goes on from a saved state', () => {
    const generator = new MersenneTwister(42);
    for (let i = 0; i < 1000; i++) generator.nextUint32();
    const copy = MersenneTwister.fromState(JSON.parse(JSON.stringify(generator.state())));
    for (let i = 0; i < 2000; i++) expect(copy.nextUint32()).toBe(generator.nextUint32());
  });

  it('refuses a damaged state and a seed that is none', () => {
    expect(() => MersenneTwister.fromState({ words: [1, 2], index: 0 })).toThrow(/state/);
    expect(() => new MersenneTwister(-1)).toThrow(/seed/);
  });
});

describe('order of examples', () => {
  it('is torch.randperm', () => {
    for (const { n, seed, order } of golden.permutations)
      expect([...randomPermutation(n, seed)], `${n} ${seed}`).toEqual(order);
  });

  it('moves on by one seed an epoch and cuts consecutive slices', () => {
    expect(trainingBatches(10, 4, 42, 0)).toEqual([
      [2, 6, 1, 8],
      [4, 5, 0, 9],
      [3, 7],
    ]);
    expect(trainingBatches(10, 10, 42, 1)).toEqual([[8, 4, 9, 0, 5, 1, 6, 7, 2, 3]]);
    expect(sequentialBatches(3, 2)).toEqual([[0, 1], [2]]);
  });
});
