import sharp from 'sharp';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { rgbaOf } from '../drawing/canvas.ts';
import { loadPageImage } from '../drawing/page-image.ts';

export interface PageImage {
  readonly type: 'image/jpeg' | 'image/png';
  readonly data: Uint8Array;
}

/** No honest scan of a page is larger. */
const MAX_PIXELS = 300e6;
/** What a scan may be; sharp also reads SVG and PDF, which are programs. */
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']);
const MOST_WIDTH = 4096;
const CACHE_BYTES = 96 * 2 ** 20;
const QUALITY = 86;

/** Scans as a window shows them, scaled down to what was asked for; the last ones are kept. */
export class PageImages {
  readonly #kept = new Map<string, PageImage>();
  #bytes = 0;

  /**
   * @param width at most so many pixels across, rounded up to steps so that a zoom makes few sizes; 0: as it is
   * @returns JPEG of the scan; the words drawn at their boxes where there is none or it cannot be read
   */
  async get(page: LabelledPage, width: number): Promise<PageImage> {
    const wanted = width > 0 ? Math.min(MOST_WIDTH, Math.ceil(width / 160) * 160) : MOST_WIDTH;
    const key = `${page.pageNum}/${wanted}`;
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const image = (await scanOf(page, wanted)) ?? (await drawnOf(page, wanted));
    this.#kept.set(key, image);
    this.#bytes += image.data.byteLength;
    for (const [oldest, { data }] of this.#kept) {
      if (this.#bytes <= CACHE_BYTES) break;
      this.#kept.delete(oldest);
      this.#bytes -= data.byteLength;
    }
    return image;
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}

async function scanOf(page: LabelledPage, width: number): Promise<PageImage | null> {
  const source = page.imagePath ?? page.imageBytes;
  if (!source) return null;
  try {
    const file = sharp(source, { limitInputPixels: MAX_PIXELS, pages: 1 });
    const meta = await file.metadata();
    if (!meta.format || !FORMATS.has(meta.format)) return null;
    // A camera's orientation mark is obeyed where that gives the sides of the page, as everywhere in Galley.
    const landscape = (meta.width ?? 1) > (meta.height ?? 1);
    const turned = (meta.orientation ?? 1) >= 5 && landscape !== page.width > page.height;
    const upright = turned || (meta.orientation ?? 1) < 5 ? file.autoOrient() : file;
    const data = await upright
      .resize({ width, withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: QUALITY })
      .toBuffer();
    return { type: 'image/jpeg', data };
  } catch {
    return null;
  }
}

async function drawnOf(page: LabelledPage, width: number): Promise<PageImage> {
  const { canvas } = await loadPageImage(
    { ...page, imagePath: null, imageBytes: null },
    { minWidth: Math.min(width, 1600) },
  );
  const raw = { width: canvas.width, height: canvas.height, channels: 4 as const };
  // A white sheet with words is small however little its compression tries.
  const data = await sharp(rgbaOf(canvas), { raw })
    .resize({ width, withoutEnlargement: true })
    .png({ compressionLevel: 3 })
    .toBuffer();
  return { type: 'image/png', data };
}
