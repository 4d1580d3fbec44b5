import { type Graph, never, type Operand, type Operator, type Value } from '../graph.ts';
import { sumOf } from '../shape.ts';
import { constantInts, graphError, operands, show } from './rules.ts';

export const padOperator: Operator<Record<never, never>> = {
  name: 'Pad',
  domain: '',
  attributes: {},
  infer(inputs) {
    const [x, pads] = operands('Pad', inputs, 2) as [Operand, Operand];
    const widths = constantInts('Pad', pads);
    const rank = x.shape.length;
    if (widths.length !== 2 * rank || widths.some((w) => w < 0))
      throw graphError('Pad', `${show(x)}: [${widths}] are no widths for rank ${rank}`);
    return [{ dtype: x.dtype, shape: x.shape.map((d, i) => sumOf([d, widths[i]! + widths[rank + i]!])) }];
  },
  gradient: never('it is the backward of Slice; nothing forward uses it'),
};

/** Zeros around x: `before` and `after` per axis. */
export function pad(g: Graph, x: Value, before: readonly number[], after: readonly number[]): Value {
  if ([...before, ...after].every((w) => w === 0)) return x;
  return g.apply(padOperator, [x, g.int64([...before, ...after])])[0]!;
}
