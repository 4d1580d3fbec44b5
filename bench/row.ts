import type { Comparison, Spread } from './harness.ts';

export interface BenchOptions {
  /** Python with torch, transformers and datasets; null: Galley alone. */
  readonly python: string | null;
  readonly threads: number;
  readonly rounds: number;
  /** Folder for what is made once. */
  readonly cache: string;
  readonly model: string;
  readonly bfloat16: boolean;
}

/** One line of the table. */
export interface Row {
  readonly id: string;
  readonly work: string;
  readonly peer: string;
  /** Figures as text, in the order of the columns. */
  readonly galley: string;
  readonly other: string;
  readonly ratio: string;
  readonly target: string;
  readonly note: string;
  readonly data: unknown;
}

export const wide = (s: Spread, digits = 2) =>
  `${s.median.toFixed(digits)} (${s.low.toFixed(digits)} to ${s.high.toFixed(digits)})`;
export const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

/** With one thread the processor's time counts, which survives a busy machine; with more the clock's. */
export const clock = (o: BenchOptions) => (o.threads === 1 ? 'cpu' : 'seconds');
export const ratioOf = (o: BenchOptions, c: Comparison, i = 0) =>
  c.ratios[i] ? c.ratios[i][o.threads === 1 ? 'cpu' : 'wall'] : null;
export const timeOf = (o: BenchOptions, c: Comparison, side: number) => c.sides[side]?.[clock(o)];

export function rowOf(
  o: BenchOptions,
  c: Comparison,
  row: Omit<Row, 'galley' | 'other' | 'ratio' | 'data'>,
  unit = 's',
): Row {
  const [own, other, ratio] = [timeOf(o, c, 0)!, timeOf(o, c, 1), ratioOf(o, c)];
  return {
    ...row,
    galley: `${wide(own)} ${unit}`,
    other: other ? `${wide(other)} ${unit}` : 'not here',
    ratio: ratio ? wide(ratio) : '',
    data: c,
  };
}
