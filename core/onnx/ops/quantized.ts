import { type Graph, never, none, type Operand, type Operator, type Value } from '../graph.ts';
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
