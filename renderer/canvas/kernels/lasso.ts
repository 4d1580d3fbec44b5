import type { Point, Rect } from './geometry.ts';

/** Even-odd rule; points on an edge may fall either way. */
export function insidePolygon(polygon: readonly Point[], p: Point): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[i];
    const b = polygon[j];
    if (a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/** Words whose centre a lasso (page pixels, closed by itself) goes around. */
export function wordsInLasso(
  polygon: readonly Point[],
  rects: readonly Rect[],
  candidates: readonly number[],
): number[] {
  if (polygon.length < 3) return [];
  return candidates.filter((i) =>
    insidePolygon(polygon, { x: (rects[i].x0 + rects[i].x1) / 2, y: (rects[i].y0 + rects[i].y1) / 2 }),
  );
}

/** Words of which at least a third lies in a selection rectangle, so that grazing a neighbour does not take it. */
export function wordsInBox(box: Rect, rects: readonly Rect[], candidates: readonly number[]): number[] {
  return candidates.filter((i) => {
    const r = rects[i];
    const width = Math.min(box.x1, r.x1) - Math.max(box.x0, r.x0);
    const height = Math.min(box.y1, r.y1) - Math.max(box.y0, r.y0);
    if (width < 0 || height < 0) return false;
    const area = (r.x1 - r.x0) * (r.y1 - r.y0);
    return area === 0 || (width * height) / area >= 1 / 3;
  });
}

/** Drops points closer than `step` to the one before, so that a long lasso stays cheap. */
export function thin(points: readonly Point[], step: number): Point[] {
  const kept: Point[] = [];
  for (const p of points) {
    const last = kept.at(-1);
    if (!last || Math.hypot(p.x - last.x, p.y - last.y) >= step) kept.push(p);
  }
  return kept;
}
