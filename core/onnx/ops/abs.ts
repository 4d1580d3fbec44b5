import { never } from '../graph.ts';
import { applyUnary, unaryOperator } from './rules.ts';

export const absOperator = unaryOperator(
  'Abs',
  never('it has no derivative at 0 and nothing here trains through it'),
  {
    dtypes: ['float32', 'float64', 'int64', 'int32'],
  },
);

/** |x|. */
export const abs = applyUnary(absOperator);
