import {
  type GradientRule,
  type Graph,
  never,
  type Operand,
  type Operator,
  rule,
  type Value,
} from '../graph.ts';
import { formatShape, isStatic, normalizeAxis, type Shape, sizeOf } from '../shape.ts';
import { expand } from './expand.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { constantInts, graphError, operands, show } from './rules.ts';

/** The shape with reduced axes at length 1. */
function kept(x: Operand, axes: readonly number[]): Shape {
  return x.shape.map((d, i) => (axes.includes(i) ? 1 : d));
}

type Keep = { keepdims: number };
/** What each element receives from the gradient of its sum. */
type Spread = (g: Graph, dY: Value, x: Value, count: () => number) => Value;

const spreadRule = (name: string, spread: Spread): GradientRule<Keep> =>
  rule(({ g, inputs: [x, axes], dY }) => [
    () => {
      const places = constantInts(name, axes!).map((a) => normalizeAxis(a, x!.shape.length, name));
      const count = () =>
        sizeOf(
          places.map((p) => x!.shape[p]!),
          `the gradient of ${name} over ${show(x!)}`,
        );
      return spread(g, reshape(g, dY, kept(x!, places)), x!, count);
    },
    null,
  ]);

function reduction(name: string, gradient: GradientRule<Keep>) {
  const operator: Operator<Keep> = {
    name,
    domain: '',
    attributes: { keepdims: 'int' },
    infer(inputs, { keepdims }) {
      const [x, axes] = operands(name, inputs, 2) as [Operand, Operand];
      const places = constantInts(name, axes).map((a) => normalizeAxis(a, x.shape.length, name));
      if (new Set(places).size !== places.length || places.length === 0)
        throw graphError(name, `${show(x)}: axes [${places}]`);
      const shape = keepdims ? kept(x, places) : x.shape.filter((_, i) => !places.includes(i));
      return [{ dtype: x.dtype, shape }];
    },
    gradient,
  };
  const apply = (g: Graph, x: Value, axes: readonly number[], keepdims = false): Value =>
    g.apply(operator, [x, g.int64(axes.map((a) => normalizeAxis(a, x.shape.length, name)))], {
      keepdims: keepdims ? 1 : 0,
    })[0]!;
  return [operator, apply] as const;
}

function spreadOver(g: Graph, dY: Value, x: Value, what: string): Value {
  if (!isStatic(x.shape))
    throw graphError(what, `the gradient needs a static shape: ${formatShape(x.shape)}`);
  return expand(g, dY, x.shape);
}

const overSum: Spread = (g, dY, x) => spreadOver(g, dY, x, 'ReduceSum');
const overMean: Spread = (g, dY, x, count) => spreadOver(g, mul(g, dY, 1 / count()), x, 'ReduceMean');

export const [reduceSumOperator, reduceSum] = reduction('ReduceSum', spreadRule('ReduceSum', overSum));
export const [reduceMeanOperator, reduceMean] = reduction('ReduceMean', spreadRule('ReduceMean', overMean));
export const [reduceMaxOperator, reduceMax] = reduction(
  'ReduceMax',
  never('it only shifts exponents, where its gradient cancels'),
);
