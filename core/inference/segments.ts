import { OUTSIDE } from '../labels/labels.ts';
import { unionBox } from '../page/coordinates.ts';
import type { Box } from '../page/page.ts';
import type { LabelledWords } from './parts.ts';

/** Labels of spans inside lines; they say nothing about what the line is. */
const SPANS: ReadonlySet<string> = new Set(['TIME', 'TEMP', 'SERVINGS']);
export const isSpan = (label: string): boolean => SPANS.has(label);

/** A stretch of one line with one structural label. */
export interface Segment {
  readonly label: string;
  readonly indices: readonly number[];
  readonly line: number;
  /** 0..1000. */
  readonly bbox: Box;
}

/** Runs of equal labels as [label, indices]. */
function runs(indices: readonly number[], labelOf: (i: number) => string): [string, number[]][] {
  const found: [string, number[]][] = [];
  for (const i of indices) {
    const last = found.at(-1);
    if (last?.[0] === labelOf(i)) last[1].push(i);
    else found.push([labelOf(i), [i]]);
  }
  return found;
}

/**
 * The label each word of a line gives to the line: its own, or for spans that of the nearest structural word
 * (before it first). A line of nothing but spans goes on from the line before ("twenty- / five minutes."), unless
 * it opens with SERVINGS, which often stands alone: then it is O.
 */
function structuralLabels(
  page: LabelledWords,
  line: readonly number[],
  lineBefore: string,
): Map<number, string> {
  const labels = new Map<number, string>();
  const first = line.find((i) => !isSpan(page.labels[i]));
  const alone = page.labels[line[0]] === 'SERVINGS' ? OUTSIDE : lineBefore;
  let last = first === undefined ? alone : page.labels[first];
  for (const i of line) {
    if (!isSpan(page.labels[i])) last = page.labels[i];
    labels.set(i, last);
  }
  return labels;
}

/**
 * One or two words that disagree with at least twice as many words of one structural label on their line give in:
 * a "Bake" read as a title in the midst of directions must not open a recipe. O stays O.
 */
function outvoted(label: string, words: number, counts: ReadonlyMap<string, number>): string {
  if (label === OUTSIDE || words > 2) return label;
  const [most, votes] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  return most !== OUTSIDE && votes >= 2 * words && votes > (counts.get(label) ?? 0) ? most : label;
}

/**
 * Cuts a stretch of ingredients that runs over two columns: at gaps wider than a word is high, where the text before
 * has ended or the text after opens with a quantity or a capital.
 */
function splitColumns(page: LabelledWords, indices: readonly number[]): number[][] {
  const [sx, sy] = [page.width / 1000, page.height / 1000];
  const heights = indices.map((i) => (page.bboxes[i][3] - page.bboxes[i][1]) * sy).sort((a, b) => a - b);
  const height = heights[heights.length >> 1];
  const parts: number[][] = [];
  for (const [k, i] of indices.entries()) {
    const before = indices[k - 1];
    const gap = k === 0 ? 0 : (page.bboxes[i][0] - page.bboxes[before][2]) * sx;
    const opens = /^[\p{Lu}\p{N}]/u.test(page.words[i]) || /[.,;]$/.test(page.words[before] ?? '');
    if (k === 0 || (gap > 1.2 * height && opens) || gap > 3.5 * height) parts.push([i]);
    else parts.at(-1)?.push(i);
  }
  return parts;
}

/**
 * Cuts lines where the structural label changes. One or two stray words between two stretches of one label belong
 * to it: a speck or a comma read as O must not tear "2 cups , flour" apart.
 */
export function segmentsOf(page: LabelledWords, lines: readonly (readonly number[])[]): Segment[] {
  const segments: Segment[] = [];
  for (const [line, indices] of lines.entries()) {
    const labels = structuralLabels(page, indices, segments.at(-1)?.label ?? OUTSIDE);
    const counts = new Map<string, number>();
    for (const label of labels.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
    for (const [label, own] of runs(indices, (i) => labels.get(i)!))
      for (const i of own) labels.set(i, outvoted(label, own.length, counts));
    const parts = runs(indices, (i) => labels.get(i)!);
    for (let k = 1; k < parts.length - 1; ) {
      const [before, here, after] = [parts[k - 1], parts[k], parts[k + 1]];
      if (before[0] === after[0] && before[0] !== OUTSIDE && here[1].length <= 2)
        parts.splice(k - 1, 3, [before[0], [...before[1], ...here[1], ...after[1]]]);
      else k++;
    }
    for (const [label, stretch] of parts)
      for (const own of label === 'INGREDIENT_LINE' ? splitColumns(page, stretch) : [stretch])
        segments.push({ label, indices: own, line, bbox: unionBox(own.map((i) => page.bboxes[i])) });
  }
  return segments;
}
