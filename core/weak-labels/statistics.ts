/** Middle value; the upper one of two. 0 for no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Value below which a share `q` (0..1) of the values lie, without interpolation. 0 for no values. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** Logistic function. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** log(sum(exp(values))) without overflow; -Infinity for none. */
export function logSumExp(values: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > top) top = value;
  if (top === Number.NEGATIVE_INFINITY) return top;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - top);
  return top + Math.log(sum);
}

export interface StraightLine {
  /** x at y = 0. */
  readonly at: number;
  /** Change of x per y. */
  readonly slope: number;
}

/**
 * The straight line x = at + slope * y that most points lie on (consensus over all pairs, at most `maximumSlope`
 * steep); among equals the one with the smallest total distance. Fewer than two points: vertical through their median.
 */
export function consensusLine(
  points: readonly { x: number; y: number }[],
  tolerance: number,
  maximumSlope: number,
): StraightLine & { support: number } {
  const upright = median(points.map((p) => p.x));
  let best = { at: upright, slope: 0, support: 0, cost: Number.POSITIVE_INFINITY };
  const consider = (at: number, slope: number) => {
    let support = 0;
    let cost = 0;
    for (const p of points) {
      const d = Math.abs(p.x - at - slope * p.y);
      if (d <= tolerance) support++;
      cost += Math.min(d, tolerance);
    }
    if (support > best.support || (support === best.support && cost < best.cost))
      best = { at, slope, support, cost };
  };
  for (const p of points) consider(p.x, 0);
  for (let i = 0; i < points.length; i++)
    for (let k = i + 1; k < points.length; k++) {
      const dy = points[k].y - points[i].y;
      if (dy === 0) continue;
      const slope = (points[k].x - points[i].x) / dy;
      if (Math.abs(slope) <= maximumSlope) consider(points[i].x - slope * points[i].y, slope);
    }
  return { at: best.at, slope: best.slope, support: best.support };
}
