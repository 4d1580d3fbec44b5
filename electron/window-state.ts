import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const pixels = z.int().min(-100_000).max(100_000);
const stateSchema = z.object({
  bounds: z.object({ x: pixels, y: pixels, width: pixels.min(1), height: pixels.min(1) }),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

export interface Placement {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

export const SMALLEST = { width: 900, height: 600 };
const FIRST = { width: 1440, height: 920 };
/** So much of the title bar must be on a screen for a window to be moved by hand. */
const GRIP = { width: 120, height: 30 };

const overlap = (a: number, b: number, c: number, d: number) => Math.min(a + b, c + d) - Math.max(a, c);

/**
 * Where a window opens: where it was, if a screen is still there, and never larger than the screen.
 * @param screens work areas in screen pixels, the main screen first
 */
export function placeWindow(saved: WindowState | null, screens: readonly Rectangle[]): Placement {
  const main = screens[0] ?? { x: 0, y: 0, ...FIRST };
  const { bounds } = saved ?? {};
  const screen =
    bounds &&
    screens.find(
      (s) =>
        overlap(bounds.x, bounds.width, s.x, s.width) >= GRIP.width &&
        overlap(bounds.y, GRIP.height, s.y, s.height) >= GRIP.height,
    );
  const clip = (size: { width: number; height: number }, area: Rectangle) => ({
    width: Math.max(Math.min(size.width, area.width), Math.min(SMALLEST.width, area.width)),
    height: Math.max(Math.min(size.height, area.height), Math.min(SMALLEST.height, area.height)),
  });
  const maximized = saved?.maximized ?? false;
  if (!bounds || !screen) return { ...clip(bounds ?? FIRST, main), maximized };
  return { x: bounds.x, y: bounds.y, ...clip(bounds, screen), maximized };
}

/** A file that is missing or damaged counts as none. */
export function readWindowState(path: string): WindowState | null {
  try {
    return stateSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** At once, since the application may be ending; a state that cannot be kept must not keep it from ending. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify(state));
    renameSync(`${path}.new`, path);
  } catch {}
}
