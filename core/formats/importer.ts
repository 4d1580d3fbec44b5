import type { Box } from '../page/page.ts';

/** What a file or folder can be imported as. */
export const IMPORT_KINDS = [
  'hocr',
  'alto',
  'page',
  'funsd',
  'labelstudio',
  'jsonl',
  'csv',
  'hf',
  'images',
  'pdf',
] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** A file or folder that was handed over, looked at once. */
export interface FoundSource {
  /** Absolute. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Bytes of a file, 0 for a folder. */
  readonly size: number;
  /** The first 4 KiB of a file (fewer where it is shorter), empty for a folder. */
  readonly head: Uint8Array;
}

/** One thing to read: a file, or one page of it where its pages are read apart (a PDF, a TIFF of many pages). */
export interface ImportItem {
  readonly kind: ImportKind;
  /** Absolute path of the file or folder. */
  readonly source: string;
  /** 0-based page of the source; null for all of them. */
  readonly pageIndex: number | null;
  /** Pages it should give; a file that says nothing before it is read counts as 1. */
  readonly pages: number;
  /** As people read it: `kant.xml`, `book.pdf, page 3`. */
  readonly title: string;
}

/** Something that cannot be imported, with the reason; the rest goes on. */
export interface Refusal {
  readonly source: string;
  readonly code: string;
  readonly reason: string;
}

export interface ImportPlan {
  readonly items: readonly ImportItem[];
  readonly refused: readonly Refusal[];
}

/** The picture of a page: a file that is there, or the bytes of one (PNG or JPEG) made while reading. */
export type PagePicture =
  | { readonly path: string }
  | { readonly bytes: Uint8Array; readonly extension: 'png' | 'jpg' };

/** What an importer makes of one page. Boxes are 0..1000 of `width` x `height`. */
export interface ImportedPage {
  /** Number the source gives the page, where it gives one; else pages are numbered in the order of the plan. */
  readonly pageNum?: number;
  /** Split the source has the page in, where it has splits (a dataset); else pages are split at the end. */
  readonly split?: 'train' | 'validation';
  /** As people read it: the file's name, with the page where it has several. */
  readonly title: string;
  /** Pixels of the picture, upright. */
  readonly width: number;
  readonly height: number;
  /** May be empty (a blank page): such a page is named and left out of the dataset. */
  readonly words: readonly string[];
  /** One a word, whole numbers 0..1000. */
  readonly bboxes: readonly Box[];
  readonly picture: PagePicture | null;
  /** Label names in the scheme of the file, one a word; null where it says nothing about a word. */
  readonly labels?: readonly (string | null)[];
  /** Every label of the scheme the page was labelled in, in its order, where the source says. */
  readonly labelSet?: readonly string[];
  /** Who labelled: people (`gold`), or a program (`predicted`). Default gold. */
  readonly labelQuality?: 'gold' | 'predicted';
  /** What the reader of the words (OCR) was worth, 0..1 a word; null where unknown. */
  readonly confidences?: readonly (number | null)[];
  /**
   * Words as they were read before a repair changed them, by word; null where nothing was changed. Stored, so that a
   * repair can be seen and taken back.
   */
  readonly wordsBefore?: readonly (string | null)[];
  /** What else is worth keeping, as JSON of plain values. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** What an importer may use while it reads. */
export interface ReadContext {
  readonly signal?: AbortSignal;
  /** A thing a person should know that did not stop the page. */
  onNotice(message: string): void;
  /** Share of this item that is done, 0..1. */
  onProgress?(share: number, what: string): void;
}

/**
 * A reader of one kind of source. Sources are untrusted: bounds first, and everything a bad file can cause is a
 * GalleyError. Nothing is written by an importer; the run of an import stores each page whole.
 */
export interface Importer {
  readonly kind: ImportKind;
  /** What, beside the source, decides what is read; an item read otherwise before is read again. Default nothing. */
  readonly reading?: string;
  /** How sure this importer is that the source is of its kind, 0 (no) to 1; looks at name and head only. */
  detect(source: FoundSource): number;
  /** Items of the sources given to it; what cannot be imported is refused with its reason, never thrown. */
  plan(sources: readonly FoundSource[], signal?: AbortSignal): Promise<ImportPlan>;
  /**
   * Pages of one item, each complete when it is given. Stops with `cancelled` soon after `signal` is aborted.
   * @throws GalleyError `damaged`, `invalid-data`, `cancelled`...; pages given before stay imported
   */
  read(item: ImportItem, context: ReadContext): AsyncIterable<ImportedPage>;
  /** How many items may be read at once (OCR in worker threads); default 1. */
  readonly concurrency?: number;
  /** Ends workers; called once, also after a failure. */
  close?(): Promise<void>;
}
