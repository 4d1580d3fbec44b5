import { KINDS, type Kind } from './kinds.ts';
import { logSumExp } from './statistics.ts';

/** Probabilities of each kind for one row, in the order of {@link KINDS}. */
export type KindDistribution = readonly number[];

/** A row of the chain: what its own rules say, and how it hangs on the row before. */
export interface ChainRow {
  /** Log-odds per kind, in the order of {@link KINDS}. */
  readonly scores: readonly number[];
  /** 0 for the same page, 1 for the next page, 2 where one page is missing in between... */
  readonly pagesSince: number;
}

/**
 * Log-probabilities of what follows what on a page of a cookbook: a title opens a recipe, lists and directions go on
 * until the next title; the heading of a section opens an essay, which goes on as long. From essay to directions
 * without a heading is next to impossible: that is what tells them apart where their words do not.
 */
const FOLLOWS: Readonly<Record<Kind, Readonly<Record<Kind, number>>>> = {
  title: { title: -2.5, ingredient: -0.7, step: -0.8, heading: -5, essay: -4, table: -5 },
  ingredient: { title: -3.5, ingredient: -0.25, step: -1.6, heading: -5, essay: -8, table: -7 },
  step: { title: -2.3, ingredient: -4.5, step: -0.15, heading: -3.7, essay: -8, table: -7 },
  heading: { title: -1.5, ingredient: -5, step: -4, heading: -1.6, essay: -0.6, table: -1.6 },
  essay: { title: -2.6, ingredient: -7, step: -8, heading: -2.6, essay: -0.15, table: -4 },
  table: { title: -4, ingredient: -7, step: -7, heading: -2.6, essay: -3, table: -0.15 },
};

/** Kinds of the first row of a page of which nothing is known. */
const OPENING: Readonly<Record<Kind, number>> = {
  title: 0.12,
  ingredient: 0.04,
  step: 0.42,
  heading: 0.08,
  essay: 0.24,
  table: 0.1,
};

/** How much is forgotten over one page break, and over each page that is missing. */
const FORGOTTEN_AT_BREAK = 0.003;
const FORGOTTEN_PER_PAGE = 0.35;

function transitions(pagesSince: number): number[][] {
  const keep =
    pagesSince === 0 ? 1 : (1 - FORGOTTEN_AT_BREAK) * (1 - FORGOTTEN_PER_PAGE) ** Math.max(0, pagesSince - 1);
  return KINDS.map((from) => {
    const total = logSumExp(KINDS.map((to) => FOLLOWS[from][to]));
    return KINDS.map((to) => Math.log(keep * Math.exp(FOLLOWS[from][to] - total) + (1 - keep) * OPENING[to]));
  });
}

/**
 * Forward-backward over a chain of rows.
 * @param trust how far the rules' log-odds are believed: they repeat each other, so less than 1
 * @returns the probability of each kind for each row, given all rows
 */
export function kindProbabilities(rows: readonly ChainRow[], trust: number): KindDistribution[] {
  const n = rows.length;
  if (n === 0) return [];
  const cache = new Map<number, number[][]>();
  const steps = (row: ChainRow) => {
    const key = Math.min(row.pagesSince, 20);
    const known = cache.get(key) ?? transitions(key);
    cache.set(key, known);
    return known;
  };
  const size = KINDS.length;
  const own = rows.map((row) => row.scores.map((score) => trust * score));
  const forward: number[][] = [KINDS.map((kind, k) => Math.log(OPENING[kind]) + own[0][k])];
  for (let i = 1; i < n; i++) {
    const step = steps(rows[i]);
    const before = forward[i - 1];
    forward.push(
      KINDS.map((_, to) => own[i][to] + logSumExp(before.map((value, from) => value + step[from][to]))),
    );
  }
  const backward: number[][] = new Array(n);
  backward[n - 1] = new Array(size).fill(0);
  for (let i = n - 2; i >= 0; i--) {
    const step = steps(rows[i + 1]);
    backward[i] = KINDS.map((_, from) =>
      logSumExp(backward[i + 1].map((value, to) => step[from][to] + own[i + 1][to] + value)),
    );
  }
  return forward.map((values, i) => {
    const joint = values.map((value, k) => value + backward[i][k]);
    const total = logSumExp(joint);
    return joint.map((value) => Math.exp(value - total));
  });
}
