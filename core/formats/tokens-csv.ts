import { basename } from 'node:path';
import { describeError, GalleyError } from '../errors/galley-error.ts';
import { csvRows } from '../files/csv.ts';
import { BOX_SCALE } from '../page/page.ts';
import { BOUNDS, decodeText } from './bounds.ts';
import type { FileFormat, FileToRead, ReadOptions } from './file-importer.ts';
import { findPicture } from './find-picture.ts';
import type { ImportedPage, ReadContext } from './importer.ts';
import { asNames } from './json-values.ts';
import { PageBuilder } from './page-builder.ts';

/** Names under which columns are known, ours first. */
const NAMES = {
  page: ['page_num', 'page', 'page_number'],
  index: ['word_index', 'word_num', 'token_index'],
  word: ['word', 'text', 'token'],
  x0: ['x0', 'left', 'xmin'],
  y0: ['y0', 'top', 'ymin'],
  x1: ['x1', 'right', 'xmax'],
  y1: ['y1', 'bottom', 'ymax'],
  label: ['label', 'tag', 'ner_tag'],
  quality: ['label_quality'],
  confidence: ['ocr_confidence', 'confidence', 'conf'],
  width: ['width', 'page_width'],
  height: ['height', 'page_height'],
  image: ['image', 'image_path'],
  labelSet: ['label_set'],
} as const;
type Column = keyof typeof NAMES;
const NEEDED = ['page', 'word', 'x0', 'y0', 'x1', 'y1'] as const satisfies readonly Column[];
const MOST_CELLS = 256;

type Delimiter = ',' | ';' | '\t';

/** Columns of a header line, or null where it lacks one that is needed. */
function columnsOf(header: readonly string[]): ReadonlyMap<Column, number> {
  const known = header.map((name) =>
    name
      .replace(/^\uFEFF/, '')
      .trim()
      .toLowerCase(),
  );
  const found = new Map<Column, number>();
  for (const [column, names] of Object.entries(NAMES) as [Column, readonly string[]][]) {
    const at = names.map((name) => known.indexOf(name)).find((i) => i >= 0);
    if (at !== undefined) found.set(column, at);
  }
  return found;
}

/** Whatever parts most cells of the first line. */
function delimiterOf(line: string): Delimiter {
  const count = (d: Delimiter) => line.split(d).length;
  return ([',', ';', '\t'] as const).reduce((best, d) => (count(d) > count(best) ? d : best));
}

const firstLine = (text: string): string => text.slice(0, 10_000).split(/\r?\n/, 1)[0];
const headerOf = (text: string): readonly string[] => {
  const line = firstLine(text);
  return [...csvRows(line, { delimiter: delimiterOf(line), guarded: false })][0] ?? [];
};

/**
 * A CSV of tokens: a header, then a row a word (`page_num`, `word`, `x0`, `y0`, `x1`, `y1`; `label`, `width`, `height`,
 * `ocr_confidence`, `image` where known), commas, semicolons or tabs. A page with a row that cannot be read is named and
 * left out.
 */
export function tokensCsvFormat(options: ReadOptions): FileFormat {
  return {
    kind: 'csv',
    mostBytes: BOUNDS.csvBytes,
    detect: ({ path }, head) => {
      if (!/\.(csv|tsv|txt)$/i.test(path)) return 0;
      const columns = columnsOf(headerOf(head.replace(/^\xef\xbb\xbf/, '')));
      return NEEDED.every((column) => columns.has(column)) ? 0.9 : 0;
    },
    pages: (file, context) => readTokens(file, options, context),
  };
}

/** Rows of one page, and the first thing that was wrong with them. */
interface PageRows {
  readonly rows: { readonly index: number; readonly cells: readonly string[]; readonly line: number }[];
  fault: GalleyError | null;
}

function* readTokens(file: FileToRead, options: ReadOptions, context: ReadContext): Generator<ImportedPage> {
  const { path } = file;
  const text = decodeText(file.bytes, path).replace(/^\uFEFF/, '');
  const header = headerOf(text);
  const columns = columnsOf(header);
  const missing = NEEDED.filter((column) => !columns.has(column));
  if (missing.length > 0)
    throw new GalleyError(
      'invalid-data',
      `expected the columns page_num, word, x0, y0, x1, y1; ${missing.map((c) => NAMES[c][0]).join(', ')} missing`,
      { where: path, hint: 'the first line names the columns' },
    );
  const pages = collect(text, header, columns, path);
  let given = 0;
  let first: GalleyError | null = null;
  for (const [pageNum, page] of pages)
    try {
      if (page.fault) throw page.fault;
      yield pageOf(pageNum, page.rows, columns, path, options, context);
      given++;
    } catch (error) {
      const found =
        error instanceof GalleyError
          ? error
          : new GalleyError('invalid-data', describeError(error), { where: path, cause: error });
      first ??= found;
      context.onNotice(`page ${pageNum} is left out: ${describeError(found)}`);
    }
  if (given === 0)
    throw first ?? new GalleyError('invalid-data', 'there are no words in it', { where: path });
}

