import { rule } from '../graph.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { applyUnary, unaryOperator } from './rules.ts';

export const erfOperator = unaryOperator(
  'Erf',
  rule(({ g, inputs: [x], dY }) => [
    () => mul(g, mul(g, dY, exp(g, neg(g, mul(g, x!, x!)))), 2 / Math.sqrt(Math.PI)),
  ]),
);

/** The error function. */
export const erf = applyUnary(erfOperator);
