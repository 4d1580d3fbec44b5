import { GalleyError } from '../errors/galley-error.ts';
import type { DatasetTable, Rows } from './dataset-table.ts';
import type { Features } from './features.ts';
import type { ImageResolver } from './image-paths.ts';
import { type ImageSize, imageBytesSize, imageFileSize } from './image-size.ts';
import type { LabelledPage, Notice } from './labelled-page.ts';
import { extraFeatures, type PageColumns } from './page-columns.ts';
import { type LabelReader, readBoxes, readInteger, readLabels, readWords } from './page-reader.ts';

/** What a split needs to know beside its rows. */
export interface SplitContext {
  readonly readLabel: LabelReader;
  readonly findImage: ImageResolver;
  readonly onNotice: (notice: Notice) => void;
  /** The last words of the page before this one, in whichever split that is. */
  readonly precedingWords?: (pageNum: number) => readonly string[] | undefined;
}

/** Rows read ahead hold about this many bytes on disk, some ten times as much as JavaScript values. */
const AHEAD_BYTES = 1 << 18;
const MAXIMUM_ROWS_AHEAD = 256;
/** Size of a page of which nothing says how large it is. */
const UNKNOWN_SIZE: ImageSize = { width: 1000, height: 1000 };

/** One split of a dataset, its pages read from disk when asked for and checked as they are read. */
export class DatasetSplit implements Iterable<LabelledPage> {
  readonly name: string;
  readonly #table: DatasetTable;
  readonly #columns: PageColumns;
  readonly #context: SplitContext;
  readonly #names: readonly string[];
  /** Column of the file names beside encoded images. */
  readonly #imageFile: string | undefined;
  readonly #told = new Set<string>();
  #block: { readonly start: number; readonly end: number; readonly rows: Rows } | null = null;
  #rowsAhead = 0;
  #lastRead = -1;

