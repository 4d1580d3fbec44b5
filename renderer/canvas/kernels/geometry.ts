/** A point or vector; the space (screen CSS pixels or page pixels) is named by whoever holds it. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Axis-aligned rectangle, x0 <= x1 and y0 <= y1. */
export interface Rect {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The rectangle between two corners in any order. */
export function rectBetween(a: Point, b: Point): Rect {
  return { x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y), x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y) };
}

export function intersects(a: Rect, b: Rect): boolean {
  return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;
}

export function contains(rect: Rect, p: Point): boolean {
  return p.x >= rect.x0 && p.x <= rect.x1 && p.y >= rect.y0 && p.y <= rect.y1;
}

/** Smallest rectangle around all; null for none. */
export function union(rects: readonly Rect[]): Rect | null {
  if (rects.length === 0) return null;
  let { x0, y0, x1, y1 } = rects[0];
  for (const r of rects) {
    x0 = Math.min(x0, r.x0);
    y0 = Math.min(y0, r.y0);
    x1 = Math.max(x1, r.x1);
    y1 = Math.max(y1, r.y1);
  }
  return { x0, y0, x1, y1 };
}

/** A 0..1000 box on a page of this size, in page pixels. */
export function toPagePixels(box: readonly [number, number, number, number], page: Size): Rect {
  const sx = page.width / 1000;
  const sy = page.height / 1000;
  return { x0: box[0] * sx, y0: box[1] * sy, x1: box[2] * sx, y1: box[3] * sy };
}
