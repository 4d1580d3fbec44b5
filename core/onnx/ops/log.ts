import { rule } from '../graph.ts';
import { div } from './div.ts';
import { applyUnary, unaryOperator } from './rules.ts';

export const logOperator = unaryOperator(
  'Log',
  rule(({ g, inputs: [x], dY }) => [() => div(g, dY, x!)]),
);

/** Natural logarithm. */
export const log = applyUnary(logOperator);
