import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { normalizeAxis, sumOf } from '../shape.ts';
import { graphError, sameDType, show } from './rules.ts';
import { slice } from './slice.ts';

export const concatOperator: Operator<{ axis: number }> = {
  name: 'Concat',
  domain: '',
  attributes: { axis: 'int' },
  infer(inputs, attributes) {
    const [first, ...rest] = inputs as Operand[];
    if (!first || inputs.includes(null)) throw graphError('Concat', 'expected at least one input');
    const axis = normalizeAxis(attributes.axis, first.shape.length, 'Concat');
    for (const x of rest) {
      sameDType('Concat', first, x);
      if (x.shape.length !== first.shape.length || x.shape.some((d, i) => i !== axis && d !== first.shape[i]))
        throw graphError('Concat', `${show(first)} and ${show(x)} differ outside axis ${axis}`);
    }
    const shape = [...first.shape];
    shape[axis] = sumOf(inputs.map((x) => x!.shape[axis]!));
    return [{ dtype: first.dtype, shape }];
  },
  gradient: rule(({ g, inputs, attributes, dY }) => {
    const axis = normalizeAxis(attributes.axis, dY.shape.length, 'Concat');
    let start = 0;
    return inputs.map((x) => {
      const from = start;
      const length = x.shape[axis]!;
      if (typeof length !== 'number')
        throw graphError('Concat', `the gradient of ${show(x)} needs a static axis ${axis}`);
      start += length;
      return () => slice(g, dY, axis, from, from + length);
    });
  }),
};

/** Values side by side along an axis. */
export function concat(g: Graph, values: readonly Value[], axis: number): Value {
  return values.length === 1 ? values[0]! : g.apply(concatOperator, values, { axis })[0]!;
}
