import Flatbush from 'flatbush';
import type { Point, Rect } from './geometry.ts';

/** Answers which words lie in a rectangle or under a point, without looking at all of them. */
export interface SpatialIndex {
  /** Indices of rectangles that touch `rect`, ascending. */
  search(rect: Rect): number[];
  /** What is under a point. */
  at(point: Point, slack?: number): Hit;
}

/** `hit`: inside a word; `near`: within the slack around one; `miss`: neither. */
export type Hit =
  | { readonly kind: 'hit'; readonly index: number }
  | { readonly kind: 'near'; readonly index: number; readonly distance: number }
  | { readonly kind: 'miss' };

const area = (r: Rect) => (r.x1 - r.x0) * (r.y1 - r.y0);

function distanceTo(rect: Rect, p: Point): number {
  const dx = Math.max(rect.x0 - p.x, 0, p.x - rect.x1);
  const dy = Math.max(rect.y0 - p.y, 0, p.y - rect.y1);
  return Math.hypot(dx, dy);
}

/** Built once per page (page pixels). Where boxes overlap, the smaller one wins: it is the harder one to reach. */
export function buildSpatialIndex(rects: readonly Rect[]): SpatialIndex {
  if (rects.length === 0) return { search: () => [], at: () => ({ kind: 'miss' }) };
  const tree = new Flatbush(rects.length);
  for (const r of rects) tree.add(r.x0, r.y0, r.x1, r.y1);
  tree.finish();
  return {
    search: (r) => tree.search(r.x0, r.y0, r.x1, r.y1).sort((a, b) => a - b),
    at: (p, slack = 0) => {
      const inside = tree.search(p.x, p.y, p.x, p.y);
      if (inside.length > 0)
        return {
          kind: 'hit',
          index: inside.reduce((best, i) => (area(rects[i]) < area(rects[best]) ? i : best)),
        };
      const close = tree.search(p.x - slack, p.y - slack, p.x + slack, p.y + slack);
      let nearest: Hit = { kind: 'miss' };
      for (const index of close) {
        const distance = distanceTo(rects[index], p);
        if (distance <= slack && (nearest.kind !== 'near' || distance < nearest.distance))
          nearest = { kind: 'near', index, distance };
      }
      return nearest;
    },
  };
}
