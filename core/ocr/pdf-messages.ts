import type { TextLayer } from './pdf-text.ts';

/** A rendered page holds no more pixels than this; a larger page is rendered with fewer dots an inch. */
export const MOST_PDF_PIXELS = 60e6;

/** What a PDF's thread is asked. `index` is 0-based. */
export type PdfRequest =
  | { readonly type: 'open' }
  | { readonly type: 'page'; readonly index: number; readonly dpi: number; readonly picture: boolean };

/** A page of a PDF, rendered upright. */
export interface PdfPage {
  readonly width: number;
  readonly height: number;
  /** Dots an inch it was rendered with. */
  readonly dpi: number;
  readonly text: TextLayer;
  readonly png: Uint8Array | null;
}

export type PdfAnswer =
  | { readonly type: 'open'; readonly pages: number }
  | ({ readonly type: 'page' } & PdfPage)
  | { readonly type: 'failed'; readonly name: string; readonly message: string };
