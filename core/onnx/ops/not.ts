import { none } from '../graph.ts';
import { applyUnary, unaryOperator } from './rules.ts';

export const notOperator = unaryOperator('Not', none('truth values'), { dtypes: ['bool'] });

/** Logical negation. */
export const not = applyUnary(notOperator);
