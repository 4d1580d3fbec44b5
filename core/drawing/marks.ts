import type { Rect } from './canvas.ts';

/** A word on the canvas with its label. */
export interface WordMark {
  readonly label: string;
  /** Canvas pixels. */
  readonly rect: Rect;
}

/** Words of one label next to each other on one line. */
export interface Run extends Mark {
  /** The words' own rectangles, left to right. */
  readonly words: readonly Rect[];
}

/** Words, or stretches of words, of one label that stand together. */
export interface Mark {
  readonly label: string;
  readonly rect: Rect;
}

export const right = (r: Rect): number => r.x + r.width;
export const bottom = (r: Rect): number => r.y + r.height;

export function unite(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(right(a), right(b)) - x, height: Math.max(bottom(a), bottom(b)) - y };
}

export const grow = (r: Rect, dx: number, dy = dx): Rect => ({
  x: r.x - dx,
  y: r.y - dy,
  width: r.width + 2 * dx,
  height: r.height + 2 * dy,
});

const touches = (a: Rect, b: Rect) =>
  a.x <= right(b) && b.x <= right(a) && a.y <= bottom(b) && b.y <= bottom(a);

/** Whether two rectangles share an area. */
export const crosses = (a: Rect, b: Rect): boolean =>
  a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a);

/** The value a share of the others (0..1) lies below; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** A marker's stroke over a line of words: it follows the slope of the line, at the height of its taller words. */
export interface Band {
  readonly x0: number;
  readonly x1: number;
  /** Upper edge at x0; lower edge is `height` below; both fall by `slope` pixels per pixel to the right. */
  readonly y: number;
  readonly height: number;
  readonly slope: number;
}

/** Least-squares slope of the words' middles (0 below three words), edges by quantiles: one odd box moves nothing. */
export function bandOf(words: readonly Rect[]): Band {
  const x = words.map((w) => w.x + w.width / 2);
  const y = words.map((w) => w.y + w.height / 2);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const variance = x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  const covariance = x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0);
  const fitted = words.length < 3 || variance === 0 ? 0 : covariance / variance;
  const slope = Math.max(-0.05, Math.min(0.05, fitted));
  const x0 = words[0].x;
  const fall = (i: number) => slope * (x[i] - x0);
  const top = quantile(
    words.map((w, i) => w.y - fall(i)),
    0.2,
  );
  const low = quantile(
    words.map((w, i) => bottom(w) - fall(i)),
    0.7,
  );
  return { x0, x1: Math.max(...words.map(right)), y: top, height: Math.max(0, low - top), slope };
}

/** Words of one label next to each other on one line; a wide gap (another column) ends a run. */
export function runsOf(words: readonly WordMark[], lineHeight: number): Run[] {
  const runs: { label: string; rect: Rect; words: Rect[] }[] = [];
  for (const { label, rect } of words) {
    const run = runs.at(-1);
    const last = run?.words.at(-1);
    if (run?.label === label && last && followsOnLine(last, rect, lineHeight)) {
      run.rect = unite(run.rect, rect);
      run.words.push(rect);
    } else runs.push({ label, rect, words: [rect] });
  }
  return runs;
}

function followsOnLine(last: Rect, rect: Rect, lineHeight: number): boolean {
  const overlap = Math.min(bottom(last), bottom(rect)) - Math.max(last.y, rect.y);
  const gap = rect.x - right(last);
  return overlap > 0.3 * Math.min(last.height, rect.height) && gap > -lineHeight && gap < 1.6 * lineHeight;
}

/**
 * Runs of one label that lie close together, above each other or side by side, as one block each; blocks of one
 * label whose rectangles cross are one (an ingredient list in two columns with a centred last line).
 */
export function blocksOf(runs: readonly Mark[], lineHeight: number): Mark[] {
  const blocks: { label: string; rect: Rect; members: Rect[] }[] = [];
  for (const run of runs) {
    const near = grow(run.rect, 1.6 * lineHeight, 0.75 * lineHeight);
    let merged = { ...run, members: [run.rect] };
    const joins = (b: (typeof blocks)[number]) =>
      b.label === run.label && (touches(b.rect, merged.rect) || b.members.some((m) => touches(m, near)));
    for (let own = blocks.find(joins); own !== undefined; own = blocks.find(joins)) {
      blocks.splice(blocks.indexOf(own), 1);
      merged = {
        ...merged,
        rect: unite(merged.rect, own.rect),
        members: [...merged.members, ...own.members],
      };
    }
    blocks.push(merged);
  }
  return blocks
    .map(({ label, rect }) => ({ label, rect }))
    .sort((a, b) => a.rect.y - b.rect.y || a.rect.x - b.rect.x);
}

/**
 * Gives each span (a time inside directions) the label of the run it stands next to, the one before it first, so
 * that it does not tear the block it is part of; a span on its own has no block and is left out.
 */
export function withoutSpans(
  runs: readonly Mark[],
  isSpan: (label: string) => boolean,
  lineHeight: number,
): Mark[] {
  const owned: Mark[] = [];
  for (const [k, run] of runs.entries()) {
    if (!isSpan(run.label)) {
      owned.push(run);
      continue;
    }
    const near = grow(run.rect, 1.6 * lineHeight, 0.5 * lineHeight);
    const next = runs.slice(k + 1).find((r) => !isSpan(r.label));
    const before = owned.at(-1);
    // The line above ends far to the right of a span that opens a line: nearness counts from any earlier line end.
    const below = before && run.rect.y - bottom(before.rect) < 0.8 * lineHeight && run.rect.x < before.rect.x;
    const owner = before && (below || touches(before.rect, near)) ? before : next;
    if (owner && (owner === before || touches(owner.rect, near)))
      owned.push({ label: owner.label, rect: run.rect });
  }
  return owned;
}
