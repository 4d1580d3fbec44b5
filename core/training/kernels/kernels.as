// Kernels of the optimizer in AssemblyScript; scripts/build-kernels.ts compiles them to core/training/kernels/wasm.ts.
// All pointers are byte offsets into the one imported memory, lengths are in floats. The plain twin, operation by
// operation in the same order (so that tests can ask for equal bits), is core/training/kernels/reference.ts.

/**
 * One AdamW update (torch.optim.AdamW, source: torch/optim/adamw.py) of n parameters p with gradient g and moments
 * m and v. `clip` scales the gradient; `keep` is 1 - lr * weight_decay; `rate` is lr / (1 - beta1^t);
 * `root` is 1 / sqrt(1 - beta2^t).
 */
export function adamw(
  p: usize, g: usize, m: usize, v: usize, n: usize,
  clip: f32, keep: f32, oneMinusBeta1: f32, beta2: f32, oneMinusBeta2: f32, rate: f32, root: f32, eps: f32,
): void {
  const clip4 = f32x4.splat(clip);
  const keep4 = f32x4.splat(keep);
  const lerp4 = f32x4.splat(oneMinusBeta1);
  const beta4 = f32x4.splat(beta2);
  const rest4 = f32x4.splat(oneMinusBeta2);
  const rate4 = f32x4.splat(rate);
  const root4 = f32x4.splat(root);
  const eps4 = f32x4.splat(eps);
  const bytes = n << 2;
  const wide = bytes & ~15;
  let i: usize = 0;
  for (; i < wide; i += 16) {
    const grad = f32x4.mul(v128.load(g + i), clip4);
    let first = v128.load(m + i);
    first = f32x4.add(first, f32x4.mul(f32x4.sub(grad, first), lerp4));
    v128.store(m + i, first);
    let second = f32x4.mul(v128.load(v + i), beta4);
    second = f32x4.add(second, f32x4.mul(f32x4.mul(grad, grad), rest4));
    v128.store(v + i, second);
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(second), root4), eps4);
    const step = f32x4.div(f32x4.mul(first, rate4), denominator);
    v128.store(p + i, f32x4.sub(f32x4.mul(v128.load(p + i), keep4), step));
  }
  for (; i < bytes; i += 4) {
    const grad = load<f32>(g + i) * clip;
    let first = load<f32>(m + i);
    first = first + (grad - first) * oneMinusBeta1;
    store<f32>(m + i, first);
    const second = load<f32>(v + i) * beta2 + grad * grad * oneMinusBeta2;
    store<f32>(v + i, second);
    const step = (first * rate) / (sqrt<f32>(second) * root + eps);
    store<f32>(p + i, load<f32>(p + i) * keep - step);
  }
}

/** Sum of squares of n floats in float64: four running sums (element i goes to sum i mod 4), then (0 + 1) + (2 + 3). */
export function sumSquares(x: usize, n: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const bytes = n << 2;
  const wide = bytes & ~15;
  let i: usize = 0;
  for (; i < wide; i += 16) {
    const four = v128.load(x + i);
    const a = f64x2.promote_low_f32x4(four);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  let s0 = f64x2.extract_lane(low, 0);
  let s1 = f64x2.extract_lane(low, 1);
  let s2 = f64x2.extract_lane(high, 0);
  if (i < bytes) {
    const y = <f64>load<f32>(x + i);
    s0 += y * y;
  }
  if (i + 4 < bytes) {
    const y = <f64>load<f32>(x + i + 4);
    s1 += y * y;
  }
  if (i + 8 < bytes) {
    const y = <f64>load<f32>(x + i + 8);
    s2 += y * y;
  }
  return s0 + s1 + (s2 + f64x2.extract_lane(high, 1));
}

/** y += scale * x, n floats: one micro-batch's gradient added to those of its group. */
export function addScaled(y: usize, x: usize, n: usize, scale: f32): void {
  const scale4 = f32x4.splat(scale);
  const bytes = n << 2;
  const wide = bytes & ~15;
  let i: usize = 0;
  for (; i < wide; i += 16) v128.store(y + i, f32x4.add(v128.load(y + i), f32x4.mul(v128.load(x + i), scale4)));
  for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(y + i) + load<f32>(x + i) * scale);
}

/** Zeroes n floats. */
export function zero(x: usize, n: usize): void {
  memory.fill(x, 0, n << 2);
}
