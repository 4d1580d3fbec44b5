/** Round numbers from at most `low` to at least `high`, about `count` of them; a flat range is widened. */
export function niceTicks(low: number, high: number, count = 5): number[] {
  if (!(Number.isFinite(low) && Number.isFinite(high))) return [0, 1];
  if (low === high) return niceTicks(low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2, count);
  const rough = (high - low) / Math.max(1, count - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999) ?? 10 * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** One format for all ticks of an axis: as many decimals as their step needs, powers of ten for the very small. */
export function formatTicks(ticks: readonly number[]): string[] {
  const step = Math.abs((ticks[1] ?? 1) - ticks[0]);
  const largest = Math.max(...ticks.map(Math.abs));
  if (largest > 0 && largest < 1e-3)
    return ticks.map((t) => (t === 0 ? '0' : Number(t.toPrecision(3)).toExponential().replace('e-', 'e−')));
  let decimals = 0;
  while (decimals < 8 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6)
    decimals++;
  return ticks.map((t) =>
    t.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
  );
}

/** Moves label positions apart so that neighbours are at least `gap` apart, within low..high, in their order. */
export function spread(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b]);
  const placed = order.map((i) => Math.min(high, Math.max(low, positions[i])));
  for (let k = 1; k < placed.length; k++) placed[k] = Math.max(placed[k], placed[k - 1] + gap);
  for (let k = placed.length - 1, limit = high; k >= 0; k--, limit = placed[k + 1] - gap)
    placed[k] = Math.min(placed[k], limit);
  const result = [...positions];
  for (const [k, i] of order.entries()) result[i] = placed[k];
  return result;
}
