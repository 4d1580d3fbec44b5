import { describe, expect, it } from 'vitest';
import { createCanvas, rgbaOf } from '../drawing/canvas.ts';
import { font } from '../drawing/fonts.ts';
import { pageBlock, skewOf } from './page-geometry.ts';
import { previewScan, straighten } from './prepare-scan.ts';

const LINE = 'put grapes and water in granite stew-pan and heat until';

/** A page of lines that fall by `degrees`, 600 x 800. */
function page(degrees: number, shadow = false) {
  const [width, height] = [600, 800];
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = '#fbf6e4';
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = '#222';
  if (shadow) ctx.fillRect(0, 0, 40, height);
  ctx.translate(width / 2, height / 2);
  ctx.rotate((degrees * Math.PI) / 180);
  ctx.font = font('serif', 16);
  for (let i = -9; i <= 9; i++) ctx.fillText(LINE, -190, i * 24);
  const rgba = rgbaOf(canvas);
  const rgb = new Uint8Array(width * height * 3);
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = rgba[i * 4 + c];
    grey[i] = (rgba[i * 4] + rgba[i * 4 + 1] + rgba[i * 4 + 2]) / 3;
  }
  return { width, height, grey, rgb, dpi: null, plain: 'png' as const };
}

describe('skew', () => {
  for (const degrees of [-5, -1.3, 0.6, 3])
    it(`finds ${degrees} degrees`, () => {
      expect(Math.abs(skewOf(page(degrees)) - degrees)).toBeLessThan(0.2);
    });

  it('leaves a level page and an empty one alone', () => {
    expect(skewOf(page(0))).toBe(0);
    expect(skewOf({ width: 50, height: 50, grey: new Uint8Array(2500).fill(255) })).toBe(0);
  });
});

describe('block of print', () => {
  it('holds the lines, and not the shadow at the edge', () => {
    const [x0, y0, x1, y1] = pageBlock(page(0, true));
    // Lines run from x = 110 and from y = 170 to 620, with 2 % of 800 around them.
    expect(x0 * 600).toBeGreaterThan(45);
    expect(x0 * 600).toBeLessThan(112);
    expect(y0 * 800).toBeGreaterThan(130);
    expect(y0 * 800).toBeLessThan(172);
    expect(y1 * 800).toBeGreaterThan(615);
    expect(y1 * 800).toBeLessThan(660);
    expect(x1).toBeLessThan(1);
  });

  it('is the whole page where there is no print', () => {
    expect(pageBlock({ width: 50, height: 80, grey: new Uint8Array(4000).fill(250) })).toEqual([0, 0, 1, 1]);
  });
});

describe('straightening', () => {
  it('turns a page level, cuts it, and says how', async () => {
    const done = await straighten(page(3), { deskew: true, crop: true });
    expect(Math.abs(done.geometry.skew - 3)).toBeLessThan(0.2);
    expect(done.page.height).toBeLessThan(640);
    expect(done.page.plain).toBeNull();
    expect(done.page.rgb.length).toBe(done.page.width * done.page.height * 3);
  });

  it('hands the same picture back where nothing is asked for, and previews in small', async () => {
    const scan = page(0);
    expect((await straighten(scan, { deskew: false, crop: false })).page).toBe(scan);
    const { png, width, height } = await previewScan(scan, { deskew: true, crop: false });
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect(Math.max(width, height)).toBe(600);
  });
});
