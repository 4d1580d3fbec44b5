export interface EndLabel {
  readonly text: string;
  /** Where the line ends, in pixels from the top. */
  readonly y: number;
}

/**
 * Heights for labels at line ends, so that none lies on another: each as near to its line as the others allow, all
 * within the plot. In the order given.
 */
export function placeLabels(
  ends: readonly number[],
  lineHeight: number,
  top: number,
  bottom: number,
): number[] {
  const order = ends.map((_, i) => i).sort((a, b) => ends[a] - ends[b]);
  const placed = [...ends];
  let last = top - lineHeight;
  for (const i of order) last = placed[i] = Math.max(placed[i], last + lineHeight);
  let next = bottom + lineHeight;
  for (const i of order.reverse()) next = placed[i] = Math.min(placed[i], next - lineHeight);
  return placed;
}

/** The end of the x axis: room for `wanted` steps, and for labels of `gutter` pixels right of the last point. */
export function axisEnd(last: number, wanted: number, width: number, gutter: number): number {
  if (last <= 0) return Math.max(1, wanted);
  if (width <= gutter * 1.5) return Math.max(last, wanted);
  return Math.max(wanted, (last * width) / (width - gutter));
}
