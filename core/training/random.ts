import { GalleyError } from '../errors/galley-error.ts';

const N = 624;
const M = 397;

/** The whole state of a {@link MersenneTwister}; plain JSON, saved in checkpoints. */
export interface GeneratorState {
  readonly words: readonly number[];
  readonly index: number;
}

/**
 * mt19937 (Matsumoto and Nishimura), the generator behind torch's CPU generator: `init_genrand` with the low 32 bits
 * of the seed, 32-bit outputs in the same order.
 */
export class MersenneTwister {
  readonly #words = new Uint32Array(N);
  #index = N;

  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new GalleyError('usage', `a seed is a whole number from 0, found ${seed}`);
    const words = this.#words;
    words[0] = seed % 2 ** 32;
    for (let i = 1; i < N; i++) words[i] = Math.imul(words[i - 1] ^ (words[i - 1] >>> 30), 1812433253) + i;
  }

  /** Next number, 0 to 2^32 - 1. */
  nextUint32(): number {
    if (this.#index === N) this.#twist();
    let y = this.#words[this.#index++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Uniform integer in 0..n-1 by remainder, as torch does for n below 2^32 / 20. */
  below(n: number): number {
    return this.nextUint32() % n;
  }

  state(): GeneratorState {
    return { words: [...this.#words], index: this.#index };
  }

  /** @throws GalleyError `damaged` for anything that {@link state} did not write */
  static fromState(state: GeneratorState, where?: string): MersenneTwister {
    const whole = (x: unknown, limit: number) =>
      Number.isInteger(x) && (x as number) >= 0 && (x as number) < limit;
    if (
      state?.words?.length !== N ||
      !state.words.every((w) => whole(w, 2 ** 32)) ||
      !whole(state.index, N + 1)
    )
      throw new GalleyError('damaged', 'the state of a random generator is not one', { where });
    const generator = new MersenneTwister(0);
    generator.#words.set(state.words);
    generator.#index = state.index;
    return generator;
  }

  #twist(): void {
    const words = this.#words;
    for (let i = 0; i < N; i++) {
      const y = (words[i] & 0x80000000) | (words[(i + 1) % N] & 0x7fffffff);
      words[i] = words[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}

/** `torch.randperm(n)` from a CPU generator seeded with `seed` (n below 2^32 / 20). */
export function randomPermutation(n: number, seed: number): Int32Array {
  const generator = new MersenneTwister(seed);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < n - 1; i++) {
    const j = i + generator.below(n - i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
