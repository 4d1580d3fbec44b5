export interface SettingDifference {
  readonly name: string;
  readonly first: string;
  readonly second: string;
}

/** A setting as text; nested ones as JSON. */
export function settingText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The settings in which two runs differ, by name. */
export function settingDifferences(
  first: Readonly<Record<string, unknown>>,
  second: Readonly<Record<string, unknown>>,
): SettingDifference[] {
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])].sort();
  return names
    .map((name) => ({ name, first: settingText(first[name]), second: settingText(second[name]) }))
    .filter((difference) => difference.first !== difference.second);
}

/** Values of several curves on one common axis; null where a curve has no point. */
export function alignSeries(
  curves: readonly { readonly x: readonly number[]; readonly y: readonly (number | null)[] }[],
): { x: number[]; series: (number | null)[][] } {
  const x = [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
  const at = new Map(x.map((value, i) => [value, i]));
  const series = curves.map((curve) => {
    const column: (number | null)[] = x.map(() => null);
    curve.x.forEach((value, i) => {
      column[at.get(value) as number] = curve.y[i];
    });
    return column;
  });
  return { x, series };
}
