import type { LayoutLMv3Config } from '../../core/layoutlmv3/config.ts';
import type { Example } from '../../core/training/examples.ts';
import { MersenneTwister } from '../../core/training/random.ts';

/** A window that is full to its last token, every token labelled. */
export function fullExample(config: LayoutLMv3Config, length: number, seed: number): Example {
  const random = new MersenneTwister(seed);
  const below = (n: number) => random.below(n);
  const bbox = Int32Array.from({ length: 4 * length }, (_, i) => (i % 4 < 2 ? below(500) : 500 + below(500)));
  return {
    page: 0,
    weights: null,
    window: {
      length,
      inputIds: Int32Array.from({ length }, () => 4 + below(config.vocabSize - 4)),
      bbox,
      labels: Int32Array.from({ length }, () => below(config.labels.size)),
      wordIndex: Int32Array.from({ length }, (_, i) => i),
      labelled: length,
      heads: new Int32Array(0),
    },
  };
}

export function randomPixels(config: LayoutLMv3Config, seed: number): Float32Array {
  const random = new MersenneTwister(seed);
  return Float32Array.from(
    { length: config.numChannels * config.inputSize ** 2 },
    () => random.nextUint32() / 2 ** 31 - 1,
  );
}
