import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { graphError, operands, show } from './rules.ts';

export const transposeOperator: Operator<{ perm: readonly number[] }> = {
  name: 'Transpose',
  domain: '',
  attributes: { perm: 'ints' },
  shared: true,
  infer(inputs, { perm }) {
    const [x] = operands('Transpose', inputs, 1) as [Operand];
    if (perm.length !== x.shape.length || [...perm].sort((a, b) => a - b).some((p, i) => p !== i))
      throw graphError('Transpose', `${show(x)}: [${perm}] is no order of its axes`);
    return [{ dtype: x.dtype, shape: perm.map((p) => x.shape[p]!) }];
  },
  gradient: rule(({ g, attributes: { perm }, dY }) => [
    () =>
      transpose(
        g,
        dY,
        perm.map((_, i) => perm.indexOf(i)),
      ),
  ]),
};

/** Axes in another order. Transposing a transpose gives one node, or none, outside composites. */
export function transpose(g: Graph, x: Value, perm: readonly number[]): Value {
  if (perm.every((p, i) => p === i) && perm.length === x.shape.length) return x;
  const before = x.producer;
  if (before?.operator.name === 'Transpose' && !g.insideComposite) {
    const first = before.attributes.perm as readonly number[];
    return transpose(
      g,
      before.inputs[0]!,
      perm.map((p) => first[p]!),
    );
  }
  return g.apply(transposeOperator, [x], { perm })[0]!;
}

/** The last two axes exchanged. */
export function swapLastTwo(g: Graph, x: Value): Value {
  const order = x.shape.map((_, i) => i);
  const [a, b] = order.splice(-2) as [number, number];
  return transpose(g, x, [...order, b, a]);
}