  constructor(name: string, table: DatasetTable, columns: PageColumns, context: SplitContext) {
    this.name = name;
    this.#table = table;
    this.#columns = columns;
    this.#context = context;
    const { words, bboxes, labels, pageNum, width, height, imagePath, extra } = columns;
    this.#imageFile = columns.image === undefined ? undefined : `${columns.image}.path`;
    this.#names = [
      words,
      bboxes,
      labels,
      pageNum,
      width,
      height,
      imagePath,
      this.#imageFile,
      ...extra,
    ].filter((column) => column !== undefined);
  }

  get directory(): string {
    return this.#table.directory;
  }

  /** Number of pages. */
  get length(): number {
    return this.#table.length;
  }

  /** Whether there is a column of labels; without, every label is undecided. */
  get hasLabels(): boolean {
    return this.#columns.labels !== undefined;
  }

  /** Whether the dataset holds encoded images itself. */
  get hasImages(): boolean {
    return this.#columns.image !== undefined;
  }

  /** Features of the columns that are not part of the page schema; their values are each page's `extra`. */
  get extraColumns(): Features {
    return extraFeatures(this.#table, this.#columns);
  }

  /**
   * Page `i`, 0-based. Reads that stretch of the file only.
   * @throws GalleyError `invalid-data` naming the page and word at fault, `damaged`.
   */
  page(i: number): LabelledPage {
    if (!Number.isInteger(i) || i < 0 || i >= this.length)
      throw new GalleyError(
        'invalid-data',
        `there is no page ${i}, split "${this.name}" has ${this.length}`,
        {
          where: this.directory,
        },
      );
    const { start, rows } = this.#blockWith(i);
    return this.#pageOf(i, (column) => (column === undefined ? undefined : rows[column][i - start]));
  }

  /** The words of page `i` alone. @throws GalleyError as {@link page} does */
  words(i: number): string[] {
    const { words } = this.#columns;
    return readWords(this.#table.rows([words], i, i + 1)[words][0], `${this.directory}, row ${i}`);
  }

  *[Symbol.iterator](): Iterator<LabelledPage> {
    for (let i = 0; i < this.length; i++) yield this.page(i);
  }

  /** Page numbers of all rows, without reading the pages. */
  pageNumbers(): number[] {
    const { pageNum } = this.#columns;
    if (pageNum === undefined) return Array.from({ length: this.length }, (_, i) => i + 1);
    const stored = this.#table.rows([pageNum], 0, this.length)[pageNum];
    return stored.map((value, i) => readInteger(value, pageNum, 0, `${this.directory}, row ${i}`) ?? i + 1);
  }

  /** Row of a page number, undefined where the split has no such page. */
  indexOf(pageNum: number): number | undefined {
    const found = this.pageNumbers().indexOf(pageNum);
    return found < 0 ? undefined : found;
  }

  /** Reads ahead only for whoever goes through the pages in order; a shuffled reader would throw it all away. */
  #blockWith(i: number) {
    const inOrder = i === this.#lastRead + 1;
    this.#lastRead = i;
    if (this.#block && i >= this.#block.start && i < this.#block.end) return this.#block;
    if (inOrder) this.#rowsAhead ||= this.#chooseRowsAhead(i);
    const end = inOrder && i > 0 ? Math.min(this.length, i + this.#rowsAhead) : i + 1;
    this.#block = { start: i, end, rows: this.#table.rows(this.#names, i, end) };
    return this.#block;
  }

  #chooseRowsAhead(row: number): number {
    const rows = Math.floor(AHEAD_BYTES / Math.max(1, this.#table.bytesPerRow(this.#names, row)));
    return Math.min(MAXIMUM_ROWS_AHEAD, Math.max(1, rows));
  }

  #pageOf(i: number, value: (column: string | undefined) => unknown): LabelledPage {
    const { words, bboxes, labels, pageNum, width, height, imagePath, image, extra } = this.#columns;
    const row = `${this.directory}, row ${i}`;
    const number = readInteger(value(pageNum), pageNum ?? 'page_num', 0, row) ?? i + 1;
    if (pageNum === undefined)
      this.#tellOnce('page_num', 'no page numbers: pages are numbered by their rows');
    const where = `${this.directory}, page ${number}`;
    const pageWords = readWords(value(words), where);
    const picture = this.#picture(i, number, value(imagePath) ?? value(this.#imageFile));
    const size: ImageSize = {
      width: readInteger(value(width), 'width', 1, where) ?? 0,
      height: readInteger(value(height), 'height', 1, where) ?? 0,
    };
    const page: LabelledPage = {
      pageNum: number,
      ...(size.width && size.height ? size : this.#measure(i, picture.imagePath)),
      words: pageWords,
      bboxes: readBoxes(value(bboxes), pageWords, where),
      ...picture,
      labels: readLabels(value(labels), pageWords, this.#context.readLabel, where),
      ...(extra.length ? { extra: Object.fromEntries(extra.map((name) => [name, value(name)])) } : {}),
    };
    // Not among the page's own fields: read where it is asked for, and never stored.
    const { precedingWords } = this.#context;
    if (precedingWords)
      Object.defineProperty(page, 'precedingWords', {
        get: () => precedingWords(number),
        configurable: true,
      });
    if (image === undefined) return page;
    const bytes = () => this.#imageBytes(i, page);
    return Object.defineProperty(page, 'imageBytes', { get: bytes, enumerable: true, configurable: true });
  }

  /** The image's file, or the name of one that is not there (reported once a page). */
  #picture(i: number, pageNum: number, name: unknown): { imagePath: string | null; imageName?: string } {
    if (typeof name !== 'string' || name === '') return { imagePath: null };
    const imagePath = this.#context.findImage(name);
    if (imagePath !== null) return { imagePath };
    // Beside an image column the name is a memory of where the bytes came from; they are missed when they are read.
    if (this.#columns.image === undefined) this.#tellMissing(i, pageNum, name);
    return { imagePath: null, imageName: name };
  }

  #imageBytes(i: number, page: { pageNum: number; imagePath: string | null; imageName?: string }) {
    const bytes = this.#storedBytes(i);
    if (bytes === null && page.imagePath === null && page.imageName)
      this.#tellMissing(i, page.pageNum, page.imageName);
    return bytes;
  }

  #storedBytes(i: number): Uint8Array | null {
    const { image } = this.#columns;
    if (image === undefined) return null;
    return this.#table.rows([`${image}.bytes`], i, i + 1)[`${image}.bytes`][0] as Uint8Array | null;
  }

  #tellMissing(i: number, pageNum: number, name: string): void {
    const message = `the image "${name}" is not there; the page will be drawn from its words`;
    this.#tellOnce(`image ${i}`, message, pageNum);
  }

  #measure(i: number, imagePath: string | null): ImageSize {
    const bytes = this.#storedBytes(i);
    const found = (bytes && imageBytesSize(bytes)) ?? (imagePath && imageFileSize(imagePath));
    if (found) return found;
    const { width, height } = UNKNOWN_SIZE;
    this.#tellOnce(
      'size',
      `page sizes are neither stored nor to be had from images: ${width} x ${height} assumed`,
    );
    return UNKNOWN_SIZE;
  }

  #tellOnce(key: string, message: string, pageNum: number | null = null): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#context.onNotice({ pageNum, message, where: this.directory });
  }
}
