import { type Camera, toPage } from './camera.ts';
import type { Rect, Size } from './geometry.ts';

/** How far a picture of the page may be scaled while it moves before it is drawn anew. */
const LEAST_RATIO = 0.62;
const MOST_RATIO = 1.9;
/** What is drawn beyond each side of the viewport, as a share of it. */
const BEYOND = 0.35;

/** Pixels (CSS) that a snapshot reaches beyond the viewport on each side. */
export function marginOf(viewport: Size): Size {
  return { width: Math.round(viewport.width * BEYOND), height: Math.round(viewport.height * BEYOND) };
}

/** The part of the page, in page pixels, that a snapshot taken with this camera shows. */
export function coverOf(camera: Camera, viewport: Size): Rect {
  const margin = marginOf(viewport);
  const a = toPage(camera, { x: -margin.width, y: -margin.height });
  const b = toPage(camera, { x: viewport.width + margin.width, y: viewport.height + margin.height });
  return { x0: a.x, y0: a.y, x1: b.x, y1: b.y };
}

/** Where a snapshot lies on the screen of another camera, CSS pixels. */
export function placeOf(taken: Camera, now: Camera, viewport: Size): Rect {
  const cover = coverOf(taken, viewport);
  return {
    x0: cover.x0 * now.scale + now.x,
    y0: cover.y0 * now.scale + now.y,
    x1: cover.x1 * now.scale + now.x,
    y1: cover.y1 * now.scale + now.y,
  };
}

/** Whether a snapshot still shows all of the page that this camera sees, sharp enough for a page that moves. */
export function stillFits(taken: Camera, now: Camera, viewport: Size, page: Size): boolean {
  const ratio = now.scale / taken.scale;
  if (ratio < LEAST_RATIO || ratio > MOST_RATIO) return false;
  const place = placeOf(taken, now, viewport);
  const left = Math.max(0, now.x);
  const top = Math.max(0, now.y);
  const right = Math.min(viewport.width, now.x + page.width * now.scale);
  const bottom = Math.min(viewport.height, now.y + page.height * now.scale);
  const slack = 0.5;
  return (
    right <= left ||
    bottom <= top ||
    (place.x0 <= left + slack &&
      place.y0 <= top + slack &&
      place.x1 >= right - slack &&
      place.y1 >= bottom - slack)
  );
}
