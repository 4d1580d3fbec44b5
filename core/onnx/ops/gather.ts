import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { normalizeAxis, productOf } from '../shape.ts';
import { constantOfShape } from './constant-of-shape.ts';
import { expand } from './expand.ts';
import { reshape } from './reshape.ts';
import { graphError, onlyDType, operands, show } from './rules.ts';
import { scatterElementsAdd } from './scatter-elements.ts';

export const gatherOperator: Operator<{ axis: number }> = {
  name: 'Gather',
  domain: '',
  attributes: { axis: 'int' },
  infer(inputs, attributes) {
    const [x, indices] = operands('Gather', inputs, 2) as [Operand, Operand];
    onlyDType('Gather', indices, 'int64', 'int32');
    const axis = normalizeAxis(attributes.axis, x.shape.length, 'Gather');
    return [
      { dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] },
    ];
  },
  gradient: rule(({ g, inputs: [x, indices], attributes: { axis }, dY }) => [
    () => {
      if (axis !== 0)
        throw graphError('Gather', `the gradient of ${show(x!)} is made for axis 0, not ${axis}`);
      const row = x!.shape.slice(1);
      const rows = productOf(indices!.shape);
      const width = productOf(row);
      const flat = reshape(g, dY, [rows, width]);
      const places = expand(g, reshape(g, indices!, [rows, 1]), [rows, width]);
      const zeros = constantOfShape(g, [x!.shape[0]!, width], 0);
      return reshape(g, scatterElementsAdd(g, zeros, places, flat), x!.shape);
    },
    null,
  ]),
};

/** x[indices] along an axis: table [V, H], indices [B, T] -> [B, T, H]. Gradients for axis 0. */
export const gather = (g: Graph, x: Value, indices: Value, axis = 0): Value =>
  g.apply(gatherOperator, [x, indices], { axis })[0]!;
