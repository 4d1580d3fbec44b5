/** How a confusion matrix is read: words, or shares of each row (of what the reference says). */
export type MatrixMode = 'counts' | 'rows';

export interface MatrixCell {
  readonly count: number;
  /** Share of the row, 0..1; null where the reference never has this label. */
  readonly share: number | null;
  /** Strength of the one hue, 0..1. */
  readonly shade: number;
}

/**
 * Cells of a confusion matrix ([reference][predicted]). Row shares are coloured as they are; counts on a logarithmic
 * scale, since Outside would drown the rest.
 */
export function matrixCells(counts: readonly (readonly number[])[], mode: MatrixMode): MatrixCell[][] {
  const largest = Math.max(0, ...counts.flat());
  return counts.map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((count) => {
      const share = sum === 0 ? null : count / sum;
      const shade =
        mode === 'rows' ? (share ?? 0) : largest === 0 ? 0 : Math.log1p(count) / Math.log1p(largest);
      return { count, share, shade };
    });
  });
}

/** Words whose predicted label is that of the reference, and all words. */
export function agreement(counts: readonly (readonly number[])[]): { right: number; all: number } {
  let right = 0;
  let all = 0;
  counts.forEach((row, i) => {
    row.forEach((count, j) => {
      all += count;
      if (i === j) right += count;
    });
  });
  return { right, all };
}

/** Where an arrow key leads from a cell of a square of `size`; the cell itself at the edge. */
export function stepCell(
  [row, column]: readonly [number, number],
  key: string,
  size: number,
): [number, number] {
  const within = (value: number) => Math.min(size - 1, Math.max(0, value));
  if (key === 'ArrowLeft') return [row, within(column - 1)];
  if (key === 'ArrowRight') return [row, within(column + 1)];
  if (key === 'ArrowUp') return [within(row - 1), column];
  if (key === 'ArrowDown') return [within(row + 1), column];
  if (key === 'Home') return [row, 0];
  if (key === 'End') return [row, size - 1];
  return [row, column];
}
