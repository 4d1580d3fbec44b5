import type { Page } from '../page/page.ts';

/** Label id of a word that is not to be learned or scored (PyTorch's ignore_index, also what null is read as). */
export const IGNORED_LABEL = -100;

/** A page of a dataset: the page, one label id per word, and whatever else its row carries. */
export interface LabelledPage extends Page {
  /** One label id per word; {@link IGNORED_LABEL} where the dataset says nothing. */
  readonly labels: readonly number[];
  /** Encoded image file (PNG, JPEG...) where the dataset holds images itself; read on each access, null without. */
  readonly imageBytes?: Uint8Array | null;
  /** Name the dataset gives the image, where that is all there is of it (the file is missing, or bytes are inside). */
  readonly imageName?: string;
  /** Values of the columns that are not part of the page schema, by column name. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Something a person should know that did not stop the work: a missing image, a guessed size. */
export interface Notice {
  /** Null where it concerns the whole file or folder. */
  readonly pageNum: number | null;
  readonly message: string;
  /** File or folder, with a line number where there is one. */
  readonly where: string;
}
