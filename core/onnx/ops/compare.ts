import { none } from '../graph.ts';
import { applyBinary, binaryOperator } from './rules.ts';

const comparison = (name: string) => binaryOperator(name, none('truth values'), { result: 'bool' });

export const equalOperator = comparison('Equal');
export const lessOperator = comparison('Less');
export const greaterOperator = comparison('Greater');
export const greaterOrEqualOperator = comparison('GreaterOrEqual');
export const andOperator = binaryOperator('And', none('truth values'), { dtypes: ['bool'], result: 'bool' });

/** a == b elementwise, broadcast; bool. */
export const equal = applyBinary(equalOperator);
/** a < b. */
export const less = applyBinary(lessOperator);
/** a > b. */
export const greater = applyBinary(greaterOperator);
/** a >= b. */
export const greaterOrEqual = applyBinary(greaterOrEqualOperator);
/** a and b, both bool. */
export const and = applyBinary(andOperator);
