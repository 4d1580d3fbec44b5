import { createCanvas, rgbaOf } from '../drawing/canvas.ts';
import { registerPackageFont } from '../drawing/fonts.ts';

/** Ink of a small picture, [height, width], 0 paper to 1 ink. */
export interface InkPatch {
  readonly width: number;
  readonly height: number;
  readonly ink: Float32Array;
}

/** A reading of a patch and how well it fits: normalised cross-correlation, at most 1. */
export interface Fit {
  readonly text: string;
  readonly score: number;
}

/** Fractions that cookbooks print with one sign, numerator and denominator. */
export const FRACTIONS: Readonly<Record<string, readonly [string, string]>> = {
  '½': ['1', '2'],
  '⅓': ['1', '3'],
  '⅔': ['2', '3'],
  '¼': ['1', '4'],
  '¾': ['3', '4'],
  '⅛': ['1', '8'],
  '⅜': ['3', '8'],
  '⅝': ['5', '8'],
  '⅞': ['7', '8'],
};

/** Height patches and templates are compared at, pixels. */
const SIDE = 32;
/** A face of the time; what is compared is coarse enough for any text face. */
const FONT = ['@expo-google-fonts/old-standard-tt/OldStandardTT_400Regular.ttf', 'Galley fractions'] as const;
/** Heights of the glyph in the patch that are tried. */
const HEIGHTS = [0.84, 0.92, 1];

/** Cuts a box out of a grey picture as ink, scaled to the height templates have. */
export function inkPatch(
  picture: { readonly width: number; readonly height: number; readonly rgb: Uint8Array },
  left: number,
  top: number,
  right: number,
  bottom: number,
): InkPatch | null {
  const [x0, y0] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))];
  const [x1, y1] = [Math.min(picture.width, Math.ceil(right)), Math.min(picture.height, Math.ceil(bottom))];
  const [w, h] = [x1 - x0, y1 - y0];
  if (w < 4 || h < 6) return null;
  const grey = (x: number, y: number) => {
    const at = (Math.min(y1 - 1, Math.max(y0, y)) * picture.width + Math.min(x1 - 1, Math.max(x0, x))) * 3;
    return 0.299 * picture.rgb[at] + 0.587 * picture.rgb[at + 1] + 0.114 * picture.rgb[at + 2];
  };
  const height = SIDE;
  const width = Math.max(4, Math.min(4 * SIDE, Math.round((w * SIDE) / h)));
  const ink = new Float32Array(width * height);
  let [low, high] = [255, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sx = x0 + ((x + 0.5) * w) / width - 0.5;
      const sy = y0 + ((y + 0.5) * h) / height - 0.5;
      const [ix, iy] = [Math.floor(sx), Math.floor(sy)];
      const [fx, fy] = [sx - ix, sy - iy];
      const value =
        (grey(ix, iy) * (1 - fx) + grey(ix + 1, iy) * fx) * (1 - fy) +
        (grey(ix, iy + 1) * (1 - fx) + grey(ix + 1, iy + 1) * fx) * fy;
      ink[y * width + x] = value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (high - low < 30) return null;
  for (let i = 0; i < ink.length; i++) ink[i] = (high - ink[i]) / (high - low);
  return { width, height, ink };
}

const templates = new Map<string, InkPatch>();

