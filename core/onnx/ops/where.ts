import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { broadcast } from '../shape.ts';
import { like, onlyDType, operands, sameDType } from './rules.ts';

export const whereOperator: Operator<Record<never, never>> = {
  name: 'Where',
  domain: '',
  attributes: {},
  infer(inputs) {
    const [condition, a, b] = operands('Where', inputs, 3) as [Operand, Operand, Operand];
    onlyDType('Where', condition, 'bool');
    sameDType('Where', a, b);
    const both = broadcast(a.shape, b.shape, `Where of ${a.name} and ${b.name}`);
    return [
      { dtype: a.dtype, shape: broadcast(condition.shape, both, `Where of ${condition.name} and ${a.name}`) },
    ];
  },
  gradient: rule(({ g, inputs: [condition], dY }) => [
    null,
    () => where(g, condition!, dY, like(g, dY, 0)),
    () => where(g, condition!, like(g, dY, 0), dY),
  ]),
};

/** a where the condition holds, else b; all broadcast. */
export const where = (g: Graph, condition: Value, a: Value, b: Value): Value =>
  g.apply(whereOperator, [condition, a, b])[0]!;
