import { createCanvas, rgbaOf, type SKRSContext2D } from '../../drawing/canvas.ts';
import type { Random } from '../random.ts';
import { drawWord } from '../typeset/faces.ts';
import type { Figure, SetPage } from '../typeset/paginate.ts';
import { sink, type Warp } from './warp.ts';

/** A scan: one level a pixel, and the colours of the levels (paper and ink of this leaf). */
export interface Scan {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly levels: Uint8Array;
  /** [256, 3] RGB */
  readonly palette: Uint8Array;
}

/** Grain of the film: as many numbers as repeat unseen. */
const NOISE_MASK = 2 ** 16 - 1;

/** Prints a set page, ages the leaf and lays it on the scanner. */
export function scanPage(page: SetPage, warp: Warp, random: Random): Scan {
  const { width, height } = warp;
  let ink = printInk(page, warp, random);
  const through = showThrough(ink, width, height, random);
  ink = blur(ink, width, height, random.between(0.16, 0.25));
  const gain = random.between(1.38, 1.85);
  const depth = random.between(0.68, 0.81);
  const paper = leaf(width, height, random);
  const wear = coarseNoise(width, height, 24, random);
  const wearDepth = random.between(0.1, 0.32);
  const grain = random.between(1.6, 3.4) * 1.8;
  const noise = Float32Array.from({ length: NOISE_MASK + 1 }, () => random.next() + random.next() - 1);
  const levels = new Uint8Array(width * height);
  for (let i = 0; i < levels.length; i++) {
    const black = Math.min(1, ink[i] * gain * (1 - wearDepth * wear[i]));
    const light = (paper[i] - through[i]) * (1 - depth * black);
    levels[i] = Math.max(0, Math.min(255, light + noise[(i + (i >> 9) * 37) & NOISE_MASK] * grain));
  }
  return { width, height, levels, palette: tones(random) };
}

/** Coverage of black, 0 to 1 a pixel, as printed: every word with its share of ink. */
function printInk(page: SetPage, warp: Warp, random: Random): Float32Array {
  const { width, height } = warp;
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = '#fff';
  ctx.fillRect(0, 0, width, height);
  for (const figure of page.figures) printFigure(ctx, figure, warp, random);
  const press = random.between(0.8, 1);
  for (const line of page.lines) {
    const charge = press * random.between(0.92, 1);
    for (const word of line) {
      ctx.globalAlpha = Math.min(1, charge * random.between(0.93, 1.04));
      ctx.fillStyle = '#000';
      place(ctx, warp, word.x, word.y);
      drawWord(ctx, word.text, word.face);
    }
  }
  const rgba = rgbaOf(canvas);
  const ink = new Float32Array(width * height);
  for (let i = 0; i < ink.length; i++) ink[i] = 1 - rgba[4 * i] / 255;
  return ink;
}

function place(ctx: SKRSContext2D, warp: Warp, x: number, y: number): void {
  const [a, b, c, d, e, f] = warp.affine;
  const down = y + sink(warp, x);
  ctx.setTransform(a, b, c, d, a * x + c * down + e, b * x + d * down + f);
}

/** A plate: a grey photograph of something round on a table. */
function printFigure(ctx: SKRSContext2D, { x, y, width, height }: Figure, warp: Warp, random: Random): void {
  ctx.globalAlpha = 1;
  place(ctx, warp, x, y);
  const ground = ctx.createLinearGradient(0, 0, 0, height);
  ground.addColorStop(0, grey(random.between(0.35, 0.7)));
  ground.addColorStop(1, grey(random.between(0.55, 0.85)));
  ctx.fillStyle = ground;
  ctx.fillRect(0, 0, width, height);
  for (let i = random.int(1, 4); i > 0; i--) {
    const rx = width * random.between(0.12, 0.34);
    const ry = rx * random.between(0.35, 0.75);
    const cx = width * random.between(0.35, 0.65);
    const cy = height * random.between(0.4, 0.7);
    const body = ctx.createRadialGradient(cx - rx * 0.3, cy - ry * 0.4, rx * 0.08, cx, cy, rx);
    body.addColorStop(0, grey(random.between(0.85, 0.98)));
    body.addColorStop(1, grey(random.between(0.2, 0.5)));
    ctx.fillStyle = body;
    ctx.beginPath();
    ctx.ellipse(cx, cy, rx, Math.min(ry, height * 0.42), 0, 0, 2 * Math.PI);
    ctx.fill();
  }
  for (let i = 0; i < 90; i++) {
    ctx.fillStyle = grey(random.next());
    ctx.globalAlpha = 0.25;
    ctx.beginPath();
    ctx.ellipse(
      width * random.between(0.2, 0.8),
      height * random.between(0.25, 0.8),
      random.between(2, 12),
      random.between(1, 7),
      random.next() * 3,
      0,
      2 * Math.PI,
    );
    ctx.fill();
  }
}

