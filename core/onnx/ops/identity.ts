import { rule } from '../graph.ts';
import { applyUnary, unaryOperator } from './rules.ts';

export const identityOperator = unaryOperator(
  'Identity',
  rule(({ dY }) => [() => dY]),
  { dtypes: ['float32', 'float64', 'float16', 'int64', 'int32', 'int8', 'uint8', 'bool'] },
);

/** A copy. */
export const identity = applyUnary(identityOperator);
