import { dirname, relative, resolve } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { writeFileWhole } from '../files/files.ts';
import type { Page } from '../page/page.ts';
import { folderAndParents, imageResolver, imagesByPageNumber } from './image-paths.ts';
import { describeValue, forEachLine, LineProblems, parseObject } from './jsonl.ts';
import type { Notice } from './labelled-page.ts';
import { type BoxSpace, pageFromRecord } from './page-record.ts';

/** A page from JSON Lines, with the keys Galley does not know (`size_known`, `source`...). */
export interface ImportedPage extends Page {
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface ImportOptions {
  /** Space of the file's boxes. */
  boxSpace: BoxSpace;
  /** Where images are; default: the file's own folder. With it, pages that name no image are matched by number. */
  imagesDir?: string;
}

const KNOWN = new Set(['page_num', 'words', 'bboxes', 'width', 'height', 'image', 'image_path']);

/**
 * Reads pages from JSON Lines, one `{page_num, words, bboxes, width, height, image?}` a line; other keys are kept
 * in `extra`. Width and height are pixels, boxes are in `boxSpace` and come out as 0..1000. Every line is checked
 * before anything is thrown.
 * @throws GalleyError `invalid-data` naming the wrong lines, `not-found`, `io`.
 */
export async function readPagesJsonl(
  path: string,
  options: ImportOptions,
): Promise<{ pages: ImportedPage[]; notices: Notice[] }> {
  const pages: ImportedPage[] = [];
  const notices: Notice[] = [];
  const problems = new LineProblems(path);
  const lineOf = new Map<number, number>();
  const here = dirname(resolve(path));
  const roots = options.imagesDir
    ? [resolve(options.imagesDir), dirname(resolve(options.imagesDir)), here]
    : folderAndParents(here, 1);
  const findImage = imageResolver(roots);
  const byNumber = options.imagesDir ? imagesByPageNumber(options.imagesDir) : new Map<number, string>();

  await forEachLine(path, (line, text) => {
    problems.guard(line, () => {
      const record = parseObject(text);
      const page = pageFromRecord(record, options.boxSpace);
      const earlier = lineOf.get(page.pageNum);
      if (earlier !== undefined)
        throw new GalleyError('invalid-data', `page ${page.pageNum} was on line ${earlier} already`);
      lineOf.set(page.pageNum, line);
      const named = imageNameOf(record);
      const imagePath = named ? findImage(named) : (byNumber.get(page.pageNum) ?? null);
      if (named && imagePath === null)
        notices.push({
          pageNum: page.pageNum,
          message: `the image "${named}" is not there; the page will be drawn from its words`,
          where: `${path}, line ${line}`,
        });
      const extra = Object.fromEntries(Object.entries(record).filter(([key]) => !KNOWN.has(key)));
      pages.push({ ...page, imagePath, extra });
    });
  });
  problems.throwIfAny('lines');
  if (pages.length === 0) throw new GalleyError('invalid-data', 'there are no pages in it', { where: path });
  return { pages, notices };
}

function imageNameOf(record: Record<string, unknown>): string | null {
  const value = record.image ?? record.image_path ?? null;
  if (value !== null && typeof value !== 'string')
    throw new GalleyError(
      'invalid-data',
      `"image": expected a file name or null, found ${describeValue(value)}`,
    );
  return value === '' ? null : value;
}

/**
 * Writes pages (boxes 0..1000) as JSON Lines that {@link readPagesJsonl} reads back with `boxSpace: '0-1000'`;
 * images are named relative to the file.
 * @throws GalleyError `io`.
 */
export async function writePagesJsonl(
  path: string,
  pages: Iterable<Page & { readonly extra?: Readonly<Record<string, unknown>> }>,
): Promise<void> {
  const folder = dirname(resolve(path));
  const lines: string[] = [];
  for (const page of pages) {
    const image = page.imagePath && relative(folder, page.imagePath).replaceAll('\\', '/');
    const { pageNum: page_num, width, height, words, bboxes } = page;
    lines.push(`${JSON.stringify({ page_num, width, height, ...page.extra, image, words, bboxes })}\n`);
  }
  await writeFileWhole(path, lines.join(''));
}