/** A reading drawn as in print: digits at full height, a fraction's two small and apart by a slanted stroke. */
function template(text: string, height: number): InkPatch {
  const key = `${text} ${height}`;
  const known = templates.get(key);
  if (known) return known;
  registerPackageFont(...FONT);
  const canvas = createCanvas(height * 4, height);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = '#fff';
  ctx.fillRect(0, 0, canvas.width, height);
  ctx.fillStyle = '#000';
  // Digits of this face are 0.7 of its size high.
  const digitSize = height / 0.7;
  let x = 0;
  for (const character of text) {
    const parts = FRACTIONS[character];
    if (!parts) {
      ctx.font = `${digitSize}px "${FONT[1]}"`;
      ctx.fillText(character, x, height);
      x += ctx.measureText(character).width;
      continue;
    }
    const small = digitSize * 0.54;
    ctx.font = `${small}px "${FONT[1]}"`;
    ctx.fillText(parts[0], x + height * 0.06, small * 0.7);
    ctx.fillText(parts[1], x + height * 0.56, height);
    ctx.lineWidth = height * 0.06;
    ctx.strokeStyle = '#000';
    ctx.beginPath();
    ctx.moveTo(x + height * 0.02, height * 0.96);
    ctx.lineTo(x + height * 0.94, height * 0.06);
    ctx.stroke();
    x += height;
  }
  const width = Math.max(2, Math.min(canvas.width, Math.round(x)));
  const rgba = rgbaOf(canvas);
  const sharp = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let i = 0; i < width; i++) sharp[y * width + i] = 1 - rgba[(y * canvas.width + i) * 4] / 255;
  const drawn = { width, height, ink: blur(sharp, width, height) };
  templates.set(key, drawn);
  return drawn;
}

/** A scan of 60 to 150 dots an inch is as soft as this at the height of a template. */
function blur(ink: Float32Array, width: number, height: number): Float32Array {
  let from = ink;
  for (let pass = 0; pass < 2; pass++) {
    const to = new Float32Array(ink.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        let [sum, count] = [0, 0];
        for (let dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++) {
            if (y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width) continue;
            sum += from[(y + dy) * width + x + dx];
            count++;
          }
        to[y * width + x] = sum / count;
      }
    from = to;
  }
  return from;
}

/** Part of a template, shares of its sides. */
type Part = readonly [number, number, number, number];
const WHOLE: Part = [0, 0, 1, 1];
const NUMERATOR: Part = [0, 0, 0.5, 0.56];
const DENOMINATOR: Part = [0.46, 0.42, 1, 1];

/**
 * Normalised correlation of a patch with a template laid at (left, top), over all of the patch, or over where one part
 * of the template lies.
 */
function correlation(patch: InkPatch, drawn: InkPatch, left: number, top: number, part: Part): number {
  const all = part === WHOLE;
  const x0 = all ? 0 : Math.max(0, left + Math.round(part[0] * drawn.width));
  const y0 = all ? 0 : Math.max(0, top + Math.round(part[1] * drawn.height));
  const x1 = all ? patch.width : Math.min(patch.width, left + Math.round(part[2] * drawn.width));
  const y1 = all ? patch.height : Math.min(patch.height, top + Math.round(part[3] * drawn.height));
  const n = (x1 - x0) * (y1 - y0);
  if (x1 - x0 < 4 || y1 - y0 < 4) return 0;
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const p = patch.ink[y * patch.width + x];
      const [tx, ty] = [x - left, y - top];
      const inside = tx >= 0 && ty >= 0 && tx < drawn.width && ty < drawn.height;
      const t = inside ? drawn.ink[ty * drawn.width + tx] : 0;
      a += p;
      b += t;
      aa += p * p;
      bb += t * t;
      ab += p * t;
    }
  const variance = (aa - (a * a) / n) * (bb - (b * b) / n);
  return variance <= 0 ? 0 : (ab - (a * b) / n) / Math.sqrt(variance);
}

function fitOf(patch: InkPatch, text: string, part: Part, step: number): number {
  let best = 0;
  for (const share of HEIGHTS) {
    const drawn = template(text, Math.round(share * patch.height));
    const left = Math.round((patch.width - drawn.width) / 2);
    const top = Math.round((patch.height - drawn.height) / 2);
    for (let dx = -4; dx <= 4; dx += step)
      for (let dy = -3; dy <= 3; dy += step)
        best = Math.max(best, correlation(patch, drawn, left + dx, top + dy, part));
  }
  return best;
}

