import { GalleyError } from '../errors/galley-error.ts';
import { DTYPES, type DType, dtypeOf, type TensorData } from '../onnx/dtype.ts';
import { formatShape } from '../onnx/shape.ts';

/** A tensor as it is fed and fetched: a view, never copied on the way in. */
export interface Tensor {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/**
 * Wraps an array without copying it. `dtype` only to say `bool` for a Uint8Array.
 * Throws GalleyError `mismatch` when the array does not fill the shape.
 */
export function tensor(data: TensorData, dims: readonly number[], dtype: DType = dtypeOf(data)): Tensor {
  const size = dims.reduce((n, d) => n * d, 1);
  if (data.length !== size || !(data instanceof DTYPES[dtype].array))
    throw new GalleyError(
      'mismatch',
      `a tensor ${dtype} ${formatShape(dims)} needs ${size} elements, found ${data.length} in a ${data.constructor.name}`,
    );
  return { dtype, dims, data };
}

/** The numbers of a fetched float32 tensor. Throws GalleyError `mismatch`. */
export function floats(t: Tensor | undefined, name = 'a tensor'): Float32Array {
  if (!(t?.data instanceof Float32Array))
    throw new GalleyError('mismatch', `${name}: expected float32, found ${t?.dtype ?? 'nothing'}`);
  return t.data;
}
