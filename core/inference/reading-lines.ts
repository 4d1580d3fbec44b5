import type { Page } from '../page/page.ts';

type Words = Pick<Page, 'bboxes' | 'width' | 'height'>;

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Geometry in pixels: heights and gaps are compared, and pages are not square. */
interface Geometry {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly middle: readonly number[];
  /** Median height of the words. */
  readonly height: number;
}

function geometryOf({ bboxes, width, height }: Words): Geometry {
  const [sx, sy] = [width / 1000, height / 1000];
  return {
    left: bboxes.map((b) => b[0] * sx),
    right: bboxes.map((b) => b[2] * sx),
    middle: bboxes.map((b) => ((b[1] + b[3]) / 2) * sy),
    height: medianOf(bboxes.map((b) => (b[3] - b[1]) * sy)),
  };
}

/** Skew of the page, pixels down per pixel right: median over words and their neighbours on the right. */
function skewOf({ left, right, middle, height }: Geometry): number {
  const byLeft = left.map((_, i) => i).sort((a, b) => left[a] - left[b]);
  const slopes: number[] = [];
  for (const [k, i] of byLeft.entries()) {
    const next = byLeft
      .slice(k + 1)
      .find((j) => left[j] >= right[i] - 1 && Math.abs(middle[j] - middle[i]) < height / 2);
    if (next === undefined || left[next] - right[i] > 2 * height) continue;
    const run = (left[next] + right[next] - left[i] - right[i]) / 2;
    if (run > height) slopes.push((middle[next] - middle[i]) / run);
  }
  return slopes.length < 8 ? 0 : Math.max(-0.1, Math.min(0.1, medianOf(slopes)));
}

/**
 * Words of each line, lines from top to bottom, words from left to right. Words share a line when their middles,
 * the page's skew taken out, are within 0.6 of a word height; a gap of 3.5 word heights (a second column) ends it.
 */
export function readingLines(page: Words): number[][] {
  const geometry = geometryOf(page);
  const { left, right, height } = geometry;
  const skew = skewOf(geometry);
  const level = geometry.middle.map((y, i) => y - (skew * (left[i] + right[i])) / 2);
  const rows: { indices: number[]; level: number }[] = [];
  for (const i of level.map((_, k) => k).sort((a, b) => level[a] - level[b])) {
    const row = rows.at(-1);
    if (row && level[i] - row.level <= Math.max(2, 0.6 * height)) {
      row.indices.push(i);
      row.level += (level[i] - row.level) / row.indices.length;
    } else rows.push({ indices: [i], level: level[i] });
  }
  return rows.flatMap(({ indices }) => {
    const lines: number[][] = [];
    for (const i of indices.sort((a, b) => left[a] - left[b])) {
      const last = lines.at(-1)?.at(-1);
      if (last === undefined || left[i] - right[last] > 3.5 * height) lines.push([i]);
      else lines.at(-1)?.push(i);
    }
    return lines;
  });
}

/** Line number of each word, as `encodePage` takes it; -1 for words in no line. */
export function lineIds(lines: readonly (readonly number[])[], words: number): number[] {
  const ids = new Array<number>(words).fill(-1);
  for (const [line, indices] of lines.entries()) for (const i of indices) ids[i] = line;
  return ids;
}
