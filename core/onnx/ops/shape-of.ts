import { type Graph, none, type Operand, type Operator, type Value } from '../graph.ts';
import { operands } from './rules.ts';

export const shapeOperator: Operator<{ start?: number; end?: number }> = {
  name: 'Shape',
  domain: '',
  attributes: { start: 'int', end: 'int' },
  infer(inputs, { start = 0, end }) {
    const [x] = operands('Shape', inputs, 1) as [Operand];
    return [{ dtype: 'int64', shape: [x.shape.slice(start, end).length] }];
  },
  gradient: none('a shape does not change with the elements'),
};

/** The lengths of axes [start, end) as int64, known when the model runs. */
export const shapeOf = (g: Graph, x: Value, start = 0, end: number = x.shape.length): Value =>
  g.apply(shapeOperator, [x], { start, end })[0]!;
