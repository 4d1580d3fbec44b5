import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { GalleyError } from '../errors/galley-error.ts';
import type { Page } from '../page/page.ts';
import { type Canvas, canvasFromRgba } from './canvas.ts';
import { drawWordsPage } from './words-page.ts';

/** No honest scan of a book page is larger (A3 at 1200 dpi has 280 million); bounds memory on bad input. */
const MAX_PIXELS = 300e6;

/** A page ready to draw on. */
export interface PageImage {
  readonly canvas: Canvas;
  /** Pixels of the canvas per pixel of the scan. */
  readonly scale: number;
  /** Why the words were drawn in place of a scan, or null. */
  readonly problem: string | null;
}

/** The page and, for datasets with an embedded Image column, its encoded bytes. */
export type PageSource = Pick<Page, 'words' | 'bboxes' | 'width' | 'height' | 'imagePath'> & {
  readonly imageBytes?: Uint8Array | null;
};

export interface PageImageOptions {
  /** Smaller scans are enlarged to this many pixels across. */
  readonly minWidth?: number;
  /** Larger ones are reduced to this many pixels in all. */
  readonly maxPixels?: number;
}

/** Enough for a page of a book at 600 dpi, and an overlay of it under 200 MB. */
const DRAWN_PIXELS = 16e6;
const LONGEST_SIDE = 16_000;

/**
 * Loads the scan of a page as sRGB, whatever it was (grey, palette, 16 bit, CMYK, transparent: on white), brought
 * to size by a Lanczos filter. A camera's orientation mark is obeyed where that gives the
 * sides of the page. With no scan, or an unreadable one, the words are drawn at their boxes and `problem` says why.
 */
export async function loadPageImage(
  page: PageSource,
  { minWidth = 0, maxPixels = DRAWN_PIXELS }: PageImageOptions = {},
): Promise<PageImage> {
  const scaleOf: ScaleRule = (width, height) =>
    Math.min(
      Math.max(1, minWidth / width),
      Math.sqrt(maxPixels / (width * height)),
      LONGEST_SIDE / Math.max(width, height),
    );
  const fallback = (problem: string): PageImage => {
    const scale = scaleOf(page.width, page.height);
    return { canvas: drawWordsPage(page, page.width * scale, page.height * scale), scale, problem };
  };
  const input = page.imagePath ?? page.imageBytes;
  if (!input) return fallback('the page has no image');
  if (typeof input === 'string' && !existsSync(input)) return fallback(`no such image: ${input}`);
  try {
    return await decode(input, page, scaleOf);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return fallback(`the image cannot be read (${reason})${typeof input === 'string' ? `: ${input}` : ''}`);
  }
}

type ScaleRule = (width: number, height: number) => number;

async function decode(input: string | Uint8Array, page: PageSource, scaleOf: ScaleRule): Promise<PageImage> {
  const options = { limitInputPixels: MAX_PIXELS } as const;
  const meta = await sharp(input, options).metadata();
  if (!meta.width || !meta.height) throw new GalleyError('damaged', 'no size');
  const turned = (meta.orientation ?? 1) >= 5;
  const aspect = (w: number, h: number) => Math.abs(Math.log((w / h) * (page.height / page.width)));
  // Boxes belong to the picture as it was read by the OCR, which may or may not have obeyed the mark.
  const obey = turned
    ? aspect(meta.height, meta.width) <= aspect(meta.width, meta.height)
    : meta.orientation !== undefined;
  let pipeline = sharp(input, options);
  if (obey) pipeline = pipeline.autoOrient();
  const [width, height] = obey && turned ? [meta.height, meta.width] : [meta.width, meta.height];
  const scale = scaleOf(width, height);
  const side = (n: number) => Math.max(1, Math.round(n * scale));
  if (scale !== 1)
    pipeline = pipeline.resize(side(width), side(height), {
      kernel: 'lanczos3',
      fit: 'fill',
    });
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .flatten({ background: '#ffffff' })
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { canvas: canvasFromRgba(data, info.width, info.height), scale, problem: null };
}
