/** Colours of printed pictures: the light theme (docs/design: warm paper, ink, hairlines). */
export const THEME = {
  paper: '#faf8f4',
  panel: '#ffffff',
  ink: '#1f1d1a',
  /** Secondary text; 4.9:1 on paper. */
  muted: '#6d675e',
  hairline: '#e2ddd3',
  /** Two quiet tints that tell neighbouring bands apart. */
  bands: ['#f3eee4', '#eaf0f2'],
  series: ['#2b67b2', '#c97a12', '#3f8f5f', '#7a5ea6', '#d3482f', '#16898c'],
} as const;

/** `#rrggbb` as red, green, blue. */
export function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The colour at an opacity of 0..1. */
export function withAlpha(colour: string, alpha: number): string {
  return `rgba(${rgb(colour).join(', ')}, ${alpha})`;
}
