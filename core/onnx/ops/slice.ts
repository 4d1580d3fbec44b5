import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { type Dim, formatShape, normalizeAxis } from '../shape.ts';
import { pad } from './pad.ts';
import { constantInts, graphError, operands, show } from './rules.ts';

/** ONNX writes "to the end" as the largest int64. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

export const sliceOperator: Operator<{ size?: number | undefined }> = {
  name: 'Slice',
  domain: '',
  attributes: { size: 'private' },
  infer(inputs, { size }) {
    const [x, starts, ends, axes] = operands('Slice', inputs, 4) as [Operand, Operand, Operand, Operand];
    if (size !== undefined) return [{ dtype: x.dtype, shape: [size, ...x.shape.slice(1)] }];
    const from = constantInts('Slice', starts);
    const to = constantInts('Slice', ends);
    const shape = [...x.shape];
    for (const [i, a] of constantInts('Slice', axes).entries()) {
      const axis = normalizeAxis(a, shape.length, 'Slice');
      const length = shape[axis]!;
      const begin = from[i]!;
      const end = endOf(x, length, to[i]!);
      if (typeof end === 'string') {
        shape[axis] = shorter(end, begin, x);
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
  gradient: rule(({ g, inputs: [x, starts, ends, axes], attributes: { size }, dY }) => [
    () => {
      if (size !== undefined)
        throw graphError('Slice', `the gradient of a window into ${show(x!)} is not made`);
      const before = x!.shape.map(() => 0);
      const after = x!.shape.map(() => 0);
      const to = constantInts('Slice', ends!);
      const from = constantInts('Slice', starts!);
      for (const [i, axis] of constantInts('Slice', axes!).entries()) {
        const length = x!.shape[axis]!;
        before[axis] = from[i]!;
        const end = endOf(x!, length, to[i]!);
        if (end === length) continue;
        if (typeof length !== 'number' || typeof end !== 'number')
          throw graphError('Slice', `the gradient of ${show(x!)} needs a static axis ${axis}`);
        after[axis] = length - end;
      }
      return pad(g, dY, before, after);
    },
    null,
    null,
    null,
  ]),
};

/** Where a slice ends, counted from the start of the axis. */
function endOf(x: Operand, length: Dim, end: number): Dim {
  if (end === TO_THE_END) return length;
  if (end >= 0) return end;
  return typeof length === 'number' ? length + end : shorter(length, -end, x);
}

/** 'T+197' less 197 is 'T'; less 97 it is 'T+100'. */
function shorter(length: string, by: number, x: Operand): string {
  if (by === 0) return length;
  const parts = length.split('+');
  const count = Number(parts.at(-1));
  if (!Number.isInteger(count) || count < by)
    throw graphError('Slice', `${show(x)}: ${length} less ${by} may leave nothing`);
  return [...parts.slice(0, -1), ...(count > by ? [count - by] : [])].join('+');
}

/** Elements [start, end) of one axis; a negative `end` counts from the end, none means "to the end". */
export function slice(g: Graph, x: Value, axis: number, start: number, end: number = TO_THE_END): Value {
  const place = normalizeAxis(axis, x.shape.length, 'Slice');
  if (start === 0 && (end === x.shape[place] || end === TO_THE_END)) return x;
  return g.apply(sliceOperator, [x, g.int64([start]), g.int64([end]), g.int64([place])])[0]!;
}

/**
 * Rows [start, end) of x along its first axis, where both are fed: int64 [1] each, `size` apart. Nobody but the one who feeds
 * them can check that they are.
 */
export const window = (g: Graph, x: Value, start: Value, end: Value, size: number): Value =>
  g.apply(sliceOperator, [x, start, end, g.int64([0])], { size })[0]!;
