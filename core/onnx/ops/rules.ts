import { GalleyError } from '../../errors/galley-error.ts';
import { type DType, isFloat } from '../dtype.ts';
import type { Attributes, GradientRule, Graph, Operand, Operator, TensorType, Value } from '../graph.ts';
import { broadcast, formatShape } from '../shape.ts';

/** Parts that many shape rules share. `what` is the operator's name in messages. */

export const show = (x: Operand) => `${x.name} (${x.dtype} ${formatShape(x.shape)})`;

export function graphError(what: string, message: string, hint?: string): GalleyError {
  return new GalleyError('graph', `${what}: ${message}`, hint ? { hint } : {});
}

/** The inputs, none left out. */
export function operands(what: string, inputs: readonly (Operand | null)[], count: number): Operand[] {
  if (inputs.length !== count || inputs.includes(null))
    throw graphError(what, `expected ${count} inputs, found ${inputs.filter(Boolean).length}`);
  return inputs as Operand[];
}

export function sameDType(what: string, a: Operand, b: Operand): void {
  if (a.dtype !== b.dtype) throw graphError(what, `${show(a)} and ${show(b)} must have one dtype`);
}

export function onlyDType(what: string, x: Operand, ...allowed: DType[]): void {
  if (!allowed.includes(x.dtype))
    throw graphError(what, `${show(x)}: expected ${allowed.join(' or ')}, found ${x.dtype}`);
}

export function onlyFloat(what: string, x: Operand): void {
  if (!isFloat(x.dtype)) throw graphError(what, `${show(x)}: expected floats, found ${x.dtype}`);
}

/** The elements of an int64 input that must be fixed when the graph is built. */
export function constantInts(what: string, x: Operand): number[] {
  if (x.dtype !== 'int64' || !x.data || x.shape.length > 1)
    throw graphError(what, `${show(x)} must be a constant int64 vector`);
  return Array.from(x.data as BigInt64Array, Number);
}

export type Unary = Operator<Attributes>;

/** An operator that maps each element by itself; floats only unless `dtypes` says otherwise. */
export function unaryOperator(
  name: string,
  gradient: GradientRule<Attributes>,
  options: { domain?: 'com.microsoft'; dtypes?: DType[]; result?: DType } = {},
): Unary {
  return {
    name,
    domain: options.domain ?? '',
    attributes: {},
    infer(inputs): TensorType[] {
      const [x] = operands(name, inputs, 1) as [Operand];
      if (options.dtypes) onlyDType(name, x, ...options.dtypes);
      else onlyFloat(name, x);
      return [{ dtype: options.result ?? x.dtype, shape: x.shape }];
    },
    gradient,
  };
}

/** An operator of two broadcast inputs of one dtype. Rules need not undo the broadcasting: gradient.ts does. */
export function binaryOperator(
  name: string,
  gradient: GradientRule<Attributes>,
  options: { dtypes?: DType[]; result?: DType } = {},
): Unary {
  return {
    name,
    domain: '',
    attributes: {},
    infer(inputs): TensorType[] {
      const [a, b] = operands(name, inputs, 2) as [Operand, Operand];
      sameDType(name, a, b);
      if (options.dtypes) onlyDType(name, a, ...options.dtypes);
      const shape = broadcast(a.shape, b.shape, `${name} of ${a.name} and ${b.name}`);
      return [{ dtype: options.result ?? a.dtype, shape }];
    },
    gradient,
  };
}

export const applyUnary =
  (operator: Unary) =>
  (g: Graph, x: Value): Value =>
    g.apply(operator, [x])[0]!;

/** Two values, or a value and a number that becomes a constant of its dtype. */
export const applyBinary =
  (operator: Unary) =>
  (g: Graph, a: Value, b: Value | number): Value =>
    g.apply(operator, [a, typeof b === 'number' ? like(g, a, b) : b])[0]!;

/** A constant of shape [] in the dtype of `x`. */
export function like(g: Graph, x: Value, value: number): Value {
  switch (x.dtype) {
    case 'float32':
      return g.scalar(value);
    case 'float64':
      return g.constant(new Float64Array([value]), []);
    case 'int64':
      return g.int64(value);
    case 'int32':
      return g.constant(new Int32Array([value]), []);
    default:
      throw graphError('constant', `${show(x)}: no scalar of dtype ${x.dtype}`, 'Cast first.');
  }
}
