import { type Graph, never, none, type Operand, type Operator, type Value } from '../graph.ts';
import { sameShape } from '../shape.ts';
import { add } from './add.ts';
import { cast } from './cast.ts';
import { mul } from './mul.ts';
import { graphError, onlyDType, operands, show } from './rules.ts';

/** float32 x -> uint8 of x / scale + zero point, that scale (float32 []) and zero point (uint8 []), from the extremes of x. */
export const dynamicQuantizeLinearOperator: Operator<Record<never, never>> = {
  name: 'DynamicQuantizeLinear',
  domain: '',
  attributes: {},
  infer(inputs) {
    const [x] = operands('DynamicQuantizeLinear', inputs, 1) as [Operand];
    onlyDType('DynamicQuantizeLinear', x, 'float32');
    return [
      { dtype: 'uint8', shape: x.shape },
      { dtype: 'float32', shape: [] },
      { dtype: 'uint8', shape: [] },
    ];
  },
  gradient: never('rounding has no slope; 8-bit products are for trained models'),
};

/** uint8 a [..., M, K] less its zero point, times int8 b [K, N]: int32 [..., M, N]. */
export const matMulIntegerOperator: Operator<Record<never, never>> = {
  name: 'MatMulInteger',
  domain: '',
  attributes: {},
  infer(inputs) {
    const [a, b, zero] = operands('MatMulInteger', inputs, 3) as [Operand, Operand, Operand];
    onlyDType('MatMulInteger', a, 'uint8');
    onlyDType('MatMulInteger', b, 'int8');
    onlyDType('MatMulInteger', zero, 'uint8');
    if (b.shape.length !== 2 || a.shape.at(-1) !== b.shape[0])
      throw graphError('MatMulInteger', `${show(a)} and ${show(b)} do not share their inner length`);
    return [{ dtype: 'int32', shape: [...a.shape.slice(0, -1), b.shape[1]!] }];
  },
  gradient: none('integers in, integers out'),
};

/**
 * float32 x -> x / scale + zero point, rounded and clipped to the integers of the zero point (uint8 or int8). Scale and zero
 * point are both [] for the whole of x, or both [D] with one for each place along `axis`.
 */
export const quantizeLinearOperator: Operator<{ axis?: number }> = {
  name: 'QuantizeLinear',
  domain: '',
  attributes: { axis: 'int' },
  infer(inputs, { axis = 1 }) {
    const [x, scale, zero] = operands('QuantizeLinear', inputs, 3) as [Operand, Operand, Operand];
    onlyDType('QuantizeLinear', x, 'float32');
    onlyDType('QuantizeLinear', scale, 'float32');
    onlyDType('QuantizeLinear', zero, 'uint8', 'int8');
    const along = scale.shape.length === 0 || (scale.shape.length === 1 && scale.shape[0] === x.shape[axis]);
    if (!along || !sameShape(scale.shape, zero.shape))
      throw graphError(
        'QuantizeLinear',
        `${show(scale)} and ${show(zero)} must both be [] or both follow axis ${axis} of ${show(x)}`,
      );
    return [{ dtype: zero.dtype, shape: x.shape }];
  },
  gradient: none('integers out; linear8 has a rule of its own around it'),
};

/**
 * uint8 a [M, K] less its zero point [], times int8 b [K, N], times both scales: float32 [M, N]. The scale of a is [], that of b
 * is [] or [N].
 */
export const matMulIntegerToFloatOperator: Operator<Record<never, never>> = {
  name: 'MatMulIntegerToFloat',
  domain: 'com.microsoft',
  attributes: {},
  infer(inputs) {
    const name = 'MatMulIntegerToFloat';
    const [a, b, aScale, bScale, zero] = operands(name, inputs, 5) as [
      Operand,
      Operand,
      Operand,
      Operand,
      Operand,
    ];
    onlyDType(name, a, 'uint8');
    onlyDType(name, b, 'int8');
    onlyDType(name, aScale, 'float32');
    onlyDType(name, bScale, 'float32');
    onlyDType(name, zero, 'uint8');
    if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[1] !== b.shape[0])
      throw graphError(name, `${show(a)} and ${show(b)} do not share their inner length`);
    if (aScale.shape.length > 0 || zero.shape.length > 0)
      throw graphError(name, `${show(aScale)} and ${show(zero)} must be of one number`);
    if (bScale.shape.length > 0 && !sameShape(bScale.shape, [b.shape[1]!]))
      throw graphError(name, `${show(bScale)} is no scale for the columns of ${show(b)}`);
    return [{ dtype: 'float32', shape: [a.shape[0]!, b.shape[1]!] }];
  },
  gradient: never('integers in; linear8 has a rule of its own around it'),
};

/** An 8-bit weight [K, N] with one scale a column. */
export interface QuantizedWeight {
  readonly values: Int8Array;
  /** [N] */
  readonly scales: Float32Array;
  readonly shape: readonly [number, number];
}

/**
 * Rounds a weight to 8 bits, column by column: w is about values * scale, symmetric around zero, so that the largest of each
 * column becomes 127.
 * @param weight [N, K] row-major as torch keeps it; the result is [K, N], as MatMulInteger takes it
 */
export function quantizeWeight(weight: Float32Array, columns: number, inner: number): QuantizedWeight {
  const values = new Int8Array(weight.length);
  const scales = new Float32Array(columns);
  for (let n = 0; n < columns; n++) {
    let largest = 0;
    for (let k = 0; k < inner; k++) largest = Math.max(largest, Math.abs(weight[n * inner + k]));
    const scale = largest / 127 || 1;
    scales[n] = scale;
    for (let k = 0; k < inner; k++) values[k * columns + n] = Math.round(weight[n * inner + k] / scale);
  }
  return { values, scales, shape: [inner, columns] };
}

/** What {@link dynamicQuantize} gives: the 8-bit values and how to read them. */
export interface Quantized {
  readonly values: Value;
  readonly scale: Value;
  readonly zeroPoint: Value;
}

export function dynamicQuantize(g: Graph, x: Value): Quantized {
  const [values, scale, zeroPoint] = g.apply(dynamicQuantizeLinearOperator, [x]);
  return { values: values!, scale: scale!, zeroPoint: zeroPoint! };
}

/** x W + bias with an 8-bit product, x quantized already: float32 [..., N]. ONNX Runtime fuses what follows the product. */
export function quantizedLinear(
  g: Graph,
  x: Quantized,
  weight: QuantizedWeight,
  name: string,
  bias: Value,
): Value {
  const values = g.initializer(`${name}.int8`, weight.values, weight.shape);
  const scales = g.initializer(`${name}.scale`, weight.scales, [weight.shape[1]]);
  const product = g.apply(matMulIntegerOperator, [x.values, values, x.zeroPoint])[0]!;
  return add(g, mul(g, cast(g, product, 'float32'), mul(g, x.scale, scales)), bias);
}
