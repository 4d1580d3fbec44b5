import { rule } from '../graph.ts';
import { applyBinary, binaryOperator } from './rules.ts';

export const addOperator = binaryOperator(
  'Add',
  rule(({ dY }) => [() => dY, () => dY]),
);

/** a + b, broadcast. */
export const add = applyBinary(addOperator);
