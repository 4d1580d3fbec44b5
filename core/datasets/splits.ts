import { GalleyError } from '../errors/galley-error.ts';

export interface SplitOptions {
  /** Share of pages to hold out, 0..1; 0 holds out none. */
  validationFraction: number;
  /** Whole number; the same seed gives the same split. */
  seed: number;
  /**
   * So many consecutive pages stay together: recipes run over page breaks, and a page whose recipe was trained on
   * tells nothing when it is scored. 1 splits page by page. Default 8, less where pages are few.
   */
  blockSize?: number;
}

export const DEFAULT_BLOCK_SIZE = 8;

/**
 * Splits pages into train and validation, each in page order. From two pages on, neither is empty (for a fraction
 * above 0). The share is met to within half a block.
 * @throws GalleyError `usage` for a fraction outside 0..1 or no block size.
 */
export function splitPages<T extends { readonly pageNum: number }>(
  pages: readonly T[],
  { validationFraction, seed, blockSize }: SplitOptions,
): { train: T[]; validation: T[] } {
  if (!(validationFraction >= 0 && validationFraction < 1))
    throw new GalleyError('usage', `val_fraction: expected 0 up to below 1, found ${validationFraction}`);
  if (blockSize !== undefined && !(Number.isInteger(blockSize) && blockSize >= 1))
    throw new GalleyError('usage', `block size: expected a whole number of at least 1, found ${blockSize}`);
  const sorted = [...pages].sort((a, b) => a.pageNum - b.pageNum);
  if (validationFraction === 0 || sorted.length < 2) return { train: sorted, validation: [] };
  const target = Math.min(sorted.length - 1, Math.max(1, Math.round(sorted.length * validationFraction)));
  // A block larger than the share itself would miss it.
  const size = Math.min(blockSize ?? DEFAULT_BLOCK_SIZE, target, sorted.length - target);
  const blocks = shuffled(blocksOf(sorted, size), seed);
  const held = new Set<T>();
  for (const block of blocks) {
    const missing = target - held.size;
    if (missing <= 0) break;
    // The last block is taken whole or left, whichever lands nearer; the first one always.
    const over = block.length - missing;
    if (held.size > 0 && over > missing) continue;
    if (held.size + block.length < sorted.length) for (const page of block) held.add(page);
  }
  return {
    train: sorted.filter((page) => !held.has(page)),
    validation: sorted.filter((page) => held.has(page)),
  };
}

/** Runs of at most `size` pages; a gap in the page numbers starts a new run, since no recipe runs over it. */
function blocksOf<T extends { readonly pageNum: number }>(sorted: readonly T[], size: number): T[][] {
  const blocks: T[][] = [];
  for (const page of sorted) {
    const block = blocks.at(-1);
    const follows = block && page.pageNum - block[block.length - 1].pageNum <= 1;
    if (block && follows && block.length < size) block.push(page);
    else blocks.push([page]);
  }
  return blocks;
}

/** Fisher-Yates with the generator splitmix32. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = seed | 0;
  const random = () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
