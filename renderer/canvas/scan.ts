/** Widths a scan is asked for, device pixels: the next one at or above what the screen shows. */
const WIDTHS = [640, 1024, 1536, 2200, 3200, 4800];
const KEPT = 10;

export type Picture = ImageBitmap | HTMLImageElement;

/** The width to ask for, so that the scan is crisp without being larger than the page's own pixels need. */
export function scanWidth(shownWidth: number, ownWidth: number): number {
  const wanted = Math.min(shownWidth, ownWidth);
  return WIDTHS.find((width) => width >= wanted) ?? WIDTHS[WIDTHS.length - 1];
}

const cache = new Map<string, Promise<Picture>>();

/** A decoded picture, ready to be drawn without delay. Rejects where there is none. */
export function loadPicture(url: string): Promise<Picture> {
  const known = cache.get(url);
  if (known) return known;
  const loading = decode(url);
  cache.set(url, loading);
  loading.catch(() => cache.delete(url));
  for (const old of [...cache.keys()].slice(0, -KEPT)) {
    void cache
      .get(old)
      ?.then((picture) => picture instanceof ImageBitmap && setTimeout(() => picture.close(), 2000));
    cache.delete(old);
  }
  return loading;
}

async function decode(url: string): Promise<Picture> {
  const image = new Image();
  image.decoding = 'async';
  image.src = url;
  await image.decode();
  try {
    return await createImageBitmap(image);
  } catch {
    return image;
  }
}
