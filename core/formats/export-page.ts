import { OUTSIDE } from '../labels/labels.ts';
import type { Box } from '../page/page.ts';

/** A page on its way out: words, boxes 0..1000, and labels by name. */
export interface ExportPage {
  readonly pageNum: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly words: readonly string[];
  readonly bboxes: readonly Box[];
  /** One a word, null where nobody decided; null where the page has none at all. */
  readonly labels: readonly (string | null)[] | null;
  /** Every label of the set, by id. */
  readonly labelSet: readonly string[];
  readonly labelQuality: 'gold' | 'predicted';
  /** Where each label is from: `gold`, `weak`, `predicted`, `imported`; by default the page's quality. */
  readonly labelSources?: readonly string[];
  /** Probability of the label, 0..1 a word. */
  readonly scores: readonly number[] | null;
  /** What the reader of the words (OCR) was worth, 0..1 a word. */
  readonly confidences: readonly (number | null)[] | null;
  /** The picture as the written file should name it, with forward slashes. */
  readonly image: string | null;
}

/**
 * A box in whole pixels that a reader turns back into the same box 0..1000 on pages of 1000 pixels a side and more, and
 * into the same pixels on smaller ones. `exact` is the box itself where the pixels are too coarse to come back.
 */
export function pixelBox(box: Box, width: number, height: number): { box: Box; exact: Box | null } {
  const at = (value: number, side: number) => Math.ceil((value * side) / 1000 - 1e-9);
  const pixels: Box = [at(box[0], width), at(box[1], height), at(box[2], width), at(box[3], height)];
  const back = (value: number, side: number) => Math.min(1000, Math.trunc((1000 * value) / side + 1e-6));
  const same =
    back(pixels[0], width) === box[0] &&
    back(pixels[1], height) === box[1] &&
    back(pixels[2], width) === box[2] &&
    back(pixels[3], height) === box[3];
  return { box: pixels, exact: same ? null : box };
}

/** The box around several. */
export function boxAround(boxes: readonly Box[]): Box {
  let [x0, y0, x1, y1] = boxes[0] ?? [0, 0, 0, 0];
  for (const box of boxes)
    [x0, y0, x1, y1] = [
      Math.min(x0, box[0]),
      Math.min(y0, box[1]),
      Math.max(x1, box[2]),
      Math.max(y1, box[3]),
    ];
  return [x0, y0, x1, y1];
}

/** Runs of words in their order that stand in one line: the next begins where a word is left of, or below, the last. */
export function linesInOrder(page: Pick<ExportPage, 'bboxes'>): { start: number; end: number }[] {
  const lines: { start: number; end: number }[] = [];
  let start = 0;
  for (let i = 1; i <= page.bboxes.length; i++) {
    const [before, box] = [page.bboxes[i - 1], page.bboxes[i]];
    const middle = box === undefined ? 0 : (box[1] + box[3]) / 2;
    const follows = box !== undefined && box[0] >= before[0] && middle >= before[1] && middle <= before[3];
    if (follows) continue;
    lines.push({ start, end: i });
    start = i;
  }
  return lines;
}

/** The label of a word as a name, null where undecided. */
export const labelAt = (page: ExportPage, i: number): string | null => page.labels?.[i] ?? null;

/** Where the label of a word is from, null where it has none. */
export const labelSourceAt = (page: ExportPage, i: number): string | null =>
  labelAt(page, i) === null ? null : (page.labelSources?.[i] ?? page.labelQuality);

/** Labels a page's picture of its set needs: O too. */
export const setOf = (page: ExportPage): readonly string[] =>
  page.labelSet.length > 0 ? page.labelSet : [OUTSIDE];
