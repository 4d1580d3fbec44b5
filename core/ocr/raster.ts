import sharp from 'sharp';
import { decodeRgb } from '../encoding/decode-image.ts';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { readBounded } from '../formats/bounds.ts';

/** What a file of pictures may be at most: far above an honest scan (A3 at 1200 dpi has 280 million pixels). */
export const SCAN_BOUNDS = { bytes: 512 * 2 ** 20, pixels: 300e6, side: 32_000, pages: 5000 } as const;

/** Formats that are pictures; sharp reads SVG and others too, which are programs. */
const FORMATS: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp', 'tiff']);

/** What a file of pictures holds, from its header. */
export interface ScanFile {
  readonly format: 'png' | 'jpeg' | 'webp' | 'tiff';
  readonly pages: number;
}

/** A page's picture, upright. */
export interface ScanPage {
  readonly width: number;
  readonly height: number;
  /** RGB, [height, width, 3] bytes. */
  readonly rgb: Uint8Array;
  /** Dots an inch, where the file says so and it can be true of a scan. */
  readonly dpi: number | null;
  /** Whether a viewer shows the file itself just so: 8 bits, one page, upright, no inks. */
  readonly plain: 'png' | 'jpg' | null;
}

/** @throws GalleyError `damaged`, `invalid-data` naming the file */
export async function lookAtScan(bytes: Uint8Array, where: string): Promise<ScanFile> {
  const { format, pages } = await metadataOf(bytes, where, 0);
  return { format: format as ScanFile['format'], pages: format === 'tiff' ? pages : 1 };
}

async function metadataOf(bytes: Uint8Array, where: string, page: number) {
  try {
    const found = await sharp(bytes, { limitInputPixels: false, failOn: 'truncated', page }).metadata();
    const { format = 'unknown', width = 0, height = 0, pages = 1 } = found;
    if (!FORMATS.has(format))
      throw new GalleyError('invalid-data', `expected a PNG, JPEG, TIFF or WebP picture, found ${format}`, {
        where,
      });
    if (width < 1 || height < 1) throw new GalleyError('damaged', 'the picture has no size', { where });
    if (width * height > SCAN_BOUNDS.pixels || Math.max(width, height) > SCAN_BOUNDS.side)
      throw new GalleyError('invalid-data', `the picture has ${width} x ${height} pixels`, {
        where,
        hint: `at most ${SCAN_BOUNDS.pixels / 1e6} million, ${SCAN_BOUNDS.side} along a side, are read`,
      });
    if (pages > SCAN_BOUNDS.pages)
      throw new GalleyError(
        'invalid-data',
        `the file has ${pages} pages, at most ${SCAN_BOUNDS.pages} are read`,
        {
          where,
        },
      );
    return { ...found, format, width, height, pages };
  } catch (error) {
    throw asDamaged(error, where);
  }
}

/**
 * A page of a picture file as upright RGB, as `decodeRgb` makes it (EXIF orientation applied, CMYK and 16 bits to
 * plain RGB); see-through parts become white paper.
 * @param pageIndex 0-based, of a TIFF
 * @throws GalleyError `damaged`, `invalid-data`, `not-found`, `io` naming the file
 */
export async function readScan(path: string, pageIndex = 0): Promise<ScanPage> {
  const bytes = await readBounded(path, SCAN_BOUNDS.bytes);
  return decodeScan(bytes, path, pageIndex);
}

/** {@link readScan} of bytes. */
export async function decodeScan(bytes: Uint8Array, where: string, pageIndex = 0): Promise<ScanPage> {
  const facts = await metadataOf(bytes, where, pageIndex);
  try {
    const one = await singlePage(bytes, facts, pageIndex);
    const { width, height, data } = await decodeRgb(one);
    const upright = (facts.orientation ?? 1) === 1;
    const simple =
      upright && facts.pages === 1 && facts.depth === 'uchar' && !facts.hasAlpha && facts.space !== 'cmyk';
    const plain = simple && (facts.format === 'png' || facts.format === 'jpeg') ? facts.format : null;
    const dpi = facts.density && facts.density >= 100 && facts.density <= 2400 ? facts.density : null;
    const rgb = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { width, height, rgb, dpi, plain: plain === 'jpeg' ? 'jpg' : plain };
  } catch (error) {
    throw asDamaged(error, where);
  }
}

/** `decodeRgb` reads the first page and drops alpha: other pages and see-through pictures are made over first. */
async function singlePage(
  bytes: Uint8Array,
  facts: { readonly pages: number; readonly hasAlpha?: boolean; readonly orientation?: number },
  page: number,
): Promise<Uint8Array> {
  if (page === 0 && !facts.hasAlpha) return bytes;
  const file = sharp(bytes, {
    page,
    failOn: 'truncated',
    limitInputPixels: SCAN_BOUNDS.pixels,
    ignoreIcc: true,
  });
  return file
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer();
}

function asDamaged(error: unknown, where: string): GalleyError {
  if (error instanceof GalleyError) return error;
  const message = toGalleyError(error).message.replace(/^Input (buffer|file) /, 'the file ');
  return new GalleyError('damaged', `the picture cannot be read: ${message}`, { where, cause: error });
}

/** A picture as PNG bytes. */
export function encodePng({
  width,
  height,
  rgb,
}: Pick<ScanPage, 'width' | 'height' | 'rgb'>): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
