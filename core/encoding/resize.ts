/** Interleaved 8-bit RGB, [height, width, 3]. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly channels?: 3;
}

/** The same with an alpha channel, [height, width, 4]. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly channels: 4;
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
 * rounded to 8 bits between the passes, a pass skipped where that side keeps its length. Rows that are white throughout, as
 * most of a page is between its lines, are not computed: weights add up to one, so that they stay white.
 * @param image alpha is left out, as by Pillow's `convert("RGB")`
 */
export function resizeBilinear(image: RgbImage | RgbaImage, width: number, height: number): RgbImage {
  const narrow = width === image.width ? withoutAlpha(image) : shrinkRows(image, width);
  if (height === image.height) return { width, height, data: narrow };
  return { width, height, data: shrinkColumns(narrow, 3 * width, image.height, height) };
}

function withoutAlpha(image: RgbImage | RgbaImage): RgbImage['data'] {
  const { data, channels = 3, width, height } = image;
  if (channels === 3) return data;
  const out = new Uint8Array(width * height * 3);
  for (let i = 0, o = 0; o < out.length; i += 4) {
    out[o++] = data[i];
    out[o++] = data[i + 1];
    out[o++] = data[i + 2];
  }
  return out;
}

const WHITE = 255;

function isWhite(data: RgbImage['data'], from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (data[i] !== WHITE) return false;
  return true;
}

/** The horizontal pass: [height, width, 3]. */
function shrinkRows(image: RgbImage | RgbaImage, width: number): Uint8Array {
  const { data, channels = 3 } = image;
  const { size, first, count, weights } = bilinearTaps(image.width, width);
  const out = new Uint8Array(width * image.height * 3);
  for (let y = 0; y < image.height; y++) {
    const row = y * image.width * channels;
    let to = y * width * 3;
    if (isWhite(data, row, row + image.width * channels)) {
      out.fill(WHITE, to, to + width * 3);
      continue;
    }
    for (let x = 0; x < width; x++) {
      let r = HALF;
      let g = HALF;
      let b = HALF;
      let at = row + first[x] * channels;
      const last = x * size + count[x];
      for (let t = x * size; t < last; t++, at += channels) {
        const w = weights[t];
        r = (r + Math.imul(data[at], w)) | 0;
        g = (g + Math.imul(data[at + 1], w)) | 0;
        b = (b + Math.imul(data[at + 2], w)) | 0;
      }
      out[to++] = clip8(r);
      out[to++] = clip8(g);
      out[to++] = clip8(b);
    }
  }
  return out;
}

/** The vertical pass over rows of `stride` bytes. */
function shrinkColumns(
  data: RgbImage['data'],
  stride: number,
  inputHeight: number,
  height: number,
): Uint8Array {
  const { size, first, count, weights } = bilinearTaps(inputHeight, height);
  const white = Uint8Array.from({ length: inputHeight }, (_, y) =>
    isWhite(data, y * stride, (y + 1) * stride) ? 1 : 0,
  );
  const out = new Uint8Array(height * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < height; y++) {
    if (!white.subarray(first[y], first[y] + count[y]).includes(0)) {
      out.fill(WHITE, y * stride, (y + 1) * stride);
      continue;
    }
    sums.fill(HALF);
    for (let t = 0; t < count[y]; t++) {
      const w = weights[y * size + t];
      const from = (first[y] + t) * stride;
      for (let i = 0; i < stride; i++) sums[i] += Math.imul(data[from + i], w);
    }
    for (let i = 0; i < stride; i++) out[y * stride + i] = clip8(sums[i]);
  }
  return out;
}
