import { rule } from '../graph.ts';
import { applyBinary, binaryOperator } from './rules.ts';

export const mulOperator = binaryOperator(
  'Mul',
  rule(({ g, inputs: [a, b], dY }) => [() => mul(g, dY, b!), () => mul(g, dY, a!)]),
);

/** a * b, broadcast. */
export const mul: ReturnType<typeof applyBinary> = applyBinary(mulOperator);
