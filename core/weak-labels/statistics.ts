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

export interface ConsensusOptions {
  /** A point this near to the line lies on it. */
  readonly tolerance: number;
  readonly minimumSlope: number;
  readonly maximumSlope: number;
  /** -1: points left of the line speak against it as much as those on it speak for it; 1: points right of it. */
  readonly outside: -1 | 1;
}

const MAXIMUM_POINTS = 120;

/**
 * The straight line x = at + slope * y that bounds the points on one side and that most of them lie on; among equals
 * the one with the smallest total distance. With no two points far enough apart: upright through one of them.
 */
export function boundingLine(
  given: readonly { x: number; y: number }[],
  { tolerance, minimumSlope, maximumSlope, outside }: ConsensusOptions,
): StraightLine & { support: number } {
  // Every pair is tried against every point: more points than a page has lines would take minutes and add nothing.
  const every = Math.max(1, Math.ceil(given.length / MAXIMUM_POINTS));
  const points = given.filter((_, i) => i % every === 0);
  let best = {
    at: median(points.map((p) => p.x)),
    slope: 0,
    support: 0,
    value: Number.NEGATIVE_INFINITY,
    cost: 0,
  };
  const consider = (at: number, slope: number) => {
    let support = 0;
    let beyond = 0;
    let cost = 0;
    for (const p of points) {
      const d = p.x - at - slope * p.y;
      if (Math.abs(d) <= tolerance) support++;
      else if (Math.sign(d) === outside) beyond++;
      cost += Math.min(Math.abs(d), tolerance);
    }
    const value = support - beyond;
    if (value > best.value || (value === best.value && cost < best.cost))
      best = { at, slope, support, value, cost };
  };
  const upright = clamp(0, minimumSlope, maximumSlope);
  for (const p of points) consider(p.x - upright * p.y, upright);
  for (let i = 0; i < points.length; i++)
    for (let k = i + 1; k < points.length; k++) {
      const dy = points[k].y - points[i].y;
      if (dy === 0) continue;
      const slope = (points[k].x - points[i].x) / dy;
      if (slope >= minimumSlope && slope <= maximumSlope) consider(points[i].x - slope * points[i].y, slope);
    }
  return { at: best.at, slope: best.slope, support: best.support };
}
