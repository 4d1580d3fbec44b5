import { type GeneratorState, MersenneTwister } from './random.ts';

/** Room for the window of a mask to move in, beyond the largest mask. */
export const SLACK = 1 << 20;
/** Keeps the pool of a generator apart from the order of examples, which uses the bare seed. */
const POOL_SEED = 0x6d61736b;
const OFFSET_SEED = 0x6f666673;

/**
 * Dropout masks: windows at random places into pools of 0 and 1 / (1 - p), one pool for each p. Drawing a mask costs
 * one random number, not one per element. The state to save is that of the offsets; pools follow from the seed.
 */
export class DropoutMasks {
  readonly #pools = new Map<number, Float32Array>();
  readonly #seed: number;
  readonly #largest: number;
  #offsets: MersenneTwister;

  /** @param largest elements of the largest mask that will be asked for */
  constructor(seed: number, largest: number) {
    this.#seed = seed;
    this.#largest = largest;
    this.#offsets = new MersenneTwister((seed ^ OFFSET_SEED) >>> 0);
  }

  /** A view of `size` elements; do not write to it. */
  mask(size: number, p: number): Float32Array {
    const offset = this.offset(size);
    return this.pool(p).subarray(offset, offset + size);
  }

  /** Where the next mask of `size` elements begins in its pool. */
  offset(size: number): number {
    return this.#offsets.below(this.poolLength - size + 1);
  }

  /** Elements of each pool. */
  get poolLength(): number {
    return this.#largest + SLACK;
  }

  /** A generator's number, for other random choices of the same run (masking, jitter). */
  nextUint32(): number {
    return this.#offsets.nextUint32();
  }

  state(): GeneratorState {
    return this.#offsets.state();
  }

  restore(state: GeneratorState, where?: string): void {
    this.#offsets = MersenneTwister.fromState(state, where);
  }

  /** The pool of one probability; do not write to it. */
  pool(p: number): Float32Array {
    let pool = this.#pools.get(p);
    if (!pool) {
      const generator = new MersenneTwister((this.#seed ^ POOL_SEED) >>> 0);
      const [dropBelow, keep] = [p * 2 ** 32, 1 / (1 - p)];
      pool = new Float32Array(this.poolLength);
      for (let i = 0; i < pool.length; i++) pool[i] = generator.nextUint32() < dropBelow ? 0 : keep;
      this.#pools.set(p, pool);
    }
    return pool;
  }
}
