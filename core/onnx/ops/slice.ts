import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { formatShape, normalizeAxis } from '../shape.ts';
import { pad } from './pad.ts';
import { constantInts, graphError, operands, show } from './rules.ts';

/** ONNX writes "to the end" as the largest int64. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

export const sliceOperator: Operator<Record<never, never>> = {
  name: 'Slice',
  domain: '',
  attributes: {},
  infer(inputs) {
    const [x, starts, ends, axes] = operands('Slice', inputs, 4) as [Operand, Operand, Operand, Operand];
    const from = constantInts('Slice', starts);
    const to = constantInts('Slice', ends);
    const shape = [...x.shape];
    for (const [i, a] of constantInts('Slice', axes).entries()) {
      const axis = normalizeAxis(a, shape.length, 'Slice');
      const length = shape[axis]!;
      const begin = from[i]!;
      const end = to[i] === TO_THE_END && typeof length === 'number' ? length : to[i]!;
      if (end === TO_THE_END) {
        if (typeof length !== 'string') throw graphError('Slice', `${show(x)}: unknown length`);
        shape[axis] = begin === 0 ? length : afterPrefix(length, begin, x);
        continue;
      }
      if (begin < 0 || end <= begin || (typeof length === 'number' && end > length))
        throw graphError(
          'Slice',
          `${show(x)}: [${begin}, ${end}) is not inside axis ${axis} of ${formatShape(x.shape)}`,
        );
      shape[axis] = end - begin;
    }
    return [{ dtype: x.dtype, shape }];
  },
  gradient: rule(({ g, inputs: [x, starts, ends, axes], dY }) => [
    () => {
      const before = x!.shape.map(() => 0);
      const after = x!.shape.map(() => 0);
      const to = constantInts('Slice', ends!);
      const from = constantInts('Slice', starts!);
      for (const [i, axis] of constantInts('Slice', axes!).entries()) {
        const length = x!.shape[axis]!;
        before[axis] = from[i]!;
        if (to[i] === TO_THE_END) continue;
        if (typeof length !== 'number')
          throw graphError('Slice', `the gradient of ${show(x!)} needs a static axis ${axis}`);
        after[axis] = length - to[i]!;
      }
      return pad(g, dY, before, after);
    },
    null,
    null,
    null,
  ]),
};

/** 'T+197' without its first 197 is 'T'; without its first n, 'T+(197-n)'. */
function afterPrefix(length: string, begin: number, x: Operand): string {
  const parts = length.split('+');
  const count = Number(parts.at(-1));
  if (!Number.isInteger(count) || count < begin)
    throw graphError('Slice', `${show(x)}: dropping ${begin} of ${length} may leave nothing`);
  return [...parts.slice(0, -1), ...(count > begin ? [count - begin] : [])].join('+');
}

/** Elements [start, end) of one axis; leave `end` out for "to the end". */
export function slice(g: Graph, x: Value, axis: number, start: number, end: number = TO_THE_END): Value {
  const place = normalizeAxis(axis, x.shape.length, 'Slice');
  if (start === 0 && (end === x.shape[place] || end === TO_THE_END)) return x;
  return g.apply(sliceOperator, [x, g.int64([start]), g.int64([end]), g.int64([place])])[0]!;
}
