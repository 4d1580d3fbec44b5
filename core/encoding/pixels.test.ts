import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../page/page.ts';
import { decodeRgb } from './decode-image.ts';
import { loadPixelValues, normalisePixels, PixelLoader } from './pixels.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-pixels-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** 3 x 2 pixels, all different. */
const RAW = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
const raw = { raw: { width: 3, height: 2, channels: 3 } } as const;
const decoded = async (bytes: Buffer, expected?: { width: number; height: number }) => {
  const image = await decodeRgb(bytes, expected);
  return { size: [image.width, image.height], data: [...image.data] };
};

/** One row of CMYK pixels as an uncompressed little-endian TIFF, which sharp itself cannot write. */
function cmykTiff(width: number, inks: number[]): Buffer {
  const tags = [
    [256, 3, 1, width],
    [257, 3, 1, 1],
    [258, 3, 4, 8 + inks.length],
    [259, 3, 1, 1],
    [262, 3, 1, 5], // photometric interpretation: separated
    [273, 4, 1, 8],
    [277, 3, 1, 4],
    [278, 3, 1, 1],
    [279, 4, 1, inks.length],
  ];
  const directory = 8 + inks.length + 8;
  const out = Buffer.alloc(directory + 2 + tags.length * 12 + 4);
  out.write('II*\0', 'latin1');
  out.writeUInt32LE(directory, 4);
  Buffer.from(inks).copy(out, 8);
  for (let i = 0; i < 4; i++) out.writeUInt16LE(8, 8 + inks.length + i * 2);
  out.writeUInt16LE(tags.length, directory);
  for (const [i, [tag, type, count, value]] of tags.entries()) {
    const at = directory + 2 + i * 12;
    out.writeUInt16LE(tag, at);
    out.writeUInt16LE(type, at + 2);
    out.writeUInt32LE(count, at + 4);
    out.writeUInt32LE(value, at + 8);
  }
  return out;
}

