import { rule } from '../graph.ts';
import { neg } from './neg.ts';
import { applyBinary, binaryOperator } from './rules.ts';

export const subOperator = binaryOperator(
  'Sub',
  rule(({ g, dY }) => [() => dY, () => neg(g, dY)]),
);

/** a - b, broadcast. */
export const sub = applyBinary(subOperator);
