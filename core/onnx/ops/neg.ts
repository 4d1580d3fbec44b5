import { rule } from '../graph.ts';
import { applyUnary, unaryOperator } from './rules.ts';

export const negOperator = unaryOperator(
  'Neg',
  rule(({ g, dY }) => [() => neg(g, dY)]),
  { dtypes: ['float32', 'float64', 'int64', 'int32'] },
);

/** -x. */
export const neg: ReturnType<typeof applyUnary> = applyUnary(negOperator);
