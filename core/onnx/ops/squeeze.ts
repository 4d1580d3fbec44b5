import { type Graph, type Operand, type Operator, rule, type Value } from '../graph.ts';
import { normalizeAxis, type Shape } from '../shape.ts';
import { constantInts, graphError, operands, show } from './rules.ts';

function withOnes(shape: Shape, axes: readonly number[]): Shape {
  const rest = [...shape];
  return Array.from({ length: shape.length + axes.length }, (_, i) => (axes.includes(i) ? 1 : rest.shift()!));
}

/** Takes axes of length 1 out of a shape. */
function without(x: Operand, axes: readonly number[]): Shape {
  const stuck = axes.find((a) => x.shape[a] !== 1);
  if (stuck !== undefined) throw graphError('Squeeze', `${show(x)}: axis ${stuck} has not length 1`);
  return x.shape.filter((_, i) => !axes.includes(i));
}

const distinct = (what: string, axes: readonly number[]) => {
  if (new Set(axes).size !== axes.length) throw graphError(what, `axes [${axes}] repeat`);
  return axes;
};

const layout = (
  name: 'Squeeze' | 'Unsqueeze',
  shapeOf: (x: Operand, axes: readonly number[]) => Shape,
): Operator<Record<never, never>> => ({
  name,
  domain: '',
  attributes: {},
  shared: true,
  infer(inputs) {
    const [x, axes] = operands(name, inputs, 2) as [Operand, Operand];
    return [{ dtype: x.dtype, shape: shapeOf(x, distinct(name, constantInts(name, axes))) }];
  },
  gradient: rule(({ g, inputs: [, axes], dY }) => {
    const places = constantInts(name, axes!);
    return [() => reshapeAxes(g, name === 'Squeeze' ? 'Unsqueeze' : 'Squeeze', dY, places), null];
  }),
});

export const squeezeOperator = layout('Squeeze', without);
export const unsqueezeOperator = layout('Unsqueeze', (x, axes) => withOnes(x.shape, axes));

export function reshapeAxes(
  g: Graph,
  name: 'Squeeze' | 'Unsqueeze',
  x: Value,
  axes: readonly number[],
): Value {
  return g.apply(name === 'Squeeze' ? squeezeOperator : unsqueezeOperator, [x, g.int64(axes)])[0]!;
}

/** Drops axes of length 1. */
export function squeeze(g: Graph, x: Value, axes: readonly number[]): Value {
  return reshapeAxes(
    g,
    'Squeeze',
    x,
    axes.map((a) => normalizeAxis(a, x.shape.length, 'Squeeze')),
  );
}
