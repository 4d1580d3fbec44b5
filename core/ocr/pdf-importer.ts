import { basename } from 'node:path';
import { describeError, GalleyError, toGalleyError } from '../errors/galley-error.ts';
import type { ImportedPage, Importer, ImportItem, Refusal } from '../formats/importer.ts';
import { isPdfName, PdfFile } from './pdf-file.ts';
import type { PdfPage } from './pdf-messages.ts';
import { decodeScan } from './raster.ts';
import { pictureOf, readPage } from './read-page.ts';
import type { PictureReader } from './recogniser.ts';
import { readingOf, type ScanOptions } from './scan-options.ts';

/** PDFs whose threads are kept open for the next page. */
const MOST_OPEN = 2;

/** PDF, one item a page: rendered, with its text layer where that is sound, else with words by OCR. */
export function pdfImporter(options: ScanOptions, reader: PictureReader): Importer {
  const open = new Map<string, Promise<PdfFile>>();
  const opened = (path: string, signal?: AbortSignal): Promise<PdfFile> => {
    const known = open.get(path);
    if (known) return known;
    for (const [other, file] of [...open].slice(0, Math.max(0, open.size - MOST_OPEN + 1))) {
      open.delete(other);
      void file
        .then((pdf) => pdf.whenIdle())
        .then(
          (pdf) => pdf.close(),
          () => {},
        );
    }
    const fresh = PdfFile.open(path, { signal });
    open.set(path, fresh);
    fresh.catch(() => open.delete(path));
    return fresh;
  };
  const pageOf = async (item: ImportItem, signal?: AbortSignal): Promise<PdfPage & { png: Uint8Array }> => {
    const pdf = await opened(item.source, signal);
    try {
      const page = await pdf.page(item.pageIndex ?? 0, { dpi: options.dpi, signal });
      return { ...page, png: page.png ?? new Uint8Array() };
    } catch (error) {
      // A thread that ended takes no further page: the next one gets a thread of its own.
      if (pdf.ended) open.delete(item.source);
      throw error;
    }
  };
  return {
    kind: 'pdf',
    reading: readingOf(options, 'pdf'),
    concurrency: reader.threads,
    detect({ path, isFolder, head }) {
      if (isFolder) return 0;
      const start = Buffer.from(head.buffer, head.byteOffset, Math.min(1024, head.byteLength)).toString(
        'latin1',
      );
      return start.includes('%PDF-') ? 0.98 : isPdfName(path) ? 0.5 : 0;
    },
    async plan(sources, signal) {
      const items: ImportItem[] = [];
      const refused: Refusal[] = [];
      for (const { path } of sources) {
        try {
          const pdf = await PdfFile.open(path, { signal });
          await pdf.close();
          for (let page = 0; page < pdf.pages; page++)
            items.push({
              kind: 'pdf',
              source: path,
              pageIndex: page,
              pages: 1,
              title: pdf.pages === 1 ? basename(path) : `${basename(path)}, page ${page + 1}`,
            });
        } catch (error) {
          const { code } = toGalleyError(error);
          if (code === 'cancelled') throw error;
          refused.push({ source: path, code, reason: describeError(error) });
        }
      }
      return { items, refused };
    },
    async *read(item, context): AsyncGenerator<ImportedPage> {
      if (context.signal?.aborted) throw new GalleyError('cancelled', 'the import was stopped');
      const { png, text, width, height, dpi } = await pageOf(item, context.signal);
      if (options.text_layer && text.problem === null) {
        yield {
          title: item.title,
          width,
          height,
          words: text.words,
          bboxes: text.bboxes,
          picture: { bytes: png, extension: 'png' },
          extra: { source: 'pdf-text', dpi: Math.round(dpi) },
        };
        return;
      }
      if (options.text_layer && text.words.length > 0)
        context.onNotice(`${item.title}: ${text.problem}; its words are read from the picture`);
      const scan = await decodeScan(png, item.source);
      const { page, geometry: _, ...read } = await readPage({ ...scan, dpi }, reader, options, context);
      const picture =
        page.width === width && page.height === height && page.rgb === scan.rgb
          ? { bytes: png, extension: 'png' as const }
          : await pictureOf(page, null);
      yield { title: item.title, ...read, picture, extra: { ...read.extra, dpi: Math.round(dpi) } };
    },
    async close() {
      const all = [...open.values()];
      open.clear();
      await Promise.all([
        ...all.map((file) =>
          file.then(
            (pdf) => pdf.close(),
            () => {},
          ),
        ),
        reader.close(),
      ]);
    },
  };
}
