import { type Graph, none, type Operand, type Operator, type Value } from '../graph.ts';
import type { Dim } from '../shape.ts';
import { graphError, onlyDType, operands, show } from './rules.ts';

export const rangeOperator: Operator<{ length: Dim }> = {
  name: 'Range',
  domain: '',
  attributes: { length: 'private' },
  infer(inputs, { length }) {
    const all = operands('Range', inputs, 3) as [Operand, Operand, Operand];
    for (const x of all) {
      onlyDType('Range', x, 'int64');
      if (x.shape.length !== 0) throw graphError('Range', `${show(x)}: expected a scalar`);
    }
    return [{ dtype: 'int64', shape: [length] }];
  },
  gradient: none('integers'),
};

/** 0, 1, ..., limit - 1 as int64 [length]; `limit` is an int64 scalar known when the model runs, `length` its name. */
export const range = (g: Graph, limit: Value, length: Dim): Value =>
  g.apply(rangeOperator, [g.int64(0), limit, g.int64(1)], { length })[0]!;
