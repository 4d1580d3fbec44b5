/** Pure moves of a selection of words; `order` is the reading order of the page's words. */

/** All words from `anchor` to `head` in reading order, both included. */
export function rangeInOrder(order: readonly number[], anchor: number, head: number): number[] {
  const a = order.indexOf(anchor);
  const b = order.indexOf(head);
  if (a < 0 || b < 0) return b >= 0 ? [head] : [];
  return order.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** The word `steps` further on in reading order, stopping at either end. */
export function stepInOrder(order: readonly number[], from: number | null, steps: number): number | null {
  if (order.length === 0) return null;
  if (from === null) return steps >= 0 ? order[0] : order[order.length - 1];
  const at = order.indexOf(from);
  if (at < 0) return order[0];
  return order[Math.min(order.length - 1, Math.max(0, at + steps))];
}

/** Index of the line that holds a word, or -1. */
export function lineOf(lines: readonly { readonly wordIndices: readonly number[] }[], word: number): number {
  return lines.findIndex((line) => line.wordIndices.includes(word));
}

/** Symmetric difference: what a Ctrl-click or Ctrl-drag does. */
export function toggle(selected: ReadonlySet<number>, words: readonly number[]): Set<number> {
  const next = new Set(selected);
  for (const w of words) if (!next.delete(w)) next.add(w);
  return next;
}

/** The next index after `from` (or before it) for which `wanted` holds, wrapping around; null if there is none. */
export function nextWhere(
  order: readonly number[],
  from: number | null,
  direction: 1 | -1,
  wanted: (word: number) => boolean,
): number | null {
  const start = from === null ? (direction > 0 ? -1 : order.length) : order.indexOf(from);
  for (let i = 1; i <= order.length; i++) {
    const at = (((start + direction * i) % order.length) + order.length) % order.length;
    if (wanted(order[at])) return order[at];
  }
  return null;
}
