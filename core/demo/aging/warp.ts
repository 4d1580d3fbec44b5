import type { Box } from '../../page/page.ts';
import type { Random } from '../random.ts';
import { MEASURE } from '../typeset/blocks.ts';

/** How a page lay on the scanner: an affine map, after lines have been bowed towards the gutter. */
export interface Warp {
  /** Size of the scan in pixels. */
  readonly width: number;
  readonly height: number;
  /** x' = a x + c y + e, y' = b x + d y + f, from the text block to the scan (the order of a canvas transform). */
  readonly affine: readonly [number, number, number, number, number, number];
  /** How far, in pixels, the ends of a line bow down. */
  readonly bow: number;
}

const WIDTH = 500;

/** A lie of the page as scans of such books have it: about half a degree of skew, a few pixels of drift. */
export function randomWarp(random: Random): Warp {
  const height = random.int(850, 905);
  const angle = clamp(random.normal() * 0.0085, 0.024);
  const shear = clamp(random.normal() * 0.004, 0.01);
  const scaleX = clamp(0.995 + random.normal() * 0.013, 1.032, 0.955);
  const scaleY = clamp(1 + random.normal() * 0.012, 1.028, 0.965) * Math.min(1, (height + 14) / 880);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const a = cos * scaleX;
  const b = sin * scaleX;
  const c = (shear - sin) * scaleY;
  const d = cos * scaleY;
  // The middle of the text block goes to the middle of the page, then drifts.
  const [mx, my] = [MEASURE / 2, 380];
  const e = WIDTH / 2 + clamp(random.normal() * 8, 16) - a * mx - c * my;
  const f = 66 + my * scaleY + clamp(random.normal() * 4, 9) - b * mx - d * my;
  return { width: WIDTH, height, affine: [a, b, c, d, e, f], bow: clamp(random.normal() * 1.6, 4) };
}

const clamp = (value: number, high: number, low = -high) => Math.min(high, Math.max(low, value));

/** How far a word at `x` of the text block sinks. */
export const sink = (warp: Warp, x: number): number => warp.bow * ((2 * x) / MEASURE - 1) ** 2;

/** The upright box on the scan, in pixels, around a box of the text block. */
export function warpBox(warp: Warp, [x0, y0, x1, y1]: Box): Box {
  const [a, b, c, d, e, f] = warp.affine;
  const down = sink(warp, (x0 + x1) / 2);
  const xs: number[] = [];
  const ys: number[] = [];
  for (const [x, y] of [
    [x0, y0],
    [x1, y0],
    [x0, y1],
    [x1, y1],
  ]) {
    xs.push(a * x + c * (y + down) + e);
    ys.push(b * x + d * (y + down) + f);
  }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
