import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { normalizeAxis } from '../shape.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { reduceSum } from './reduce.ts';
import { onlyFloat, operands } from './rules.ts';
import { sub } from './sub.ts';

/** Not on WebGPU: cross-entropy there is made from parts (composites/cross-entropy.ts). */
export const logSoftmaxOperator: Operator<{ axis: number }> = {
  name: 'LogSoftmax',
  domain: '',
  attributes: { axis: 'int' },
  infer(inputs, { axis }) {
    const [x] = operands('LogSoftmax', inputs, 1) as [Operand];
    onlyFloat('LogSoftmax', x);
    normalizeAxis(axis, x.shape.length, 'LogSoftmax');
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  gradient: rule(({ g, outputs: [y], attributes: { axis }, dY }) => [
    () => sub(g, dY, mul(g, exp(g, y!), reduceSum(g, dY, [axis], true))),
  ]),
};

/** log(softmax(x)) along an axis, stable. */
export const logSoftmax = (g: Graph, x: Value, axis = -1): Value =>
  g.apply(logSoftmaxOperator, [x], { axis })[0]!;
