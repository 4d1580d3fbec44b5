import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCanvas, rgbaOf } from './canvas.ts';
import { font, registerPackageFont } from './fonts.ts';
import { loadPageImage, type PageSource } from './page-image.ts';
import { drawWordsPage } from './words-page.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-image-'));
});
afterAll(() => rm(dir, { recursive: true }));

const page = (over: Partial<PageSource>): PageSource => ({
  words: ['word'],
  bboxes: [[100, 100, 400, 200]],
  width: 40,
  height: 60,
  imagePath: null,
  ...over,
});
const red = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c02010' } });

describe('loadPageImage', () => {
  it.each([
    ['grey', () => red(40, 60).greyscale().png()],
    ['palette', () => red(40, 60).png({ palette: true })],
    ['16 bit', () => red(40, 60).toColourspace('rgb16').png()],
    ['CMYK', () => red(40, 60).toColourspace('cmyk').jpeg()],
    ['transparent', () => red(40, 60).ensureAlpha(0).png()],
  ])('reads %s images as opaque sRGB', async (name, make) => {
    const imagePath = join(dir, `${name.replace(' ', '-')}.img`);
    await make().toFile(imagePath);
    const { canvas, problem } = await loadPageImage(page({ imagePath }));
    expect(problem).toBeNull();
    expect([canvas.width, canvas.height]).toEqual([40, 60]);
    const [r, g, b, a] = rgbaOf(canvas);
    expect(a).toBe(255);
    if (name === 'grey') expect(r).toBe(g);
    else if (name === 'transparent') expect([r, g, b]).toEqual([255, 255, 255]);
    else expect(r - b).toBeGreaterThan(100);
  });

  it('obeys a camera orientation only where that gives the sides of the page', async () => {
    const imagePath = join(dir, 'turned.jpg');
    await red(60, 40).withMetadata({ orientation: 6 }).jpeg().toFile(imagePath);
    const upright = await loadPageImage(page({ imagePath }));
    expect([upright.canvas.width, upright.canvas.height]).toEqual([40, 60]);
    const asStored = await loadPageImage(page({ imagePath, width: 60, height: 40 }));
    expect([asStored.canvas.width, asStored.canvas.height]).toEqual([60, 40]);
  });

  it('enlarges small scans and leaves large ones', async () => {
    const imageBytes = await red(40, 60).png().toBuffer();
    const small = await loadPageImage(page({ imageBytes }), { minWidth: 100 });
    expect([small.canvas.width, small.canvas.height, small.scale]).toEqual([100, 150, 2.5]);
    expect((await loadPageImage(page({ imageBytes }), { minWidth: 20 })).canvas.width).toBe(40);
  });
});

describe('size', () => {
  it('is bounded, for real scans and for absurd page sizes', async () => {
    const imageBytes = await red(400, 600).png().toBuffer();
    const { canvas, scale } = await loadPageImage(page({ imageBytes }), { maxPixels: 60_000 });
    expect([canvas.width, canvas.height, scale]).toEqual([200, 300, 0.5]);
    const absurd = await loadPageImage(page({ width: 1e12, height: 1e9 }), { minWidth: 1500 });
    expect(absurd.canvas.width * absurd.canvas.height).toBeLessThan(17e6);
  });
});

describe('drawWordsPage at another size', () => {
  it('draws what shrinking the full drawing would give, nearly', () => {
    const page = {
      words: ['sugar', 'Cream', 'bake'],
      bboxes: [
        [100, 100, 400, 180],
        [500, 100, 900, 180],
        [100, 600, 500, 700],
      ] as [number, number, number, number][],
    };
    const [width, height] = [600, 1000];
    const size = { width: 120, height: 100 };
    const full = rgbaOf(drawWordsPage(page, width, height));
    const squeezed = rgbaOf(drawWordsPage(page, width, height, size));
    expect(squeezed.length).toBe(size.width * size.height * 4);
    let [difference, ink] = [0, 0];
    for (let y = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++) {
        let sum = 0;
        for (let dy = 0; dy < 10; dy++)
          for (let dx = 0; dx < 5; dx++) sum += full[4 * ((10 * y + dy) * width + 5 * x + dx)];
        difference += Math.abs(squeezed[4 * (y * size.width + x)] - sum / 50);
        ink += 255 - sum / 50;
      }
    expect(ink).toBeGreaterThan(10_000);
    expect(difference / ink).toBeLessThan(0.35);
  });
});

describe('drawWordsPage', () => {
  it('sets each word inside its box, and only there', () => {
    const canvas = drawWordsPage(
      {
        words: ['Fjord', '', ' '],
        bboxes: [
          [200, 100, 600, 200],
          [0, 0, 0, 0],
          [5, 5, 5, 9],
        ],
      },
      500,
      500,
    );
    const dark = [...rgbaOf(canvas)].flatMap((v, i) => (i % 4 === 0 && v < 128 ? [i / 4] : []));
    const xs = dark.map((i) => i % 500);
    const ys = dark.map((i) => Math.floor(i / 500));
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(98);
    expect(Math.max(...xs)).toBeLessThanOrEqual(302);
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(48);
    expect(Math.max(...ys)).toBeLessThanOrEqual(102);
    expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThan(30);
  });
});

describe('fonts', () => {
  it('come from npm packages: faces differ, and an unknown one is an error', () => {
    const ctx = createCanvas(10, 10).getContext('2d');
    const widths = (['sans', 'sans-semibold', 'serif', 'serif-italic'] as const).map((face) => {
      ctx.font = font(face, 100);
      return ctx.measureText('Hamburgefonstiv').width;
    });
    expect(new Set(widths).size).toBe(4);
    expect(() => registerPackageFont('@expo-google-fonts/nothing/None.ttf', 'None')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });
});
