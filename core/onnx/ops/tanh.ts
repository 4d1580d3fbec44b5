import { rule } from '../graph.ts';
import { mul } from './mul.ts';
import { applyUnary, unaryOperator } from './rules.ts';
import { sub } from './sub.ts';

export const tanhOperator = unaryOperator(
  'Tanh',
  rule(({ g, outputs: [y], dY }) => [() => sub(g, dY, mul(g, mul(g, dY, y!), y!))]),
);

/** Hyperbolic tangent. */
export const tanh = applyUnary(tanhOperator);
