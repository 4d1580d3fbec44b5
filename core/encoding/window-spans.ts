import { GalleyError } from '../errors/galley-error.ts';

/** Stride used where none is given. */
export const defaultStride = (maxLength: number) => Math.min(128, Math.floor(maxLength / 4));

/** Start and end (exclusive) of each window over `count` pieces; one empty window for no pieces. */
export function windowSpans(count: number, maxLength: number, stride: number): [number, number][] {
  const size = maxLength - 2;
  if (!Number.isInteger(maxLength) || size < 1)
    throw new GalleyError('usage', `max_length must be a whole number of at least 3, found ${maxLength}`);
  if (!Number.isInteger(stride) || stride < 0 || stride >= size)
    throw new GalleyError(
      'usage',
      `stride must be a whole number from 0 to ${size - 1} for max_length ${maxLength}, found ${stride}`,
    );
  const spans: [number, number][] = [];
  for (let start = 0; ; start += size - stride) {
    const end = Math.min(start + size, count);
    spans.push([start, end]);
    if (end >= count) return spans;
  }
}

/**
 * For each word the window that sees most around its first piece: the one in which the nearer window edge is
 * farthest, edges of the page not counting. Ties go to the earlier window. -1 for words without pieces.
 */
export function ownersOf(heads: Int32Array, spans: readonly [number, number][], count: number): Int32Array {
  const owners = new Int32Array(heads.length).fill(-1);
  let first = 0;
  for (const [word, head] of heads.entries()) {
    if (head < 0) continue;
    while (spans[first][1] <= head) first++;
    let best = -1;
    for (let w = first; w < spans.length && spans[w][0] <= head; w++) {
      const [start, end] = spans[w];
      const left = start === 0 ? Infinity : head - start;
      const right = end === count ? Infinity : end - 1 - head;
      const context = Math.min(left, right);
      if (context > best) {
        best = context;
        owners[word] = w;
      }
    }
  }
  return owners;
}