describe('decodeRgb', () => {
  it('reads RGB as it is', async () => {
    const png = await sharp(RAW, raw).png().toBuffer();
    expect(await decoded(png)).toEqual({ size: [3, 2], data: [...RAW] });
  });

  it('spreads grey and black-and-white over three channels', async () => {
    const grey = sharp(Buffer.from([0, 100, 255]), { raw: { width: 3, height: 1, channels: 1 } });
    const three = [0, 0, 0, 100, 100, 100, 255, 255, 255];
    expect((await decoded(await grey.clone().toColourspace('b-w').png().toBuffer())).data).toEqual(three);
    const two = sharp(Buffer.from([0, 255]), { raw: { width: 2, height: 1, channels: 1 } });
    const tiff = await two.toColourspace('b-w').tiff({ bitdepth: 1, compression: 'none' }).toBuffer();
    expect((await decoded(tiff)).data).toEqual([0, 0, 0, 255, 255, 255]);
  });

  it('looks palette colours up', async () => {
    const png = await sharp(RAW, raw).png({ palette: true, colours: 8, dither: 0 }).toBuffer();
    expect(png[25]).toBe(3); // colour type of the PNG header: palette
    const { data } = await decoded(png);
    for (const [i, value] of data.entries()) expect(Math.abs(value - RAW[i])).toBeLessThanOrEqual(4);
  });

  it('drops alpha without blending', async () => {
    const rgba = Buffer.from([200, 100, 50, 0, 1, 2, 3, 128]);
    const png = await sharp(rgba, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect((await decoded(png)).data).toEqual([200, 100, 50, 1, 2, 3]);
  });

  it('keeps the high byte of 16 bits, grey and colour', async () => {
    const grey = Uint16Array.from([0x00ff, 0x1234, 0xffff]);
    const png = await sharp(grey, { raw: { width: 3, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    expect((await decoded(png)).data).toEqual([0, 0, 0, 0x12, 0x12, 0x12, 255, 255, 255]);
    const colour = Uint16Array.from([0x0180, 0x7fff, 0x8000]);
    const rgb = await sharp(colour, { raw: { width: 1, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await decoded(rgb)).data).toEqual([1, 0x7f, 0x80]);
  });

  it('turns CMYK into RGB without a colour profile, as Pillow does', async () => {
    const inks = [0, 0, 0, 0, 255, 0, 0, 0, 0, 128, 255, 51, 0, 0, 0, 255];
    const tiff = cmykTiff(4, inks);
    expect((await sharp(tiff).metadata()).space).toBe('cmyk');
    expect((await decoded(tiff)).data).toEqual([255, 255, 255, 0, 255, 255, 204, 102, 0, 0, 0, 0]);
  });

  it('obeys EXIF orientation, unless a quarter turn would break the shape of the page', async () => {
    const turned = await sharp(RAW, raw).withMetadata({ orientation: 6 }).png().toBuffer();
    const upright = {
      size: [2, 3],
      data: [10, 20, 30, 255, 0, 0, 40, 50, 60, 0, 255, 0, 70, 80, 90, 0, 0, 255],
    };
    expect(await decoded(turned)).toEqual(upright);
    expect(await decoded(turned, { width: 200, height: 300 })).toEqual(upright);
    expect((await decoded(turned, { width: 300, height: 200 })).size).toEqual([3, 2]);
    const mirrored = await sharp(RAW, raw).withMetadata({ orientation: 2 }).png().toBuffer();
    expect((await decoded(mirrored)).data.slice(0, 3)).toEqual([0, 0, 255]);
  });
});

describe('normalisePixels', () => {
  it('puts channels first and levels between -1 and 1', () => {
    const out = normalisePixels({ width: 2, height: 1, data: Uint8Array.from([0, 51, 255, 255, 153, 0]) });
    expect(out).toHaveLength(6);
    for (const [i, value] of [-1, 1, -0.6, 0.2, 1, -1].entries()) expect(out[i]).toBeCloseTo(value, 6);
  });

  it('takes the mean and deviation of preprocessor_config.json', () => {
    const image = { width: 1, height: 1, data: Uint8Array.from([255, 255, 255]) };
    const out = normalisePixels(image, { mean: [0, 0.5, 1], std: [1, 0.25, 0.5] });
    expect([...out]).toEqual([1, 2, 0]);
  });
});

const page = (imagePath: string | null, words = ['Salt']): Page => ({
  pageNum: 12,
  width: 100,
  height: 150,
  words,
  bboxes: words.map(() => [100, 400, 900, 600]),
  imagePath,
});

describe('PixelLoader', () => {
  it('loads a file, and keeps it until it changes', async () => {
    const path = join(dir, 'page.png');
    const flat = (level: number) =>
      sharp({ create: { width: 20, height: 30, channels: 3, background: { r: level, g: level, b: level } } })
        .png()
        .toFile(path);
    await flat(255);
    const loader = new PixelLoader({ size: 8 });
    const first = await loader.load(page(path));
    expect(first).toHaveLength(3 * 8 * 8);
    expect(new Set(first)).toEqual(new Set([1]));
    expect(await loader.resized(page(path))).toBe(await loader.resized(page(path)));
    await flat(0);
    expect(new Set(await loader.load(page(path)))).toEqual(new Set([-1]));
  });

  it('forgets the least recently used picture when full', async () => {
    const loader = new PixelLoader({ size: 8, cacheBytes: 2 * 8 * 8 * 3 });
    const [a, b, c] = ['a', 'b', 'c'].map((word) => page(null, [word]));
    const kept = await loader.resized(a);
    const lost = await loader.resized(b);
    await loader.resized(a);
    await loader.resized(c);
    expect(await loader.resized(a)).toBe(kept);
    expect(await loader.resized(b)).not.toBe(lost);
  });

  it('warns once of a missing picture and draws the words at their boxes', async () => {
    const warnings: string[] = [];
    const loader = new PixelLoader({
      size: 32,
      onWarning: (message) => warnings.push(message),
      cacheBytes: 0,
    });
    const missing = page(join(dir, 'nowhere.png'));
    const values = await loader.load(missing);
    await loader.load(missing);
    expect(warnings).toEqual([expect.stringMatching(/^page 12: no such image: .*nowhere\.png; its words/)]);
    const row = (y: number) => [...values.slice(y * 32, (y + 1) * 32)];
    expect(Math.min(...row(16))).toBeLessThan(0.9);
    expect(new Set([...row(2), ...row(29)])).toEqual(new Set([1]));
  });

  it('does the same for a damaged picture', async () => {
    const path = join(dir, 'damaged.png');
    const whole = await sharp({ create: { width: 200, height: 200, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await writeFile(path, whole.subarray(0, 60));
    const warnings: string[] = [];
    const values = await loadPixelValues(page(path), { size: 16, onWarning: (m) => warnings.push(m) });
    expect(warnings[0]).toMatch(/page 12: the image cannot be read \(.+\): .*damaged\.png/);
    expect(values).toHaveLength(3 * 16 * 16);
  });

  it('reads embedded pictures', async () => {
    const imageBytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'black' } })
      .jpeg()
      .toBuffer();
    const values = await loadPixelValues({ ...page(null), imageBytes }, { size: 4 });
    expect(new Set(values)).toEqual(new Set([-1]));
  });

  it('refuses a size that is no size', () => {
    expect(() => new PixelLoader({ size: 0 })).toThrow(/positive whole number, found 0/);
  });
});
