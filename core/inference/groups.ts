import { unionBox } from '../page/coordinates.ts';
import { type LabelledWords, makePart, pixelBox } from './parts.ts';
import type { Part, PredictedLine, Recipe } from './predictions.ts';
import { type Segment, segmentsOf } from './segments.ts';

type Words = readonly number[];

/** Line number of each word; -1 where a word is in no line. */
function linesOfWords(page: LabelledWords, lines: readonly Words[]): Int32Array {
  const lineOf = new Int32Array(page.words.length).fill(-1);
  for (const [line, indices] of lines.entries()) for (const i of indices) lineOf[i] = line;
  return lineOf;
}

/** Lines as reported: every line, its text, and the structural label of most of its words. */
export function describeLines(page: LabelledWords, lines: readonly Words[]): PredictedLine[] {
  const segments = segmentsOf(page, lines);
  return lines.map((indices, line) => {
    const own = segments.filter((segment) => segment.line === line);
    const label = own.reduce((a, b) => (b.indices.length > a.indices.length ? b : a)).label;
    return { ...makePart(page, indices), label };
  });
}

const heightOf = (segment: Segment) => segment.bbox[3] - segment.bbox[1];
const overlapX = (a: Segment, b: Segment) => Math.min(a.bbox[2], b.bbox[2]) - Math.max(a.bbox[0], b.bbox[0]);
/** Gap between a line and the next one below it, in line heights. */
const leading = (above: Segment, below: Segment) =>
  (below.bbox[1] - above.bbox[3]) / Math.max(1, Math.max(heightOf(above), heightOf(below)));

