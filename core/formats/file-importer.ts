import { basename } from 'node:path';
import { describeError, GalleyError } from '../errors/galley-error.ts';
import { readBounded } from './bounds.ts';
import type { FoundSource, ImportedPage, Importer, ImportItem, ImportKind, ReadContext } from './importer.ts';

/** What people may say about how files are read. */
export interface ReadOptions {
  /** Where page pictures are, beside the places they are looked for anyway. */
  readonly imagesDir?: string;
  /** Labels of spans: with `B-` and `I-` where the file knows where one begins, or plain. */
  readonly labelScheme: 'bio' | 'io';
  /** Boxes of JSON Lines. */
  readonly boxSpace: 'pixels' | '0-1000';
  /** The types of regions in PAGE-XML (`heading`, `paragraph`) are their words' labels. */
  readonly regionTypes: boolean;
}

export const READ_DEFAULTS: ReadOptions = { labelScheme: 'bio', boxSpace: '0-1000', regionTypes: false };

/** A file's bytes and where they come from. */
export interface FileToRead {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** How one kind of file is told and read. */
export interface FileFormat {
  readonly kind: ImportKind;
  readonly mostBytes: number;
  detect(source: FoundSource, headText: string): number;
  /**
   * Pages of a whole file: a generator that throws before it gives its first page, unless pages of the file stand alone
   * (tasks, lines).
   * @throws GalleyError `damaged`, `invalid-data`
   */
  pages(file: FileToRead, context: ReadContext): Iterable<ImportedPage>;
}

/** Head of a file as text that patterns can look at; a UTF-16 file loses its zero bytes. */
export const headText = (head: Uint8Array): string =>
  Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1').replaceAll('\0', '');

/** An importer of files that are read whole, one item a file. */
export function fileImporter(format: FileFormat): Importer {
  return {
    kind: format.kind,
    detect: (source) => (source.isFolder ? 0 : format.detect(source, headText(source.head))),
    plan: async (sources) => {
      const items: ImportItem[] = [];
      const refused = [];
      for (const { path, size, isFolder } of sources) {
        if (isFolder || size === 0 || size > format.mostBytes)
          refused.push({
            source: path,
            code: 'invalid-data',
            reason: isFolder
              ? `a folder cannot be read as ${format.kind}`
              : size === 0
                ? 'the file is empty'
                : `the file has ${Math.ceil(size / 2 ** 20)} MB, at most ${format.mostBytes / 2 ** 20} are read`,
          });
        else
          items.push({ kind: format.kind, source: path, pageIndex: null, pages: 1, title: basename(path) });
      }
      return { items, refused };
    },
    read: (item, context) => readFile(format, item, context),
  };
}

async function* readFile(
  format: FileFormat,
  item: ImportItem,
  context: ReadContext,
): AsyncGenerator<ImportedPage> {
  const bytes = await readBounded(item.source, format.mostBytes);
  try {
    for (const page of format.pages({ path: item.source, bytes }, context)) {
      if (context.signal?.aborted) throw new GalleyError('cancelled', 'the import was stopped');
      yield page;
    }
  } catch (error) {
    if (error instanceof GalleyError) throw error;
    // A file that trips a reader up is a damaged file to whoever imports it; what tripped is kept as the cause.
    throw new GalleyError('damaged', describeError(error), { where: item.source, cause: error });
  }
}
