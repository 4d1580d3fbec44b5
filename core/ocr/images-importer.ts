import { basename, extname } from 'node:path';
import { describeError, GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { readBounded } from '../formats/bounds.ts';
import type { FoundSource, ImportedPage, Importer, ImportItem, Refusal } from '../formats/importer.ts';
import { numbersInNames } from './page-number.ts';
import { lookAtScan, readScan, SCAN_BOUNDS } from './raster.ts';
import { pictureOf, readPage } from './read-page.ts';
import type { PictureReader } from './recogniser.ts';
import { readingOf, type ScanOptions } from './scan-options.ts';

const EXTENSIONS = new Set(['.png', '.jpg', '.jpeg', '.jpe', '.jfif', '.tif', '.tiff', '.webp']);

/** How sure it is that a file is a picture: by its first bytes, or, less so, by its name alone. */
function detect({ path, isFolder, head }: FoundSource): number {
  if (isFolder) return 0;
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(16, head.byteLength)).toString('latin1');
  const known =
    start.startsWith('\x89PNG\r\n') ||
    start.startsWith('\xff\xd8\xff') ||
    start.startsWith('II*\0') ||
    start.startsWith('MM\0*') ||
    start.startsWith('II+\0') ||
    start.startsWith('MM\0+') ||
    (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP');
  if (known) return 0.95;
  return EXTENSIONS.has(extname(path).toLowerCase()) ? 0.3 : 0;
}

/** PNG, JPEG, WebP and TIFF (one item a page): words by OCR. */
export function imagesImporter(options: ScanOptions, reader: PictureReader): Importer {
  let numbers = new Map<string, number>();
  return {
    kind: 'images',
    reading: readingOf(options, 'images'),
    concurrency: reader.threads,
    detect,
    async plan(sources, signal) {
      const items: ImportItem[] = [];
      const refused: Refusal[] = [];
      for (const { path } of sources) {
        if (signal?.aborted) throw new GalleyError('cancelled', 'stopped while looking at the files');
        try {
          const { pages } = await lookAtScan(await readBounded(path, SCAN_BOUNDS.bytes), path);
          for (let page = 0; page < pages; page++)
            items.push({
              kind: 'images',
              source: path,
              pageIndex: pages === 1 ? null : page,
              pages: 1,
              title: pages === 1 ? basename(path) : `${basename(path)}, page ${page + 1}`,
            });
        } catch (error) {
          refused.push({ source: path, code: toGalleyError(error).code, reason: describeError(error) });
        }
      }
      // 0102.png and 0144.png are no neighbours: a recipe does not run from one into the other.
      numbers = numbersInNames(items.flatMap((item) => (item.pageIndex === null ? [item.source] : [])));
      return { items, refused };
    },
    async *read(item, context): AsyncGenerator<ImportedPage> {
      const scan = await readScan(item.source, item.pageIndex ?? 0);
      const { page, geometry: _, ...read } = await readPage(scan, reader, options, context);
      const pageNum = numbers.get(item.source);
      yield {
        title: item.title,
        ...(pageNum === undefined ? {} : { pageNum }),
        ...read,
        picture: await pictureOf(page, item.source),
      };
    },
    close: () => reader.close(),
  };
}
