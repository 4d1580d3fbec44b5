import type { PageFeatures, RowFeatures } from './row-features.ts';

/** A mark at the end (or start) of a line that is no word: outside the text, or a lone sign. */
export function isLineEndSpeck(features: PageFeatures, row: RowFeatures, word: number): boolean {
  const text = features.page.words[word];
  if (/[\p{L}\d]{2}/u.test(text)) return false;
  const order = row.wordIndices;
  const at = order.indexOf(word);
  if (at !== order.length - 1 && at !== 0) return false;
  if (order.length === 1) return false;
  if (/[\p{L}\d]/u.test(text)) return false;
  if (at === 0) return false;
  return !/^[-—&;:!?]$/.test(text) || row.indentRight > 0.05;
}
