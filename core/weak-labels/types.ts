import type { DefaultLabel } from '../labels/labels.ts';
import type { Box, Page } from '../page/page.ts';

/** One rule's vote for a line, kept so that a person can see why it has its label. */
export interface Signal {
  /** Name of the rule. */
  readonly rule: string;
  readonly label: DefaultLabel;
  /** What kind of row the vote is for; O has several (heading, essay, table). */
  readonly kind: string;
  /** Log-odds the rule adds for its label; negative votes against it. */
  readonly weight: number;
  /** What the rule saw, in a few words. */
  readonly evidence: string;
}

/** A line of type and what it was taken for. */
export interface WeakLine {
  /** Indices into the page's words, in reading order. */
  readonly wordIndices: readonly number[];
  /** 0..1000. */
  readonly bbox: Box;
  readonly text: string;
  readonly label: DefaultLabel;
  /** Finer than the label: title, ingredient, step, heading, essay, table, running-head, footer, caption, specks. */
  readonly kind: string;
  /** Probability of the label, 0..1, after context. */
  readonly confidence: number;
  readonly signals: readonly Signal[];
  /** Number of the row on the page; columns of a list share one. */
  readonly row: number;
}

/** Labels of a page made by rules alone. */
export interface WeakPage {
  readonly page: Page;
  /** Id per word (default label map). */
  readonly labels: readonly number[];
  /** Probability of each word's label, 0..1. */
  readonly wordConfidence: readonly number[];
  /** In reading order. */
  readonly lines: readonly WeakLine[];
}

/** What long work reports and obeys. */
export interface WorkHooks {
  readonly onProgress?: (progress: { done: number; total: number; what: string }) => void;
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
}
