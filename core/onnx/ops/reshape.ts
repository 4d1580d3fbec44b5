import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { type Dim, formatShape, productOf, quotientOf, type Shape, sameShape } from '../shape.ts';
import { constantInts, graphError, operands, show } from './rules.ts';

export const reshapeOperator: Operator<Record<never, never>> = {
  name: 'Reshape',
  domain: '',
  attributes: {},
  shared: true,
  infer(inputs) {
    const [x, target] = operands('Reshape', inputs, 2) as [Operand, Operand];
    const wanted = constantInts('Reshape', target);
    const shape: Dim[] = wanted.map((n, i) => (n === 0 ? (x.shape[i] ?? 0) : n));
    const open = shape.indexOf(-1);
    if (open >= 0) {
      const rest = shape.filter((_, i) => i !== open);
      const length = quotientOf(x.shape, rest);
      if (length === null || rest.includes(-1))
        throw graphError('Reshape', `${show(x)} does not fit ${formatShape(wanted)}`);
      shape[open] = length;
    }
    if (productOf(shape) !== productOf(x.shape))
      throw graphError('Reshape', `${show(x)} does not fit ${formatShape(shape)}`);
    return [{ dtype: x.dtype, shape }];
  },
  gradient: rule(({ g, inputs: [x], dY }) => [() => reshape(g, dY, x!.shape), null]),
};

/**
 * The same elements in another shape. A length may be -1 once ("what is left"), and a symbolic length
 * must stand where the input has it, or be the only one. Gives x back where nothing changes.
 */
export function reshape(g: Graph, x: Value, shape: Shape): Value {
  if (sameShape(shape, x.shape)) return x;
  let open = shape.includes(-1);
  const target = shape.map((d, i) => {
    if (typeof d === 'number') return d;
    if (x.shape[i] === d) return 0;
    if (open)
      throw graphError('Reshape', `${show(x)} to ${formatShape(shape)}: more than one length is unknown`);
    open = true;
    return -1;
  });
  return g.apply(reshapeOperator, [x, g.int64(target)])[0]!;
}
