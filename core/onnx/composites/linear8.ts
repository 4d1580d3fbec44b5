import { type Graph, once, type Value } from '../graph.ts';
import { abs } from '../ops/abs.ts';
import { add } from '../ops/add.ts';
import { gemm } from '../ops/gemm.ts';
import { max } from '../ops/max.ts';
import { mul } from '../ops/mul.ts';
import { matMulIntegerToFloatOperator, quantizeLinearOperator } from '../ops/quantized.ts';
import { reduceMax, reduceSum } from '../ops/reduce.ts';
import { reshape } from '../ops/reshape.ts';
import { transpose } from '../ops/transpose.ts';
import { productOf } from '../shape.ts';

/** A scale must not be 0: rows without any gradient (padding) are all zero. */
const SMALLEST_SCALE = 1e-30;

/** x [R, K] in 8 bits: uint8 around the zero point 128, and a scale for each row as [R, 1]. */
export interface RoundedRows {
  readonly values: Value;
  readonly scale: Value;
}

/**
 * Rounds each row of x [R, K] to 8 bits, its largest element to 127 steps. No gradient goes through it: {@link linear8} gives x
 * its gradient itself. Several products of the same x share it.
 */
export function roundRows(g: Graph, x: Value): RoundedRows {
  const [values, scale] = g.composite({
    name: 'RoundRows',
    inputs: [x],
    build: (): readonly Value[] => {
      const rounded = toInts(g, x, 'uint8');
      return [rounded.values, rounded.scale];
    },
    backward: () => [null],
  }) as readonly [Value, Value];
  return { values, scale };
}

/**
 * x W^T + b with 8-bit products: x [..., K], weight [N, K], bias [N] -> [..., N]. Rows of x, rows of the weight and rows of the
 * arriving gradient each have a scale of their own; the sums are exact (int32), and what is lost is lost in rounding. The
 * gradient of x is an 8-bit product as well, those of weight and bias are float32, because they sum over all rows
 * (SwitchBack, Wortsman et al. 2023). The scales of the weight's rows are multiplied into the arriving gradient before it is
 * rounded, so that one rounding of the weight serves both directions.
 * @param rounded x as rows by {@link roundRows}
 */
export function linear8(g: Graph, x: Value, rounded: RoundedRows, weight: Value, bias: Value): Value {
  const rows = x.shape.slice(0, -1);
  const flat = () => reshape(g, x, [productOf(rows), x.shape.at(-1)!]);
  let ints: { values: Value; scale: Value };
  return g.composite({
    name: 'Linear8',
    inputs: [x, rounded.values, rounded.scale, weight, bias],
    build() {
      const { values, scale } = toInts(g, weight, 'int8');
      ints = { values, scale: reshape(g, scale, [weight.shape[0]!]) };
      const turned = transpose(g, ints.values, [1, 0]);
      const y = add(g, product(g, rounded, turned, ints.scale), bias);
      return reshape(g, y, [...rows, weight.shape[0]!]);
    },
    backward({ dY }) {
      const dRows = once(() => reshape(g, dY, [productOf(rows), weight.shape[0]!]));
      return [
        () => {
          const dRounded = roundRows(g, mul(g, dRows(), ints.scale));
          return reshape(g, product(g, dRounded, ints.values, g.scalar(1)), x.shape);
        },
        null,
        null,
        () => gemm(g, dRows(), flat(), { transA: 1 }),
        () => reduceSum(g, dRows(), [0]),
      ];
    },
  });
}

/** Rows as integers of 127 steps to either side, and their scales [R, 1]. */
function toInts(g: Graph, x: Value, dtype: 'uint8' | 'int8'): RoundedRows {
  const rows = x.shape[0] as number;
  const largest = reduceMax(g, abs(g, x), [1], true);
  const scale = max(g, mul(g, largest, 1 / 127), SMALLEST_SCALE);
  const zeros = dtype === 'uint8' ? new Uint8Array(rows).fill(128) : new Int8Array(rows);
  const operands = [x, reshape(g, scale, [rows]), g.constant(zeros, [rows])];
  return { values: g.apply(quantizeLinearOperator, operands, { axis: 0 })[0]!, scale };
}

/** uint8 rows [R, K] times int8 [K, N] whose columns have `scale`: float32 [R, N]. */
function product(g: Graph, { values, scale }: RoundedRows, weight: Value, columns: Value): Value {
  const zero = g.constant(new Uint8Array([128]), []);
  const operands = [values, weight, g.scalar(1), columns, zero];
  return mul(g, g.apply(matMulIntegerToFloatOperator, operands)[0]!, scale);
}
