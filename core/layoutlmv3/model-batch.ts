import { GalleyError } from '../errors/galley-error.ts';
import type { LayoutLMv3Config } from './config.ts';

/**
 * One batch as the model takes it, row-major. B pages or windows, T tokens each (padded to the longest).
 */
export interface ModelBatch {
  readonly batch: number;
  readonly textLength: number;
  /** [B, T] token ids; `padTokenId` where padded. */
  readonly inputIds: ArrayLike<number>;
  /** [B, T, 4] boxes x0, y0, x1, y1 in 0..1000; zeros for specials and padding. */
  readonly bbox: ArrayLike<number>;
  /** [B, T] 1 for tokens, 0 for padding. */
  readonly attentionMask: ArrayLike<number>;
  /** [B, C, S, S] normalised pixels; absent in text-only mode. */
  readonly pixelValues?: Float32Array;
}

/**
 * @throws GalleyError `invalid-data` for arrays of the wrong length, token ids outside the vocabulary or
 * boxes outside the tables, each naming the place. Without it a wrong id would read another token's row.
 */
export function checkBatch(config: LayoutLMv3Config, batch: ModelBatch): void {
  const tokens = batch.batch * batch.textLength;
  const fail = (message: string): never => {
    throw new GalleyError('invalid-data', message, { where: 'model input' });
  };
  const lengths: [string, number, number][] = [
    ['inputIds', batch.inputIds.length, tokens],
    ['bbox', batch.bbox.length, 4 * tokens],
    ['attentionMask', batch.attentionMask.length, tokens],
  ];
  if (batch.pixelValues)
    lengths.push([
      'pixelValues',
      batch.pixelValues.length,
      batch.batch * config.numChannels * config.inputSize ** 2,
    ]);
  for (const [name, found, expected] of lengths)
    if (found !== expected) fail(`${name} has ${found} values, expected ${expected}`);
  const { vocabSize, max2dPositionEmbeddings: limit } = config;
  for (let i = 0; i < tokens; i++) {
    const id = batch.inputIds[i];
    if (!(id >= 0 && id < vocabSize))
      fail(`token ${i % batch.textLength} of row ${Math.floor(i / batch.textLength)} has id ${id}, the vocabulary \
has ${vocabSize}`);
  }
  for (let i = 0; i < 4 * tokens; i++) {
    const value = batch.bbox[i];
    if (!(value >= 0 && value < limit)) {
      const token = Math.floor(i / 4);
      fail(`token ${token % batch.textLength} of row ${Math.floor(token / batch.textLength)} has box coordinate \
${value}, expected 0..${Math.min(1000, limit - 1)}`);
    }
  }
}

/**
 * Ids of the 1-D position embedding [B, T]: padding id + 1 for the first real token, + 2 for the second, ...;
 * the padding id itself for padding. Counted from the token ids, not from the attention mask.
 */
export function positionIds(config: LayoutLMv3Config, batch: ModelBatch): Int32Array {
  const { batch: rows, textLength, inputIds } = batch;
  const ids = new Int32Array(rows * textLength);
  for (let row = 0; row < rows; row++) {
    let position = config.padTokenId;
    for (let i = row * textLength; i < (row + 1) * textLength; i++)
      ids[i] = inputIds[i] === config.padTokenId ? config.padTokenId : ++position;
  }
  return ids;
}
