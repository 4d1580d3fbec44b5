import { type Graph, never, type Operand, type Operator, type Value } from '../graph.ts';
import { normalizeAxis } from '../shape.ts';
import { constantInts, operands } from './rules.ts';

export const cumSumOperator: Operator<Record<never, never>> = {
  name: 'CumSum',
  domain: '',
  attributes: {},
  infer(inputs) {
    const [x, axis] = operands('CumSum', inputs, 2) as [Operand, Operand];
    normalizeAxis(constantInts('CumSum', axis)[0]!, x.shape.length, 'CumSum');
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  gradient: never('it only counts positions here'),
};

/** Running sum along an axis. */
export const cumSum = (g: Graph, x: Value, axis: number): Value =>
  g.apply(cumSumOperator, [x, g.int64(axis)])[0]!;
