import { rule } from '../graph.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { applyBinary, binaryOperator } from './rules.ts';

export const divOperator = binaryOperator(
  'Div',
  rule(({ g, inputs: [, b], outputs: [y], dY }) => [
    () => div(g, dY, b!),
    // d(a/b)/db = -(a/b)/b, from the output that is there already.
    () => neg(g, div(g, mul(g, dY, y!), b!)),
  ]),
);

/** a / b, broadcast. */
export const div: ReturnType<typeof applyBinary> = applyBinary(divOperator);
