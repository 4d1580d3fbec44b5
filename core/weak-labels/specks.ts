import type { DefaultLabel } from '../labels/labels.ts';
import type { PageFeatures, RowFeatures } from './row-features.ts';

/**
 * Whether a word of a row is no part of its line: a mark far from it or outside the text. In lists, what stands
 * inside the text is taken for a broken fraction.
 */
export function isStray(
  features: PageFeatures,
  row: RowFeatures,
  word: number,
  label: DefaultLabel,
): boolean {
  if (!row.strays.has(word)) return false;
  if (label !== 'INGREDIENT_LINE') return true;
  const { page, block } = features;
  const x = (((page.bboxes[word][0] + page.bboxes[word][2]) / 2) * page.width) / 1000;
  const y = row.y * page.height;
  const left = block.left.at + block.left.slope * y;
  const right = block.right.at + block.right.slope * y;
  if (x < left || x > right) return true;
  const last = row.wordIndices.at(-1) === word;
  return last && !/[\p{L}\d]/u.test(page.words[word]);
}
