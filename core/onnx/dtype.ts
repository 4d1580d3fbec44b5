/** Element types a value of the graph may have, in ONNX's own words. */
export type DType = 'float32' | 'float64' | 'float16' | 'int64' | 'int32' | 'int8' | 'uint8' | 'bool';

/** Arrays that can hold a tensor's elements. `bool` and `uint8` share Uint8Array, `float16` is held as its bits. */
export type TensorData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int8Array
  | Uint8Array
  | Uint16Array;

interface DTypeFacts {
  /** TensorProto.DataType of onnx.proto. */
  readonly code: number;
  readonly bytes: number;
  readonly array:
    | typeof Float32Array
    | typeof Float64Array
    | typeof BigInt64Array
    | typeof Int32Array
    | typeof Int8Array
    | typeof Uint8Array
    | typeof Uint16Array;
}

export const DTYPES: Record<DType, DTypeFacts> = {
  float32: { code: 1, bytes: 4, array: Float32Array },
  uint8: { code: 2, bytes: 1, array: Uint8Array },
  int8: { code: 3, bytes: 1, array: Int8Array },
  int32: { code: 6, bytes: 4, array: Int32Array },
  int64: { code: 7, bytes: 8, array: BigInt64Array },
  bool: { code: 9, bytes: 1, array: Uint8Array },
  float16: { code: 10, bytes: 2, array: Uint16Array },
  float64: { code: 11, bytes: 8, array: Float64Array },
};

/** The dtype an array has when nothing else is said: a Uint8Array is `uint8`, never `bool`. */
export function dtypeOf(data: TensorData): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Uint16Array) return 'float16';
  return 'uint8';
}

/** Only these carry gradients. */
export const isFloat = (dtype: DType) => dtype === 'float32' || dtype === 'float64' || dtype === 'float16';
