import type { Camera } from './kernels/camera.ts';
import type { Point, Rect } from './kernels/geometry.ts';
import type { CanvasTheme } from './palette.ts';

/** What lies over the labels: selection, pointer, spotlight and the gesture in progress. */
export interface Overlay {
  readonly rects: readonly Rect[];
  readonly readingOrder: readonly number[];
  readonly selection: ReadonlySet<number>;
  readonly cursor: number | null;
  readonly pointed: number | null;
  readonly spotlight: readonly number[] | null;
  readonly page: { readonly width: number; readonly height: number };
  readonly brush: Rect | null;
  readonly lasso: readonly Point[] | null;
  readonly focused: boolean;
}

type Pen = CanvasRenderingContext2D;
const PAD = 2.5;

/** Words side by side on one line as one rectangle: a selection reads as a few calm outlines. */
export function joined(
  rects: readonly Rect[],
  order: readonly number[],
  wanted: (word: number) => boolean,
): Rect[] {
  const runs: Rect[] = [];
  let run: Rect | null = null;
  for (const word of order) {
    if (!wanted(word)) {
      run = null;
      continue;
    }
    const r = rects[word];
    const middle = (r.y0 + r.y1) / 2;
    if (run && middle > run.y0 && middle < run.y1 && r.x0 >= run.x0) {
      run = {
        x0: run.x0,
        y0: Math.min(run.y0, r.y0),
        x1: Math.max(run.x1, r.x1),
        y1: Math.max(run.y1, r.y1),
      };
      runs[runs.length - 1] = run;
    } else {
      run = r;
      runs.push(run);
    }
  }
  return runs;
}

export function drawOverlay(pen: Pen, overlay: Overlay, camera: Camera, theme: CanvasTheme): void {
  const { rects, readingOrder, spotlight } = overlay;
  const trace = (r: Rect, pad: number, radius: number) =>
    pen.roundRect(
      r.x0 * camera.scale + camera.x - pad,
      r.y0 * camera.scale + camera.y - pad,
      (r.x1 - r.x0) * camera.scale + 2 * pad,
      (r.y1 - r.y0) * camera.scale + 2 * pad,
      radius,
    );
  if (spotlight) {
    const lit = new Set(spotlight);
    pen.fillStyle = theme.veil;
    pen.beginPath();
    pen.rect(camera.x, camera.y, overlay.page.width * camera.scale, overlay.page.height * camera.scale);
    for (const r of joined(rects, readingOrder, (word) => lit.has(word))) trace(r, 4, 3);
    pen.fill('evenodd');
  }
  pen.strokeStyle = theme.selection;
  if (overlay.selection.size > 0) {
    pen.lineWidth = 2;
    pen.beginPath();
    for (const r of joined(rects, readingOrder, (word) => overlay.selection.has(word))) trace(r, PAD, 3);
    pen.stroke();
  }
  if (overlay.cursor !== null && rects[overlay.cursor] && overlay.focused) {
    pen.lineWidth = 2;
    pen.strokeStyle = theme.focus;
    pen.beginPath();
    trace(rects[overlay.cursor], PAD + 2.5, 4);
    pen.stroke();
  }
  if (overlay.pointed !== null && rects[overlay.pointed] && !overlay.selection.has(overlay.pointed)) {
    pen.strokeStyle = theme.selection;
    pen.lineWidth = 1;
    pen.beginPath();
    trace(rects[overlay.pointed], 1.5, 2);
    pen.stroke();
  }
  pen.strokeStyle = theme.selection;
  pen.lineWidth = 1;
  if (overlay.brush) {
    const { x0, y0, x1, y1 } = overlay.brush;
    pen.setLineDash([4, 3]);
    pen.strokeRect(x0 + 0.5, y0 + 0.5, x1 - x0, y1 - y0);
    pen.setLineDash([]);
  }
  if (overlay.lasso && overlay.lasso.length > 1) {
    pen.setLineDash([4, 3]);
    pen.beginPath();
    overlay.lasso.forEach((p, i) => {
      if (i === 0) pen.moveTo(p.x, p.y);
      else pen.lineTo(p.x, p.y);
    });
    pen.closePath();
    pen.stroke();
    pen.setLineDash([]);
  }
}
