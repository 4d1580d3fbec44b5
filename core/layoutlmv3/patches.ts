import type { LayoutLMv3Config } from './config.ts';
import { patchesPerSide } from './config.ts';

/** Values of one image's patches: patches per side squared x channels x patch_size squared. */
export const patchValues = (config: LayoutLMv3Config): number =>
  patchesPerSide(config) ** 2 * config.numChannels * config.patchSize ** 2;

/**
 * Cuts an image [C, S, S] into rows [patches, C * P * P], patches row by row, each row in the order of the
 * convolution's weight [H, C, P, P]; the patch embedding is then one matrix product. Pixels right of and
 * below the last whole patch are left out, as the convolution leaves them out.
 */
export function patchify(
  config: LayoutLMv3Config,
  pixels: Float32Array,
  into: Float32Array = new Float32Array(patchValues(config)),
): Float32Array {
  const { inputSize: size, patchSize: patch, numChannels: channels } = config;
  const side = patchesPerSide(config);
  let at = 0;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      for (let channel = 0; channel < channels; channel++)
        for (let y = 0; y < patch; y++, at += patch) {
          const from = (channel * size + row * patch + y) * size + column * patch;
          into.set(pixels.subarray(from, from + patch), at);
        }
  return into;
}
