/** "412 MB", "3.3 GB"; decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Scores with three decimals, as in every report of Galley. */
export const formatScore = (value: number): string => value.toFixed(3);

/** A learning rate as "3.2e-5". */
export function formatRate(value: number): string {
  return value === 0 ? '0' : value.toExponential(1).replace('.0e', 'e').replace('e-0', 'e-');
}

/** "22 Nov, 14:02" in the person's own time. */
export function formatMoment(iso: string): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  const year = date.getFullYear() === new Date().getFullYear() ? '' : ` ${date.getFullYear()}`;
  const clock = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
  return `${day}${year}, ${clock}`;
}
