import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePalettePng } from './png.ts';

describe('encodePalettePng', () => {
  it('is read back pixel by pixel', async () => {
    const [width, height] = [7, 5];
    const levels = Uint8Array.from({ length: width * height }, (_, i) => (i * 37) % 256);
    const palette = Uint8Array.from({ length: 768 }, (_, i) => (i * 11) % 256);
    const png = encodePalettePng(levels, width, height, palette);
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([width, height, 3]);
    expect([...data]).toEqual(
      [...levels].flatMap((level) => [...palette.subarray(3 * level, 3 * level + 3)]),
    );
  });
});