/** "(finely chopped)." under "cup stoned raisins": same column, indented, and no new quantity. */
function continuesIngredient(page: LabelledWords, above: Segment, below: Segment): boolean {
  const first = page.words[below.indices[0]] ?? '';
  const last = page.words[above.indices.at(-1)!] ?? '';
  if (overlapX(above, below) <= 0 || leading(above, below) > 1) return false;
  if (/^[([]/.test(first)) return true;
  // "1 cup corn-starch or", "1 yeast cake dissolved in": what follows belongs to it, number or not.
  if (/^(or|in|with|of)[,;]?$/i.test(last)) return true;
  const indented = below.bbox[0] - above.bbox[0] > 0.5 * heightOf(above);
  return indented && /^\p{Ll}/u.test(first) && !/[.;:]$/.test(last);
}

/** A line of directions starts a new paragraph by a gap above, or by the indent of its first line. */
function startsParagraph(above: Segment, below: Segment, next: Segment | undefined, last: string): boolean {
  if (below.line === above.line) return false;
  if (leading(above, below) > 0.9) return true;
  const indent = 0.8 * heightOf(below);
  const fromAbove = below.bbox[0] - above.bbox[0] > indent;
  const fromNext = next === undefined || below.bbox[0] - next.bbox[0] > indent;
  return fromAbove && fromNext && /[.!?:)”"']$/.test(last);
}

/** Lists of word indices, each to become one part. */
function joinSegments(
  segments: readonly Segment[],
  joins: (above: Segment, below: Segment, next: Segment | undefined) => boolean,
): number[][] {
  const parts: number[][] = [];
  for (const [k, segment] of segments.entries()) {
    const above = segments[k - 1];
    if (above && joins(above, segment, segments[k + 1])) parts.at(-1)!.push(...segment.indices);
    else parts.push([...segment.indices]);
  }
  return parts;
}

/**
 * Ingredient lines in the order they are read; a continuation joins the nearest line above it in its own column,
 * which in a two-column list is not the line read before it.
 */
function joinIngredients(page: LabelledWords, segments: readonly Segment[]): number[][] {
  const parts: { indices: number[]; last: Segment }[] = [];
  for (const segment of segments) {
    const above = parts
      .filter((part) => part.last.line !== segment.line && part.last.bbox[1] < segment.bbox[1])
      .filter((part) => overlapX(part.last, segment) > 0)
      .sort((a, b) => b.last.bbox[3] - a.last.bbox[3])[0];
    if (above && continuesIngredient(page, above.last, segment)) {
      above.indices.push(...segment.indices);
      above.last = segment;
    } else parts.push({ indices: [...segment.indices], last: segment });
  }
  return parts.map((part) => part.indices);
}

/** Runs of one span label over consecutive words in reading order, across a line end too. */
function spans(page: LabelledWords, reading: Words, label: string): number[][] {
  const found: number[][] = [];
  for (const [k, i] of reading.entries()) {
    if (page.labels[i] !== label) continue;
    if (k > 0 && page.labels[reading[k - 1]] === label) found.at(-1)!.push(i);
    else found.push([i]);
  }
  return found;
}

/** Segments of one recipe, as they are collected in reading order. */
interface Draft {
  title: Segment[];
  body: Segment[];
}

/** A title opens a recipe, unless it goes on from the title line just above it. */
function draftRecipes(page: LabelledWords, segments: readonly Segment[]): Draft[] {
  const drafts: Draft[] = [];
  let previous: Segment | undefined;
  // A name in another tongue below the title stands further off than a second line of it.
  const subtitle = (segment: Segment) => /^[([]/.test(page.words[segment.indices[0]] ?? '');
  for (const segment of segments) {
    if (segment.label === 'TITLE') {
      const open = drafts.at(-1);
      const above = open?.title.at(-1);
      const continues =
        above !== undefined &&
        open?.body.length === 0 &&
        previous === above &&
        (above.line === segment.line || leading(above, segment) < (subtitle(segment) ? 2 : 0.8));
      if (continues) open?.title.push(segment);
      else drafts.push({ title: [segment], body: [] });
    } else if (segment.label === 'INGREDIENT_LINE' || segment.label === 'INSTRUCTION_STEP') {
      if (drafts.length === 0) drafts.push({ title: [], body: [] });
      drafts.at(-1)!.body.push(segment);
    }
    previous = segment;
  }
  return drafts;
}

/**
 * Words to recipes: what AI Parse View shows. Several recipes a page, in reading order; one that the page opens in
 * the midst of has no title and is `continued`. Spans (TIME, TEMP, SERVINGS) on a line of their own belong to the
 * recipe that was open before them.
 * @param lines word indices of each line, in reading order
 */
export function groupRecipes(page: LabelledWords, lines: readonly Words[]): Recipe[] {
  const lineOf = linesOfWords(page, lines);
  const segments = segmentsOf(page, lines);
  const drafts = draftRecipes(page, segments);
  const part = (indices: readonly number[]): Part => makePart(page, indices, lineOf);
  const reading = lines.flat();
  const firstWords = drafts.map((draft) => reading.indexOf((draft.title[0] ?? draft.body[0]).indices[0]));
  return drafts.map(({ title, body }, k) => {
    const stretch = reading.slice(k === 0 ? 0 : firstWords[k], firstWords[k + 1] ?? reading.length);
    const steps = body.filter((s) => s.label === 'INSTRUCTION_STEP');
    const found = {
      title: title.length > 0 ? part(title.flatMap((s) => s.indices)) : null,
      ingredients: joinIngredients(
        page,
        body.filter((s) => s.label === 'INGREDIENT_LINE'),
      ).map(part),
      steps: joinSegments(
        steps,
        (above, below, next) => !startsParagraph(above, below, next, page.words[above.indices.at(-1)!]),
      ).map(part),
      times: spans(page, stretch, 'TIME').map(part),
      temperatures: spans(page, stretch, 'TEMP').map(part),
      servings: spans(page, stretch, 'SERVINGS').map(part),
    };
    const own = new Set([
      ...title.flatMap((s) => s.indices),
      ...body.flatMap((s) => s.indices),
      ...[...found.times, ...found.temperatures, ...found.servings].flatMap((p) => p.word_indices),
    ]);
    const indices = reading.filter((i) => own.has(i));
    const bbox = unionBox(indices.map((i) => page.bboxes[i]));
    return {
      ...found,
      continued: title.length === 0,
      word_indices: indices,
      bbox,
      bbox_px: pixelBox(bbox, page.width, page.height),
      confidence: part(indices).confidence,
    };
  });
}
