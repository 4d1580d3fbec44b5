import { GalleyError } from '../errors/galley-error.ts';
import type { Dtype } from './safetensors-header.ts';

/** Dtypes that {@link toFloat32} reads. */
export const FLOAT_DTYPES: ReadonlySet<Dtype> = new Set(['F32', 'F16', 'BF16', 'F64']);

let halfTable: Float32Array | undefined;

/** The float32 value of each of the 65 536 IEEE half-precision bit patterns. */
function halfValues(): Float32Array {
  if (halfTable) return halfTable;
  halfTable = new Float32Array(65_536);
  for (let bits = 0; bits < 65_536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    halfTable[bits] =
      exponent === 0
        ? sign * fraction * 2 ** -24
        : exponent === 31
          ? fraction
            ? Number.NaN
            : sign * Number.POSITIVE_INFINITY
          : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return halfTable;
}

/**
 * Little-endian values of a floating-point dtype as float32: F16 and BF16 exactly, F64 rounded.
 * @param into receives the values; its length is their number.
 */
export function toFloat32(bytes: Uint8Array, dtype: Dtype, into: Float32Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const n = into.length;
  if (dtype === 'F32') for (let i = 0; i < n; i++) into[i] = view.getFloat32(4 * i, true);
  else if (dtype === 'F64') for (let i = 0; i < n; i++) into[i] = view.getFloat64(8 * i, true);
  else if (dtype === 'F16') {
    const values = halfValues();
    for (let i = 0; i < n; i++) into[i] = values[view.getUint16(2 * i, true)];
  } else if (dtype === 'BF16') {
    const words = new Uint32Array(into.buffer, into.byteOffset, n);
    for (let i = 0; i < n; i++) words[i] = view.getUint16(2 * i, true) << 16;
  } else throw new GalleyError('mismatch', `expected floating-point values, found ${dtype}`);
  return into;
}