const best = (fits: readonly Fit[]): Fit => fits.reduce((a, b) => (b.score > a.score ? b : a));

/** How well each reading fits a patch at its best size and place; the best. */
function bestReading(patch: InkPatch, readings: readonly string[]): Fit {
  return best(readings.map((text) => ({ text, score: fitOf(patch, text, WHOLE, 2) })));
}

/** The right `width` columns of a patch, or those left of them. */
function columns({ width, height, ink }: InkPatch, from: number, to: number): InkPatch {
  const part = new Float32Array((to - from) * height);
  for (let y = 0; y < height; y++) part.set(ink.subarray(y * width + from, y * width + to), y * (to - from));
  return { width: to - from, height, ink: part };
}

/** Where a whole number ends and its fraction begins: the cut that leaves the best fraction. */
function cutBeforeFraction(patch: InkPatch, width: number): number {
  const cuts = [0.75, 0.83, 0.91, 1].map((share) => Math.max(4, Math.round(patch.width - share * width)));
  const scored = cuts.map((cut) => ({
    text: String(cut),
    score: bestReading(columns(patch, cut, patch.width), ['½', '¼', '¾']).score,
  }));
  return Number(best(scored).text);
}

/** Width of a fraction with a slanted stroke, of its height (measured on old print: 0.88 to 1). */
const FRACTION_WIDTH = 0.95;
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** How much better a fraction must fit than digits do, and how well at all. */
const LEAST_LEAD = 0.03;
const LEAST_FIT = 0.5;
/**
 * Below this no denominator fits. The small 3, 4 and 8 of old print have the shapes of today's faces (0.71 and more on
 * the two pages this was chosen on); its 2 has not, whatever the face (0.61 at most), and is told by that.
 */
const LEAST_DENOMINATOR = 0.66;

/**
 * The fraction that a word's picture shows, alone or after a whole number, or null where digits fit as well. First the
 * whole is held against fractions and digits, then numerator and denominator apart.
 * @param asRead what OCR made of it: one of the readings it is held against
 */
export function seenFraction(patch: InkPatch, asRead: string): { text: string; lead: number } | null {
  const width = Math.round(FRACTION_WIDTH * patch.height);
  if (patch.width < width * 0.65) return null;
  const mixed = patch.width > width * 1.2;
  if (patch.width > width * 2) return null;
  const cut = mixed ? cutBeforeFraction(patch, width) : 0;
  const sign = mixed ? columns(patch, cut, patch.width) : patch;
  const plain = [
    ...DIGITS,
    '0',
    ...(mixed || !/^\d{1,2}$/.test(asRead) ? [] : [asRead]),
    ...(mixed ? [] : ['10', '12']),
  ];
  const fraction = bestReading(sign, ['½', '⅓', '¼', '¾', '⅛']);
  const lead = fraction.score - bestReading(sign, plain).score;
  if (lead < LEAST_LEAD || fraction.score < LEAST_FIT) return null;

  const scores = Object.entries(FRACTIONS).map(([text, [numerator]]) => ({
    text,
    numerator,
    denominator: fitOf(sign, text, DENOMINATOR, 1),
    top: fitOf(sign, text, NUMERATOR, 1),
  }));
  const sum = best(scores.map(({ text, denominator, top }) => ({ text, score: denominator + top })));
  const fits = Math.max(...scores.map(({ denominator }) => denominator)) >= LEAST_DENOMINATOR;
  // Halves are by far the commonest fractions; anything but a 1 above leaves a denominator that fits nothing in doubt.
  const found = fits ? sum : FRACTIONS[sum.text][0] === '1' ? { text: '½', score: sum.score } : null;
  if (!found) return null;
  if (!mixed) return { text: found.text, lead };
  const read = asRead[0];
  const whole = bestReading(columns(patch, 0, cut), DIGITS);
  const digit = DIGITS.includes(read) ? read : whole.text;
  return { text: digit + found.text, lead };
}
