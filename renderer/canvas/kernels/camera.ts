import type { Point, Rect, Size } from './geometry.ts';

/** How the page lies under the viewport: screen = page * scale + offset (CSS pixels). */
export interface Camera {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const MIN_SCALE = 0.05;
export const MAX_SCALE = 16;
/** Air around a fitted page, CSS pixels. */
const MARGIN = 24;

const clampScale = (scale: number) => Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale));

export function toScreen(camera: Camera, p: Point): Point {
  return { x: p.x * camera.scale + camera.x, y: p.y * camera.scale + camera.y };
}

export function toPage(camera: Camera, p: Point): Point {
  return { x: (p.x - camera.x) / camera.scale, y: (p.y - camera.y) / camera.scale };
}

/** The part of the page (page pixels, may reach beyond it) that the viewport shows. */
export function visibleRect(camera: Camera, viewport: Size): Rect {
  const a = toPage(camera, { x: 0, y: 0 });
  const b = toPage(camera, { x: viewport.width, y: viewport.height });
  return { x0: a.x, y0: a.y, x1: b.x, y1: b.y };
}

/** Zooms by a factor about a screen point, which stays where it is. */
export function zoomAbout(camera: Camera, at: Point, factor: number): Camera {
  const scale = clampScale(camera.scale * factor);
  const p = toPage(camera, at);
  return { scale, x: at.x - p.x * scale, y: at.y - p.y * scale };
}

export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/** The page as wide as the viewport, its top at the top. */
export function fitWidth(page: Size, viewport: Size): Camera {
  const scale = clampScale(Math.max(1, viewport.width - 2 * MARGIN) / page.width);
  const height = page.height * scale;
  const y = height + 2 * MARGIN < viewport.height ? (viewport.height - height) / 2 : MARGIN;
  return { scale, x: (viewport.width - page.width * scale) / 2, y };
}

/** The whole page in the viewport. */
export function fitPage(page: Size, viewport: Size): Camera {
  return fitRect({ x0: 0, y0: 0, x1: page.width, y1: page.height }, viewport);
}

/** A rectangle of the page in the middle of the viewport, as large as it goes. */
export function fitRect(rect: Rect, viewport: Size, maxScale = MAX_SCALE): Camera {
  const width = Math.max(1, rect.x1 - rect.x0);
  const height = Math.max(1, rect.y1 - rect.y0);
  const scale = clampScale(
    Math.min((viewport.width - 2 * MARGIN) / width, (viewport.height - 2 * MARGIN) / height, maxScale),
  );
  return {
    scale,
    x: viewport.width / 2 - ((rect.x0 + rect.x1) / 2) * scale,
    y: viewport.height / 2 - ((rect.y0 + rect.y1) / 2) * scale,
  };
}

/** Moves as little as needed so that the rectangle is in sight. */
export function reveal(camera: Camera, rect: Rect, viewport: Size): Camera {
  const a = toScreen(camera, { x: rect.x0, y: rect.y0 });
  const b = toScreen(camera, { x: rect.x1, y: rect.y1 });
  const shift = (low: number, high: number, size: number) => {
    if (low >= MARGIN && high <= size - MARGIN) return 0;
    if (high - low > size - 2 * MARGIN) return MARGIN - low;
    return low < MARGIN ? MARGIN - low : size - MARGIN - high;
  };
  return pan(camera, shift(a.x, b.x, viewport.width), shift(a.y, b.y, viewport.height));
}

/** Keeps at least a strip of the page in sight, so that it can never be lost. */
export function keepInSight(camera: Camera, page: Size, viewport: Size): Camera {
  const strip = 60;
  const bound = (offset: number, length: number, size: number) =>
    Math.min(size - strip, Math.max(strip - length * camera.scale, offset));
  return {
    ...camera,
    x: bound(camera.x, page.width, viewport.width),
    y: bound(camera.y, page.height, viewport.height),
  };
}
