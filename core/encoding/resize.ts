/** Interleaved 8-bit RGB, [height, width, 3]. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

/** Taps of one axis: for output i the source starts at first[i] and is weighed by `size` taps from i * size. */
interface Taps {
  readonly size: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

/**
 * Pillow's coefficients for an antialiased triangle filter (`Resample.c`, precompute_coeffs and
 * normalize_coeffs_8bpc): support grows with the scale when shrinking; weights are 22-bit fixed point.
 */
function bilinearTaps(inputSize: number, outputSize: number): Taps {
  const scale = inputSize / outputSize;
  const support = Math.max(scale, 1);
  const size = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outputSize);
  const count = new Int32Array(outputSize);
  const weights = new Int32Array(outputSize * size);
  const raw = new Float64Array(size);
  const inverse = 1 / support;
  for (let i = 0; i < outputSize; i++) {
    const centre = (i + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - support + 0.5));
    const taps = Math.min(inputSize, Math.trunc(centre + support + 0.5)) - from;
    let total = 0;
    for (let t = 0; t < taps; t++) {
      const x = Math.abs((t + from - centre + 0.5) * inverse);
      raw[t] = x < 1 ? 1 - x : 0;
      total += raw[t];
    }
    for (let t = 0; t < taps; t++) {
      const weight = total !== 0 ? raw[t] / total : raw[t];
      weights[i * size + t] = Math.trunc(0.5 + weight * (1 << PRECISION_BITS));
    }
    first[i] = from;
    count[i] = taps;
  }
  return { size, first, count, weights };
}

const clip8 = (sum: number) => Math.min(255, sum >> PRECISION_BITS);

/**
 * Pillow's `Image.resize((width, height), BILINEAR)` of an RGB image, to the last bit: horizontal pass first,
 * rounded to 8 bits between the passes, a pass skipped where that side keeps its length.
 */
export function resizeBilinear(image: RgbImage, width: number, height: number): RgbImage {
  let { data } = image;
  if (width !== image.width) {
    const { size, first, count, weights } = bilinearTaps(image.width, width);
    const out = new Uint8Array(width * image.height * 3);
    for (let y = 0; y < image.height; y++) {
      const row = y * image.width * 3;
      for (let x = 0; x < width; x++) {
        let r = HALF;
        let g = HALF;
        let b = HALF;
        let at = row + first[x] * 3;
        const last = x * size + count[x];
        for (let t = x * size; t < last; t++, at += 3) {
          const w = weights[t];
          r += data[at] * w;
          g += data[at + 1] * w;
          b += data[at + 2] * w;
        }
        const to = (y * width + x) * 3;
        out[to] = clip8(r);
        out[to + 1] = clip8(g);
        out[to + 2] = clip8(b);
      }
    }
    data = out;
  }
  if (height !== image.height) {
    const { size, first, count, weights } = bilinearTaps(image.height, height);
    const stride = width * 3;
    const out = new Uint8Array(height * stride);
    const sums = new Int32Array(stride);
    for (let y = 0; y < height; y++) {
      sums.fill(HALF);
      for (let t = 0; t < count[y]; t++) {
        const w = weights[y * size + t];
        const from = (first[y] + t) * stride;
        for (let i = 0; i < stride; i++) sums[i] += data[from + i] * w;
      }
      for (let i = 0; i < stride; i++) out[y * stride + i] = clip8(sums[i]);
    }
    data = out;
  }
  return { width, height, data };
}
