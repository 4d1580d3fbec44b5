import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeWindow, readWindowState, writeWindowState } from './window-state.ts';

const laptop = { x: 0, y: 0, width: 1440, height: 860 };
const right = { x: 1440, y: 0, width: 2560, height: 1400 };
const at = (x: number, y: number, width = 1200, height = 800) => ({
  bounds: { x, y, width, height },
  maximized: false,
});

describe('the window opens', () => {
  it('where it was', () =>
    expect(placeWindow(at(1600, 40), [laptop, right])).toEqual({
      x: 1600,
      y: 40,
      width: 1200,
      height: 800,
      maximized: false,
    }));
  it('on the main screen where its own is gone, or its title bar is on none', () => {
    for (const lost of [at(1600, 40), at(0, -700), at(1400, 10), at(100, 850)])
      expect(placeWindow(lost, [laptop])).toEqual({ width: 1200, height: 800, maximized: false });
  });
  it('never larger than its screen, however small that is', () => {
    expect(placeWindow(at(0, 0, 4000, 3000), [laptop])).toMatchObject({ width: 1440, height: 860 });
    expect(placeWindow(null, [{ x: 0, y: 0, width: 800, height: 480 }])).toMatchObject({
      width: 800,
      height: 480,
    });
    expect(placeWindow(at(0, 0, 10, 10), [laptop])).toMatchObject({ width: 900, height: 600 });
  });
  it('maximised where it was', () =>
    expect(placeWindow({ ...at(0, 0), maximized: true }, [laptop]).maximized).toBe(true));
});

describe('its state', () => {
  const folder = mkdtempSync(join(tmpdir(), 'galley-window-'));
  it('is kept, also in a folder that is not there yet', () => {
    const path = join(folder, 'new', 'window.json');
    writeWindowState(path, at(3, 4));
    expect(readWindowState(path)).toEqual(at(3, 4));
  });
  it.each(['', '{', '[]', '{"bounds": {"x": 1e99}}', '{"bounds": null, "maximized": true}'])(
    'counts as none where the file is damaged: %s',
    (text) => {
      const path = join(folder, 'damaged.json');
      writeFileSync(path, text);
      expect(readWindowState(path)).toBeNull();
    },
  );
  it('that cannot be kept stops nothing', () => {
    const path = join(folder, 'taken');
    mkdirSync(path);
    expect(() => writeWindowState(path, at(0, 0))).not.toThrow();
  });
});
