import './no-system-fonts.ts';
import { type Canvas, createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { writeFileWhole } from '../files/files.ts';

/** The only importer of @napi-rs/canvas: all drawing starts here. */
export { type Canvas, createCanvas, type SKRSContext2D };

/** Left, top, width, height in pixels of a canvas. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A canvas holding raw pixels. @param rgba [height, width, 4] bytes */
export function canvasFromRgba(rgba: Uint8Array, width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  const pixels = new Uint8ClampedArray(rgba.buffer as ArrayBuffer, rgba.byteOffset, rgba.byteLength);
  canvas.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

/** Raw pixels of a canvas, [height, width, 4] bytes. */
export function rgbaOf(canvas: Canvas): Uint8ClampedArray {
  return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
}

/** Writes a PNG, whole or not at all. */
export async function savePng(canvas: Canvas, path: string): Promise<void> {
  await writeFileWhole(path, await canvas.encode('png'));
}

/** Runs `draw` and restores the state of the context after it. */
export function saved(ctx: SKRSContext2D, draw: () => void): void {
  ctx.save();
  draw();
  ctx.restore();
}
