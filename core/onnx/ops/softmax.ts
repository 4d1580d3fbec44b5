import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { normalizeAxis } from '../shape.ts';
import { mul } from './mul.ts';
import { reduceSum } from './reduce.ts';
import { onlyFloat, operands } from './rules.ts';
import { sub } from './sub.ts';

export const softmaxOperator: Operator<{ axis: number }> = {
  name: 'Softmax',
  domain: '',
  attributes: { axis: 'int' },
  infer(inputs, { axis }) {
    const [x] = operands('Softmax', inputs, 1) as [Operand];
    onlyFloat('Softmax', x);
    normalizeAxis(axis, x.shape.length, 'Softmax');
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  gradient: rule(({ g, outputs: [y], attributes: { axis }, dY }) => [
    () => mul(g, y!, sub(g, dY, reduceSum(g, mul(g, dY, y!), [axis], true))),
  ]),
};

/** Softmax along an axis (the last unless said). */
export const softmax = (g: Graph, x: Value, axis = -1): Value => g.apply(softmaxOperator, [x], { axis })[0]!;
