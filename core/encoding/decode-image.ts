import sharp from 'sharp';
import type { RgbImage } from './resize.ts';

/** No honest scan of a page is larger (A3 at 1200 dpi has 280 million); bounds memory on bad input. */
const MAX_PIXELS = 300e6;

/** Pillow's `convert("RGB")` of CMYK: no colour profile, each ink scaled by what black leaves. */
function cmykToRgb(data: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const light = 255 - data[i * 4 + 3];
    for (let c = 0; c < 3; c++) {
      const product = data[i * 4 + c] * light + 128;
      out[i * 3 + c] = light - ((product + (product >> 8)) >> 8);
    }
  }
  return out;
}

/** Whether turning the picture by a quarter brings it to the sides the boxes were measured on. */
function turnHelps(width: number, height: number, expected?: { width: number; height: number }): boolean {
  if (!expected) return true;
  const distance = (w: number, h: number) => Math.abs(Math.log((w / h) * (expected.height / expected.width)));
  return distance(height, width) <= distance(width, height);
}

/**
 * Decodes a PNG, JPEG, WebP, GIF, TIFF or AVIF file to upright RGB as Pillow's `exif_transpose` and
 * `convert("RGB")` do: EXIF orientation applied, colour profiles not applied, alpha dropped (not blended), the
 * first page of several. 16 bits are cut to their high byte; Pillow clips 16-bit grey to white instead.
 * @param expected page size the boxes belong to: a quarter turn is left out where it would leave that shape
 * @throws whatever sharp says of a missing or damaged file
 */
export async function decodeRgb(
  source: string | Uint8Array,
  expected?: { width: number; height: number },
): Promise<RgbImage> {
  const file = sharp(source, {
    ignoreIcc: true,
    failOn: 'truncated',
    pages: 1,
    limitInputPixels: MAX_PIXELS,
  });
  const { space, orientation = 1, width: w = 1, height: h = 1 } = await file.metadata();
  const upright =
    orientation > 1 && (orientation < 5 || turnHelps(w, h, expected)) ? file.autoOrient() : file;
  if (space === 'cmyk') {
    const cmyk = upright.pipelineColourspace('cmyk').toColourspace('cmyk').raw();
    const { data, info } = await cmyk.toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: cmykToRgb(data, info.width * info.height) };
  }
  const rgb = upright.removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' });
  const { data, info } = await rgb.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 3) return { width, height, data };
  const spread = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) spread.fill(data[i * channels], i * 3, i * 3 + 3);
  return { width, height, data: spread };
}
