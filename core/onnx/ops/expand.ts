import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { broadcast, formatShape, isStatic, type Shape, sameShape } from '../shape.ts';
import { constantInts, graphError, operands, show } from './rules.ts';

export const expandOperator: Operator<Record<never, never>> = {
  name: 'Expand',
  domain: '',
  attributes: {},
  infer(inputs) {
    const [x, shape] = operands('Expand', inputs, 2) as [Operand, Operand];
    return [
      { dtype: x.dtype, shape: broadcast(x.shape, constantInts('Expand', shape), `Expand of ${x.name}`) },
    ];
  },
  // gradient.ts sums what was repeated.
  gradient: rule(({ dY }) => [() => dY, null]),
};

/** Repeats axes of length 1 up to a static shape; a length of 1 there keeps what x has. */
export function expand(g: Graph, x: Value, shape: Shape): Value {
  if (sameShape(shape, x.shape)) return x;
  const target = shape.map((d, i) => (d === x.shape[i - shape.length + x.shape.length] ? 1 : d));
  if (!isStatic(target)) throw graphError('Expand', `${show(x)} to ${formatShape(shape)}: not static`);
  return g.apply(expandOperator, [x, g.int64(target)])[0]!;
}
