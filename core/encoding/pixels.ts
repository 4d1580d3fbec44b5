import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { rgbaOf } from '../drawing/canvas.ts';
import { drawWordsPage } from '../drawing/words-page.ts';
import { GalleyError } from '../errors/galley-error.ts';
import type { Page } from '../page/page.ts';
import { decodeRgb } from './decode-image.ts';
import { type RgbaImage, type RgbImage, resizeBilinear } from './resize.ts';

/** A page and, for datasets with an embedded Image column, its encoded picture. */
export type PicturedPage = Page & { readonly imageBytes?: Uint8Array | null };

export interface PixelOptions {
  /** Side S of the model's square input (`input_size`, 224 for base). */
  readonly size: number;
  /** Of preprocessor_config.json, per channel; default 0.5 each. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  /** Default 1/255. */
  readonly rescaleFactor?: number;
  /** Called once a page whose picture is missing or cannot be read. */
  readonly onWarning?: (message: string) => void;
  /** Bytes of resized pictures kept for the next epoch; default 512 MiB (about 3500 pages at 224). */
  readonly cacheBytes?: number;
}

/** Longest side of the page on which the words are laid out that stand in for a picture. */
const DRAWN_SIDE = 1000;
/** They are drawn at so many times the model's height: at that height itself, their lines would snap to whole pixels. */
const FINER = 2;

/**
 * [3, S, S] from 8-bit RGB [S, S, 3], with the arithmetic of the slow LayoutLMv3ImageProcessor: rescaled in
 * double precision, rounded to float32, normalised in float32.
 */
export function normalisePixels(
  image: RgbImage,
  { mean = [0.5, 0.5, 0.5], std = [0.5, 0.5, 0.5], rescaleFactor = 1 / 255 }: Omit<PixelOptions, 'size'> = {},
): Float32Array {
  const area = image.width * image.height;
  const out = new Float32Array(3 * area);
  const level = new Float32Array(256);
  for (let c = 0; c < 3; c++) {
    const m = Math.fround(mean[c]);
    const s = Math.fround(std[c]);
    for (let v = 0; v < 256; v++) level[v] = Math.fround(Math.fround(v * rescaleFactor) - m) / s;
    for (let i = 0; i < area; i++) out[c * area + i] = level[image.data[i * 3 + c]];
  }
  return out;
}

function drawnPage(page: Page, size: number): RgbaImage {
  const scale = DRAWN_SIDE / Math.max(page.width, page.height);
  const canvas = drawWordsPage(page, page.width * scale, page.height * scale, {
    width: size,
    height: FINER * size,
  });
  return { width: canvas.width, height: canvas.height, data: rgbaOf(canvas), channels: 4 };
}

const digest = (data: string | Uint8Array) => createHash('sha1').update(data).digest('base64');

/**
 * Turns page pictures into the model's `pixel_values` and keeps the resized 8-bit pictures, so that later epochs
 * neither decode nor resize. A missing or unreadable picture is warned of once and replaced by the page's words
 * drawn at their boxes: a run never stops for it.
 */
export class PixelLoader {
  readonly #options: PixelOptions;
  readonly #cache = new Map<string, Promise<RgbImage>>();
  readonly #capacity: number;
  readonly #warned = new Set<string>();

  constructor(options: PixelOptions) {
    if (!Number.isInteger(options.size) || options.size < 1)
      throw new GalleyError('usage', `image size must be a positive whole number, found ${options.size}`);
    this.#options = options;
    const bytes = options.cacheBytes ?? 512 * 1024 * 1024;
    this.#capacity = Math.floor(bytes / (options.size * options.size * 3));
  }

  /** `pixel_values` of one page, [3, S, S]. */
  async load(page: PicturedPage): Promise<Float32Array> {
    return normalisePixels(await this.resized(page), this.#options);
  }

  /** The page's picture at [S, S, 3], 8 bits. */
  async resized(page: PicturedPage): Promise<RgbImage> {
    const key = await this.#keyOf(page);
    const { size } = this.#options;
    const make = async (): Promise<RgbImage> => {
      const found = await this.#picture(page, key.startsWith('drawn'));
      return resizeBilinear(found, size, size);
    };
    if (this.#capacity < 1) return make();
    const cached = this.#cache.get(key);
    const image = cached ?? make();
    // Least recently used first: a Map iterates in order of insertion.
    this.#cache.delete(key);
    this.#cache.set(key, image);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= this.#capacity) break;
      this.#cache.delete(oldest);
    }
    return image;
  }

  async #keyOf(page: PicturedPage): Promise<string> {
    const shape = `${page.width}x${page.height}`;
    if (page.imagePath !== null) {
      const found = await stat(page.imagePath).catch(() => null);
      if (found?.isFile()) return `file:${shape}:${found.mtimeMs}:${found.size}:${page.imagePath}`;
    } else if (page.imageBytes) return `bytes:${shape}:${digest(page.imageBytes)}`;
    return `drawn:${shape}:${page.pageNum}:${digest(JSON.stringify([page.words, page.bboxes]))}`;
  }

  async #picture(page: PicturedPage, missing: boolean): Promise<RgbImage | RgbaImage> {
    if (missing) {
      this.#warn(page, page.imagePath === null ? 'has no image' : `no such image: ${page.imagePath}`);
      return drawnPage(page, this.#options.size);
    }
    try {
      return await decodeRgb(page.imagePath ?? (page.imageBytes as Uint8Array), page);
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      this.#warn(page, `the image cannot be read (${reason}): ${page.imagePath ?? 'embedded image'}`);
      return drawnPage(page, this.#options.size);
    }
  }

  #warn(page: Page, problem: string): void {
    const key = `${page.pageNum}:${page.imagePath ?? ''}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#options.onWarning?.(`page ${page.pageNum}: ${problem}; its words are drawn in its place`);
  }
}

/** `pixel_values` [3, S, S] of one page; for many pages, or several epochs, keep a {@link PixelLoader}. */
export function loadPixelValues(page: PicturedPage, options: PixelOptions): Promise<Float32Array> {
  return new PixelLoader({ ...options, cacheBytes: 0 }).load(page);
}