const grey = (light: number) => `rgb(${[0, 0, 0].map(() => Math.round(255 * light)).join(',')})`;

/** The other side of the leaf, mirrored, faint; in levels. */
function showThrough(ink: Float32Array, width: number, height: number, random: Random): Float32Array {
  const out = new Float32Array(ink.length);
  const strength = random.chance(0.75) ? random.between(2, 11) : 0;
  if (strength === 0) return out;
  const shift = random.int(3, 16);
  const soft = blur(blur(ink, width, height, 0.25), width, height, 0.25);
  for (let y = 0; y < height; y++) {
    const from = ((y + shift) % height) * width;
    for (let x = 0; x < width; x++) out[y * width + x] = strength * soft[from + width - 1 - x];
  }
  return out;
}

/** A three by three blur; `side` is the weight of each neighbour in a row or column. */
function blur(input: Float32Array, width: number, height: number, side: number): Float32Array {
  const middle = 1 - 2 * side;
  const rows = new Float32Array(input.length);
  for (let y = 0; y < height; y++) {
    const at = y * width;
    for (let x = 0; x < width; x++)
      rows[at + x] =
        middle * input[at + x] +
        side * (input[at + Math.max(0, x - 1)] + input[at + Math.min(width - 1, x + 1)]);
  }
  const out = new Float32Array(input.length);
  for (let y = 0; y < height; y++) {
    const [up, here, down] = [Math.max(0, y - 1) * width, y * width, Math.min(height - 1, y + 1) * width];
    for (let x = 0; x < width; x++)
      out[here + x] = middle * rows[here + x] + side * (rows[up + x] + rows[down + x]);
  }
  return out;
}

/** Smooth noise from 0 to 1 over a grid of `cell` pixels. */
function coarseNoise(width: number, height: number, cell: number, random: Random): Float32Array {
  const columns = Math.ceil(width / cell) + 2;
  const grid = Float32Array.from({ length: columns * (Math.ceil(height / cell) + 2) }, () => random.next());
  const out = new Float32Array(width * height);
  const line = new Float32Array(columns);
  for (let y = 0; y < height; y++) {
    const above = Math.floor(y / cell);
    const down = y / cell - above;
    for (let i = 0; i < columns; i++)
      line[i] = grid[above * columns + i] * (1 - down) + grid[(above + 1) * columns + i] * down;
    for (let left = 0, at = y * width; left * cell < width; left++) {
      const step = (line[left + 1] - line[left]) / cell;
      const end = y * width + Math.min(width, (left + 1) * cell);
      for (let value = line[left]; at < end; at++, value += step) out[at] = value;
    }
  }
  return out;
}

/** Light of the bare leaf in levels: tone, clouds, a shadow at the gutter, spots. */
function leaf(width: number, height: number, random: Random): Float32Array {
  const tone = random.between(222, 238);
  const clouds = coarseNoise(width, height, 70, random);
  const fibres = coarseNoise(width, height, 5, random);
  const cloudDepth = random.between(3, 10);
  const shadow = random.between(0, 22);
  const gutterLeft = random.chance(0.5);
  const paper = new Float32Array(width * height);
  const bare = Float32Array.from({ length: width }, (_, x) => {
    const fromGutter = (gutterLeft ? x : width - 1 - x) / width;
    return tone + 4 - shadow * Math.exp(-fromGutter * 22);
  });
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) paper[i] = bare[x] - cloudDepth * clouds[i] - 3 * fibres[i];
  for (let i = random.int(2, 22); i > 0; i--)
    spot(paper, width, height, random.between(0.5, 1.5), random.between(25, 110), random);
  for (let i = random.int(0, 4); i > 0; i--)
    spot(paper, width, height, random.between(6, 30), random.between(3, 12), random);
  return paper;
}

function spot(
  paper: Float32Array,
  width: number,
  height: number,
  radius: number,
  depth: number,
  random: Random,
): void {
  const [cx, cy] = [random.next() * width, random.next() * height];
  const reach = Math.ceil(radius * 2.2);
  for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(height, cy + reach); y++)
    for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(width, cx + reach); x++)
      paper[y * width + x] -= depth * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (radius * radius));
}

/** Levels to colours: brownish black to the cream of this leaf. */
function tones(random: Random): Uint8Array {
  const warmth = random.between(0.75, 1.15);
  const palette = new Uint8Array(256 * 3);
  for (let level = 0; level < 256; level++) {
    const light = level / 255;
    const colour = [
      1 + 0.075 * warmth * light + 0.03 * (1 - light),
      1 + 0.03 * warmth * light,
      1 - 0.125 * warmth * light - 0.03 * (1 - light),
    ];
    for (let c = 0; c < 3; c++)
      palette[3 * level + c] = Math.max(0, Math.min(255, Math.round(level * colour[c])));
  }
  return palette;
}
