import type { Size } from './geometry.ts';

/** Pixels of the picture that stands for a page while it moves: 16 MB of memory. */
const MOST_PIXELS = 4e6;
/** Up to so much larger than its own pixels it is drawn. */
const MOST_ENLARGED = 1.6;

/** Device pixels of the largest picture for one of the page. */
export function largestScale(page: Size): number {
  return Math.min(1, Math.sqrt(MOST_PIXELS / (page.width * page.height)));
}

/**
 * At which scale (device pixels for one of the page) a moving page is pictured: `have`, where that is sharp enough for
 * this zoom, else the zoom's own. Null beyond what a picture may hold; so few words are in sight then that they are
 * drawn themselves.
 */
export function pictureScale(page: Size, zoom: number, have: number | null): number | null {
  if (have !== null && zoom <= MOST_ENLARGED * have) return have;
  const most = largestScale(page);
  return zoom <= MOST_ENLARGED * most ? Math.min(zoom, most) : null;
}
