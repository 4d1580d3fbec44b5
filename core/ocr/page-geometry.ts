/** Grey picture, [height, width] bytes, 0 black. */
export interface GreyRaster {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** Left, top, right, bottom in shares 0..1 of the picture. */
export type Shares = readonly [number, number, number, number];

/** Skews of pages laid on a scanner by hand; beyond this a page is turned, not skewed. Degrees. */
const MOST_SKEW = 8;
/** A smaller skew is left alone: lines still stand apart, and turning blurs. Degrees. */
const LEAST_SKEW = 0.15;
/** How much sharper the rows must stand after turning (share of the profile's energy). */
const LEAST_GAIN = 0.02;

/** Otsu's threshold: the grey that parts ink and paper best (IEEE Trans. SMC 9(1), 1979). */
export function otsu(grey: Uint8Array): number {
  const histogram = new Float64Array(256);
  for (const value of grey) histogram[value]++;
  let sum = 0;
  for (let i = 0; i < 256; i++) sum += i * histogram[i];
  let [below, sumBelow, best, threshold] = [0, 0, -1, 127];
  for (let i = 0; i < 256; i++) {
    below += histogram[i];
    const above = grey.length - below;
    if (below === 0) continue;
    if (above === 0) break;
    sumBelow += i * histogram[i];
    const distance = sumBelow / below - (sum - sumBelow) / above;
    const between = below * above * distance * distance;
    if (between > best) [best, threshold] = [between, i];
  }
  return threshold;
}

/**
 * Angle by which the lines of a page fall, degrees, positive where they fall to the right; 0 where no angle makes the
 * rows stand clearly sharper. The energy of the row profile's differences is greatest where rows and lines agree
 * (Postl 1986). @param raster about 1000 pixels along its longer side
 */
export function skewOf(raster: GreyRaster): number {
  const points = inkPoints(raster);
  if (points.length < 200) return 0;
  const energy = (degrees: number) => profileEnergy(points, raster, degrees);
  const straight = energy(0);
  let best = 0;
  let most = straight;
  const search = (from: number, to: number, step: number) => {
    for (let angle = from; angle <= to + 1e-9; angle += step) {
      const found = energy(angle);
      if (found > most) [most, best] = [found, angle];
    }
  };
  search(-MOST_SKEW, MOST_SKEW, 0.5);
  search(best - 0.5, best + 0.5, 0.05);
  return Math.abs(best) < LEAST_SKEW || most < straight * (1 + LEAST_GAIN) ? 0 : Math.round(best * 100) / 100;
}

/** x, y of ink away from the edges, where shadows and the next page are; thinned to at most 60 000. */
function inkPoints({ width, height, grey }: GreyRaster): { x: number; y: number }[] {
  const threshold = otsu(grey);
  const [mx, my] = [Math.round(width * 0.03), Math.round(height * 0.03)];
  const points: { x: number; y: number }[] = [];
  for (let y = my; y < height - my; y++)
    for (let x = mx; x < width - mx; x++) if (grey[y * width + x] <= threshold) points.push({ x, y });
  if (points.length > 0.5 * width * height) return [];
  const step = Math.ceil(points.length / 60_000);
  return step <= 1 ? points : points.filter((_, i) => i % step === 0);
}

function profileEnergy(
  points: readonly { x: number; y: number }[],
  { width, height }: GreyRaster,
  degrees: number,
): number {
  const slope = Math.tan((degrees * Math.PI) / 180);
  const offset = Math.ceil(Math.abs(slope) * width) + 1;
  const rows = new Float64Array(height + 2 * offset + 1);
  for (const { x, y } of points) {
    const at = y - x * slope + offset;
    const row = Math.floor(at);
    rows[row] += 1 - (at - row);
    rows[row + 1] += at - row;
  }
  let energy = 0;
  for (let i = 1; i < rows.length; i++) energy += (rows[i] - rows[i - 1]) ** 2;
  return energy;
}

/** Dark from edge to edge: the scanner's lid or the book's gutter, not print. */
const SHADOW = 0.6;
/** White kept around the block, share of the longer side. */
const MARGIN = 0.02;

/**
 * The block of print on a page, running head and foot included, shadows at the edges and lone specks left out; the
 * whole page where nothing else is certain.
 */
export function pageBlock({ width, height, grey }: GreyRaster): Shares {
  const threshold = otsu(grey);
  const ink = (x: number, y: number) => (grey[y * width + x] <= threshold ? 1 : 0);
  let [x0, y0, x1, y1] = [0, 0, width, height];
  const column = (x: number) => {
    let sum = 0;
    for (let y = y0; y < y1; y++) sum += ink(x, y);
    return sum;
  };
  const row = (y: number) => {
    let sum = 0;
    for (let x = x0; x < x1; x++) sum += ink(x, y);
    return sum;
  };
  const edge = 0.15;
  while (x0 < width * edge && column(x0) > SHADOW * (y1 - y0)) x0++;
  while (x1 > width * (1 - edge) && column(x1 - 1) > SHADOW * (y1 - y0)) x1--;
  while (y0 < height * edge && row(y0) > SHADOW * (x1 - x0)) y0++;
  while (y1 > height * (1 - edge) && row(y1 - 1) > SHADOW * (x1 - x0)) y1--;
  const [top, bottom] = inkedRange(y0, y1, row);
  [y0, y1] = [top, bottom];
  const [left, right] = inkedRange(x0, x1, column);
  if (right - left < width * 0.15 || bottom - top < height * 0.1) return [0, 0, 1, 1];
  const margin = MARGIN * Math.max(width, height);
  return [
    Math.max(0, left - margin) / width,
    Math.max(0, top - margin) / height,
    Math.min(width, right + margin) / width,
    Math.min(height, bottom + margin) / height,
  ];
}

/** First and last of the runs that hold more ink than a speck. */
function inkedRange(from: number, to: number, inkAt: (i: number) => number): readonly [number, number] {
  const profile = Array.from({ length: Math.max(0, to - from) }, (_, i) => inkAt(from + i));
  const all = profile.reduce((a, b) => a + b, 0);
  let [first, last] = [-1, -1];
  for (let i = 0; i < profile.length; ) {
    if (profile[i] < 2) {
      i++;
      continue;
    }
    let end = i;
    let mass = 0;
    while (end < profile.length && profile[end] >= 2) mass += profile[end++];
    if (end - i >= 3 && mass >= all * 0.0005) {
      if (first < 0) first = i;
      last = end;
    }
    i = end;
  }
  return first < 0 ? [from, to] : [from + first, from + last];
}
