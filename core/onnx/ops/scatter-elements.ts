import { type Graph, never, type Operand, type Operator, type Value } from '../graph.ts';
import { normalizeAxis, sameShape } from '../shape.ts';
import { graphError, onlyDType, operands, sameDType, show } from './rules.ts';

/**
 * Adds updates into a copy of `data`. This operator and never ScatterND: with duplicate indices ONNX
 * Runtime's ScatterND(add) on the CPU loses updates at two or more threads, without a word.
 */
export const scatterElementsOperator: Operator<{ axis: number; reduction: string }> = {
  name: 'ScatterElements',
  domain: '',
  attributes: { axis: 'int', reduction: 'string' },
  infer(inputs, { axis, reduction }) {
    const [data, indices, updates] = operands('ScatterElements', inputs, 3) as [Operand, Operand, Operand];
    onlyDType('ScatterElements', indices, 'int64', 'int32');
    sameDType('ScatterElements', data, updates);
    normalizeAxis(axis, data.shape.length, 'ScatterElements');
    if (!sameShape(indices.shape, updates.shape) || indices.shape.length !== data.shape.length)
      throw graphError('ScatterElements', `${show(indices)} and ${show(updates)} must have one shape`);
    if (reduction !== 'add') throw graphError('ScatterElements', `reduction ${reduction}: only add is used`);
    return [{ dtype: data.dtype, shape: data.shape }];
  },
  gradient: never('it is the backward of Gather; nothing forward uses it'),
};

/** data with updates[i, j] added at row indices[i, j]; data [V, H], indices and updates [N, H]. */
export const scatterElementsAdd = (g: Graph, data: Value, indices: Value, updates: Value, axis = 0): Value =>
  g.apply(scatterElementsOperator, [data, indices, updates], { axis, reduction: 'add' })[0]!;
