import { rule } from '../graph.ts';
import { mul } from './mul.ts';
import { applyUnary, unaryOperator } from './rules.ts';

export const expOperator = unaryOperator(
  'Exp',
  rule(({ g, outputs: [y], dY }) => [() => mul(g, dY, y!)]),
);

/** e^x. */
export const exp = applyUnary(expOperator);
