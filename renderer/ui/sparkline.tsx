/** A few numbers as a line, smallest value at the bottom; for the eye only, the number beside it says it in words. */
export function Sparkline({
  values,
  width = 96,
  height = 22,
}: {
  readonly values: readonly number[];
  readonly width?: number;
  readonly height?: number;
}) {
  if (values.length < 2) return null;
  const shown = thin(values, width);
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low || 1;
  const points = shown.map((value, i) => {
    const x = (i / (shown.length - 1)) * (width - 4) + 2;
    const y = height - 3 - ((value - low) / span) * (height - 6);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const [endX, endY] = points[points.length - 1].split(',');
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      <circle cx={endX} cy={endY} r="2" fill="currentColor" />
    </svg>
  );
}

/** At most one value a pixel. */
function thin(values: readonly number[], most: number): number[] {
  const step = Math.max(1, values.length / most);
  const kept: number[] = [];
  for (let i = 0; i < values.length; i += step) kept.push(values[Math.floor(i)]);
  kept[kept.length - 1] = values[values.length - 1];
  return kept;
}
