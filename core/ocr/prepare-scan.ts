import sharp from 'sharp';
import { type GreyRaster, pageBlock, type Shares, skewOf } from './page-geometry.ts';
import { encodePng, type ScanPage } from './raster.ts';

export interface Straightening {
  readonly deskew: boolean;
  readonly crop: boolean;
}

/** What was done to a picture before it was read, enough to do it again or to show it. */
export interface Geometry {
  /** Degrees the lines fell to the right; the picture was turned back by as much. */
  readonly skew: number;
  /** Part of the straightened picture that was kept, shares 0..1. */
  readonly block: Shares;
}

const WHOLE: Shares = [0, 0, 1, 1];
/** Longer side of the picture that skew and block are found on. */
const COARSE = 1000;
/** Longer side of a preview. */
const PREVIEW = 600;

/** Small scans are enlarged for Tesseract, whose network wants capitals of about 30 pixels; very large ones reduced. */
const LONG_SIDE = { small: 2600, most: 5000, largestScale: 3 } as const;

const raw = ({ width, height, rgb }: Pick<ScanPage, 'width' | 'height' | 'rgb'>) =>
  sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false });

async function greyOf(page: ScanPage, longSide: number): Promise<GreyRaster> {
  const { data, info } = await raw(page)
    .resize({ width: longSide, height: longSide, fit: 'inside', withoutEnlargement: true })
    .greyscale()
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, grey: data };
}

/** Paper's colour: the median of a thinned picture, channel by channel. */
function paperOf({ rgb }: ScanPage): { r: number; g: number; b: number } {
  const step = 3 * Math.max(1, Math.floor(rgb.length / 3 / 20_000));
  const median = (channel: number) => {
    const values: number[] = [];
    for (let i = channel; i < rgb.length; i += step) values.push(rgb[i]);
    values.sort((a, b) => a - b);
    return values[values.length >> 1] ?? 255;
  };
  return { r: median(0), g: median(1), b: median(2) };
}

/** Turns and cuts a picture as asked, where there is something to turn or cut. */
export async function straighten(
  page: ScanPage,
  options: Straightening,
): Promise<{ page: ScanPage; geometry: Geometry }> {
  const skew = options.deskew ? skewOf(await greyOf(page, COARSE)) : 0;
  const turned = skew === 0 ? page : await turn(page, -skew);
  const block = options.crop ? pageBlock(await greyOf(turned, COARSE)) : WHOLE;
  const cut = block.every((share, i) => share === WHOLE[i]) ? turned : await cutOut(turned, block);
  return { page: cut, geometry: { skew, block } };
}

async function turn(page: ScanPage, degrees: number): Promise<ScanPage> {
  const { data, info } = await raw(page)
    .rotate(degrees, { background: paperOf(page) })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data, dpi: page.dpi, plain: null };
}

async function cutOut(page: ScanPage, [x0, y0, x1, y1]: Shares): Promise<ScanPage> {
  const left = Math.floor(x0 * page.width);
  const top = Math.floor(y0 * page.height);
  const width = Math.max(1, Math.min(page.width, Math.ceil(x1 * page.width)) - left);
  const height = Math.max(1, Math.min(page.height, Math.ceil(y1 * page.height)) - top);
  const rgb = await raw(page).extract({ left, top, width, height }).raw().toBuffer();
  return { width, height, rgb, dpi: page.dpi, plain: null };
}

/** The grey PNG that Tesseract is given, and its size. */
export async function forTesseract(
  page: ScanPage,
): Promise<{ png: Uint8Array; width: number; height: number }> {
  const long = Math.max(page.width, page.height);
  const { small, most, largestScale } = LONG_SIDE;
  const scale = long > most ? most / long : long < small * 0.75 ? Math.min(largestScale, small / long) : 1;
  const width = Math.max(1, Math.round(page.width * scale));
  const height = Math.max(1, Math.round(page.height * scale));
  const grey = raw(page).greyscale();
  const sized = scale === 1 ? grey : grey.resize({ width, height, fit: 'fill', kernel: 'lanczos3' });
  return { png: await sized.png({ compressionLevel: 1 }).toBuffer(), width, height };
}

/** What `deskew` and `crop` would make of a picture: the parameters and a small PNG of the result. */
export async function previewScan(
  page: ScanPage,
  options: Straightening,
): Promise<{ geometry: Geometry; width: number; height: number; png: Uint8Array }> {
  const done = await straighten(page, options);
  const { data, info } = await raw(done.page)
    .resize({ width: PREVIEW, height: PREVIEW, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const png = await encodePng({ width: info.width, height: info.height, rgb: data });
  return { geometry: done.geometry, width: info.width, height: info.height, png };
}