/** Rows by page, in the order of the file, bounds checked as they come. */
function collect(
  text: string,
  header: readonly string[],
  columns: ReadonlyMap<Column, number>,
  path: string,
): Map<number, PageRows> {
  const pages = new Map<number, PageRows>();
  // Only Galley guards cells against spreadsheets; a foreign word may well begin with an apostrophe.
  const guarded = header.includes('label_source') && header.includes('word_index');
  const rows = csvRows(text, { delimiter: delimiterOf(firstLine(text)), guarded, mostCells: MOST_CELLS });
  let line = 0;
  try {
    for (const cells of rows) {
      if (++line === 1 || (cells.length === 1 && cells[0].trim() === '')) continue;
      const where = `${path}, row ${line}`;
      const cell = (column: Column) => cells[columns.get(column) ?? -1]?.trim() ?? '';
      if (!/^\d{1,9}$/.test(cell('page')))
        throw new GalleyError(
          'invalid-data',
          `expected a page number, found "${cell('page').slice(0, 40)}"`,
          { where },
        );
      const pageNum = Number(cell('page'));
      const page: PageRows = pages.get(pageNum) ?? { rows: [], fault: null };
      if (!pages.has(pageNum) && pages.size >= BOUNDS.pagesPerFile)
        throw new GalleyError('invalid-data', `there are more than ${BOUNDS.pagesPerFile} pages in it`, {
          where,
        });
      pages.set(pageNum, page);
      if (page.fault) continue;
      const index = columns.has('index') ? Number(cell('index')) : page.rows.length;
      if (cells.length < header.length)
        page.fault = new GalleyError(
          'invalid-data',
          `expected ${header.length} cells, found ${cells.length}`,
          { where },
        );
      else if (!Number.isInteger(index) || index < 0 || (columns.has('index') && cell('index') === ''))
        page.fault = new GalleyError(
          'invalid-data',
          `word_index: expected a whole number, found "${cell('index').slice(0, 40)}"`,
          { where },
        );
      else if (page.rows.length >= BOUNDS.wordsPerPage)
        page.fault = new GalleyError(
          'invalid-data',
          `there are more than ${BOUNDS.wordsPerPage} words on the page`,
          { where },
        );
      else page.rows.push({ index, cells, line });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GalleyError('damaged', error.message, {
      where: `${path}, row ${line + 1}`,
      hint: 'is there a quote that is never closed?',
      cause: error,
    });
  }
  return pages;
}

function pageOf(
  pageNum: number,
  rows: PageRows['rows'],
  columns: ReadonlyMap<Column, number>,
  path: string,
  options: ReadOptions,
  context: ReadContext,
): ImportedPage {
  rows.sort((a, b) => a.index - b.index);
  const where = `${path}, page ${pageNum}`;
  const cellOf = ({ cells }: PageRows['rows'][number], column: Column) =>
    cells[columns.get(column) ?? -1] ?? '';
  const [head] = rows;
  const side = (column: 'width' | 'height'): number => {
    const text = cellOf(head, column).trim();
    if (text === '' && options.boxSpace === '0-1000') return BOX_SCALE;
    return numberOf(text, column, `${path}, row ${head.line}`);
  };
  const [width, height] = [side('width'), side('height')];
  if (!columns.has('width') || !columns.has('height'))
    context.onNotice(`${where}: its size is not said; ${width} x ${height} is taken`);
  const normalised = options.boxSpace === '0-1000';
  // Bounds of the page itself, whatever unit its boxes are in.
  new PageBuilder(width, height, where);
  const builder = normalised
    ? new PageBuilder(BOX_SCALE, BOX_SCALE, where)
    : new PageBuilder(width, height, where);
  let labelSet: readonly string[] | null = null;
  let predicted = false;
  for (const row of rows) {
    const at = `${path}, row ${row.line}`;
    const box = (['x0', 'y0', 'x1', 'y1'] as const).map((c) => numberOf(cellOf(row, c).trim(), c, at));
    const worth = cellOf(row, 'confidence').trim();
    builder.add(cellOf(row, 'word'), box, {
      label: cellOf(row, 'label') || null,
      confidence: worth === '' ? null : numberOf(worth, 'ocr_confidence', at),
    });
    if (cellOf(row, 'quality') === 'predicted') predicted = true;
    labelSet ??= namesOf(cellOf(row, 'labelSet'));
  }
  const named = cellOf(head, 'image').trim();
  const picture = named === '' ? null : findPicture(path, named, options.imagesDir);
  if (named !== '' && picture === null)
    context.onNotice(`${where}: the image "${named.slice(0, 80)}" is not there`);
  return {
    pageNum,
    title: `${basename(path)}, page ${pageNum}`,
    width: Math.round(width),
    height: Math.round(height),
    ...builder.finish(context.onNotice),
    ...(labelSet === null ? {} : { labelSet }),
    ...(predicted ? { labelQuality: 'predicted' as const } : {}),
    picture: picture === null ? null : { path: picture },
  };
}

function numberOf(text: string, column: string, where: string): number {
  const value = /^[+-]?\d{1,12}(\.\d{1,12})?(e-?\d{1,2})?$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value))
    throw new GalleyError('invalid-data', `${column}: expected a number, found "${text.slice(0, 40)}"`, {
      where,
    });
  return value;
}

function namesOf(text: string): readonly string[] | null {
  if (text.trim() === '') return null;
  try {
    return asNames(JSON.parse(text));
  } catch {
    return null;
  }
}
