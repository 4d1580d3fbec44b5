import type { SpecialIds } from '../encoding/tokenizer.ts';
import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';
import type { ModelBatch } from '../layoutlmv3/model-batch.ts';
import type { Example } from './examples.ts';

/** The arrays of one batch shape, filled again for every batch. */
export interface BatchBuffers extends ModelBatch {
  readonly inputIds: Int32Array;
  readonly bbox: Int32Array;
  readonly attentionMask: Uint8Array;
}

export function createBatchBuffers(
  config: LayoutLMv3Config,
  batch: number,
  textLength: number,
  visual: boolean,
): BatchBuffers {
  const pixels = config.numChannels * config.inputSize ** 2;
  return {
    batch,
    textLength,
    inputIds: new Int32Array(batch * textLength),
    bbox: new Int32Array(4 * batch * textLength),
    attentionMask: new Uint8Array(batch * textLength),
    ...(visual ? { pixelValues: new Float32Array(batch * pixels) } : {}),
  };
}

/**
 * Lays windows side by side, padded to the shape of the buffers: padding id, box 0, mask 0. Rows beyond the examples
 * (a last, smaller batch) hold one visible padding token, so that their softmax has something to look at; without
 * targets they neither cost nor teach anything.
 * @param pixelValues [C, S, S] of each example's page, absent in text-only mode
 */
export function fillBatch(
  buffers: BatchBuffers,
  examples: readonly Example[],
  ids: SpecialIds,
  pixelValues?: readonly Float32Array[],
): void {
  const { batch, textLength, inputIds, bbox, attentionMask } = buffers;
  inputIds.fill(ids.pad);
  bbox.fill(0);
  attentionMask.fill(0);
  for (const [row, { window }] of examples.entries()) {
    inputIds.set(window.inputIds, row * textLength);
    bbox.set(window.bbox, 4 * row * textLength);
    attentionMask.fill(1, row * textLength, row * textLength + window.length);
  }
  for (let row = examples.length; row < batch; row++) attentionMask[row * textLength] = 1;
  if (!buffers.pixelValues) return;
  const size = buffers.pixelValues.length / batch;
  for (const [row, pixels] of (pixelValues ?? []).entries()) buffers.pixelValues.set(pixels, row * size);
  buffers.pixelValues.fill(0, examples.length * size);
}

export interface AugmentOptions {
  /** Share of words whose pieces become the mask token. */
  readonly tokenMasking: number;
  /** Largest shift of a window's boxes each way, in 1/1000 of the page. */
  readonly boxJitter: number;
}

/**
 * Changes a filled batch in place as `options` ask: hides the text of some words, shifts the boxes of each window.
 * @param next uniform numbers 0..2^32 - 1; none is drawn where nothing is to be done
 */
export function augmentBatch(
  buffers: BatchBuffers,
  examples: readonly Example[],
  ids: SpecialIds,
  options: AugmentOptions,
  next: () => number,
): void {
  const { textLength, inputIds, bbox } = buffers;
  const { tokenMasking, boxJitter } = options;
  for (const [row, { window }] of examples.entries()) {
    const start = row * textLength;
    if (tokenMasking > 0) {
      let [word, hidden] = [-1, false];
      for (let i = 0; i < window.length; i++) {
        if (window.wordIndex[i] < 0) continue;
        if (window.wordIndex[i] !== word) {
          word = window.wordIndex[i];
          hidden = next() < tokenMasking * 2 ** 32;
        }
        if (hidden) inputIds[start + i] = ids.mask;
      }
    }
    if (boxJitter > 0) {
      const shifts = [next(), next()].map((x) => (x % (2 * boxJitter + 1)) - boxJitter);
      for (let i = 0; i < window.length; i++)
        if (window.wordIndex[i] >= 0)
          for (let side = 0; side < 4; side++) {
            const at = 4 * (start + i) + side;
            bbox[at] = Math.min(1000, Math.max(0, bbox[at] + shifts[side % 2]));
          }
    }
  }
}
