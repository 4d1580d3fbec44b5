import { type Graph, none, type Operand, type Operator, type Value } from '../graph.ts';
import { normalizeAxis } from '../shape.ts';
import { operands } from './rules.ts';

export const argMaxOperator: Operator<{ axis: number; keepdims: number }> = {
  name: 'ArgMax',
  domain: '',
  attributes: { axis: 'int', keepdims: 'int' },
  infer(inputs, { axis, keepdims }) {
    const [x] = operands('ArgMax', inputs, 1) as [Operand];
    const place = normalizeAxis(axis, x.shape.length, 'ArgMax');
    const shape = keepdims
      ? x.shape.map((d, i) => (i === place ? 1 : d))
      : x.shape.filter((_, i) => i !== place);
    return [{ dtype: 'int64', shape }];
  },
  gradient: none('an index does not change with small changes of x'),
};

/** Where the largest element stands along an axis; int64, the axis dropped. */
export const argMax = (g: Graph, x: Value, axis = -1): Value =>
  g.apply(argMaxOperator, [x], { axis, keepdims: 0 })[0]!;
