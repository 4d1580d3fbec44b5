import { rule } from '../graph.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { applyUnary, unaryOperator } from './rules.ts';

export const sqrtOperator = unaryOperator(
  'Sqrt',
  rule(({ g, outputs: [y], dY }) => [() => div(g, mul(g, dY, 0.5), y!)]),
);

/** Square root. */
export const sqrt = applyUnary(sqrtOperator);
