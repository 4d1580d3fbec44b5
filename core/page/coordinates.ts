import { BOX_SCALE, type Box } from './page.ts';

const clamp = (value: number) => Math.min(BOX_SCALE, Math.max(0, value));

/**
 * Pixels to 0..1000, truncated toward zero and clamped, an inverted side collapsed to zero width:
 * the rule of LayoutLM's own preprocessing (shared with Hugging Face's processors).
 */
export function pixelsToNormalised(box: Box, width: number, height: number): Box {
  const x0 = clamp(Math.trunc((BOX_SCALE * box[0]) / width));
  const y0 = clamp(Math.trunc((BOX_SCALE * box[1]) / height));
  const x1 = clamp(Math.trunc((BOX_SCALE * box[2]) / width));
  const y1 = clamp(Math.trunc((BOX_SCALE * box[3]) / height));
  return [x0, y0, Math.max(x0, x1), Math.max(y0, y1)];
}

/** 0..1000 to pixels of a page of this size; fractions are kept (round where a raster needs it). */
export function normalisedToPixels(box: Box, width: number, height: number): Box {
  const sx = width / BOX_SCALE;
  const sy = height / BOX_SCALE;
  return [box[0] * sx, box[1] * sy, box[2] * sx, box[3] * sy];
}

/** Smallest box that holds all the given ones; throws nothing, returns [0,0,0,0] for none. */
export function unionBox(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return [0, 0, 0, 0];
  let [x0, y0, x1, y1] = boxes[0];
  for (const box of boxes) {
    x0 = Math.min(x0, box[0]);
    y0 = Math.min(y0, box[1]);
    x1 = Math.max(x1, box[2]);
    y1 = Math.max(y1, box[3]);
  }
  return [x0, y0, x1, y1];
}
