import { groupRecipes } from '../inference/groups.ts';
import { joinWords, type LabelledWords } from '../inference/parts.ts';
import type { Part } from '../inference/predictions.ts';
import { isoDuration, parseDuration } from './duration.ts';
import { parseIngredient } from './ingredient.ts';
import { parseTemperature } from './temperature.ts';
import type { BookRecipe, IngredientLine, RecipeLine, TimeLine, WordRef } from './types.ts';
import { unitAt } from './units.ts';
import { parseYield } from './yield.ts';

/** A page with labels and its lines. */
export interface RecipePage extends LabelledWords {
  readonly pageNum: number;
  /** Word indices of each line, in reading order. */
  readonly lines: readonly (readonly number[])[];
}

/** Words of one part of a recipe, as they are collected over pages. */
interface Place {
  readonly page: RecipePage;
  readonly words: readonly number[];
}
type Stretch = readonly Place[];

interface Draft {
  readonly title: Stretch | null;
  readonly ingredients: Stretch[];
  readonly steps: Stretch[];
  readonly times: Stretch[];
  readonly temperatures: Stretch[];
  readonly servings: Stretch[];
  /** All words, a page at a time. */
  readonly own: Place[];
}

const lineNumbers = new WeakMap<RecipePage, Map<number, number>>();
function lineOf(page: RecipePage, word: number): number {
  let of = lineNumbers.get(page);
  if (!of) {
    of = new Map(page.lines.flatMap((line, k) => line.map((i) => [i, k] as const)));
    lineNumbers.set(page, of);
  }
  return of.get(word) ?? -1;
}

const flat = (stretch: Stretch) =>
  stretch.flatMap(({ page, words }) => words.map((word) => ({ page, word })));

function lineFrom(stretch: Stretch): RecipeLine {
  const all = flat(stretch);
  const words = all.map(({ page, word }) => page.words[word]);
  const breaks = (k: number) =>
    all[k].page !== all[k + 1].page ||
    lineOf(all[k].page, all[k].word) !== lineOf(all[k + 1].page, all[k + 1].word);
  return {
    printed: words.join(' '),
    text: joinWords(words, breaks),
    refs: refsOf(stretch),
    confidence: meanConfidence(all),
  };
}

const refsOf = (stretch: Stretch): WordRef[] =>
  stretch.map(({ page, words }) => ({ pageNum: page.pageNum, words: [...words] }));

const meanConfidence = (all: readonly { page: RecipePage; word: number }[]): number =>
  Math.min(1, all.reduce((sum, { page, word }) => sum + page.confidences[word], 0) / Math.max(1, all.length));

const lastWord = (stretch: Stretch | undefined): string => {
  const last = stretch?.at(-1);
  return last ? (last.page.words[last.words.at(-1)!] ?? '') : '';
};
const firstWord = (stretch: Stretch | undefined): string => {
  const first = stretch?.[0];
  return first ? (first.page.words[first.words[0]] ?? '') : '';
};

/** A paragraph goes on over the page break unless its sentence has ended and another begins. */
const goesOn = (above: Stretch, below: Stretch): boolean =>
  !/[.!?][)”"'’]*$/.test(lastWord(above)) || /^\p{Ll}/u.test(firstWord(below));

/** "1 cup milk or" at the foot of a page. */
const hangs = (above: Stretch): boolean => /^(or|and|in|with|of|to)$/i.test(lastWord(above));

/** Spans of one label that stand last on a page and first on the next are one: "twenty-" / "five minutes". */
const touches = (
  above: Draft,
  span: Stretch | undefined,
  next: Draft,
  first: Stretch | undefined,
): boolean => {
  if (!span || !first) return false;
  const end = above.own.at(-1);
  const start = next.own[0];
  return (
    end !== undefined &&
    start !== undefined &&
    end.words.at(-1) === span.at(-1)!.words.at(-1) &&
    end.page === span.at(-1)!.page &&
    start.words[0] === first[0].words[0]
  );
};

/** Adds what a page goes on with to the recipe that was open. */
function append(open: Draft, next: Draft): void {
  const join = (
    into: Stretch[],
    more: readonly Stretch[],
    joins: (above: Stretch, below: Stretch) => boolean,
  ): void => {
    const [first, ...others] = more;
    const above = into.at(-1);
    if (first && above && joins(above, first)) into[into.length - 1] = [...above, ...first];
    else if (first) into.push(first);
    into.push(...others);
  };
  for (const key of ['times', 'temperatures', 'servings'] as const) {
    const joined = touches(open, open[key].at(-1), next, next[key][0]);
    join(open[key], next[key], () => joined);
  }
  // A list that goes on below directions is a list of its own; only a step right at the break can be cut.
  join(open.steps, next.steps, goesOn);
  join(
    open.ingredients,
    next.ingredients,
    (above) => open.steps.length === next.steps.length && hangs(above),
  );
  open.own.push(...next.own);
}

function ingredientOf(stretch: Stretch): IngredientLine {
  const line = lineFrom(stretch);
  return { ...line, parsed: parseIngredient(line.text) };
}

function timeOf(stretch: Stretch): TimeLine {
  const line = lineFrom(stretch);
  const seconds = parseDuration(line.text);
  return {
    ...line,
    seconds,
    duration: seconds && isoDuration(seconds.max),
    least: seconds && seconds.min < seconds.max ? isoDuration(seconds.min) : null,
  };
}

/** A title for a list: without its full stop and the specks around it. */
function nameOf(title: string): string | null {
  const bare = title
    .replace(/^[^\p{L}\p{N}(“"‘']+/u, '')
    .replace(/[\s.,;:_|~=*•·—-]+$/u, '')
    .replace(/\.\s*(?=[([])/g, ' ')
    .replace(/\.(?=[)\]])/g, '')
    .trim();
  return /[\p{L}\p{N}]/u.test(bare) ? bare : null;
}

function finish(draft: Draft): BookRecipe {
  const title = draft.title && lineFrom(draft.title);
  const first = draft.own[0];
  return {
    id: `p${first.page.pageNum}-w${first.words[0]}`,
    name: title && nameOf(title.text),
    title,
    ingredients: draft.ingredients.map(ingredientOf),
    steps: draft.steps.map(lineFrom),
    times: draft.times.map(timeOf),
    temperatures: draft.temperatures.map((stretch) => {
      const line = lineFrom(stretch);
      return { ...line, ...parseTemperature(line.text) };
    }),
    yields: draft.servings.map((stretch) => {
      const line = lineFrom(stretch);
      return { ...line, ...parseYield(line.text) };
    }),
    pages: [...new Set(draft.own.map(({ page }) => page.pageNum))],
    confidence: meanConfidence(flat(draft.own)),
  };
}

/** Specks that an OCR found in a list are no ingredients of their own. */
const isSpeck = (page: RecipePage, words: readonly number[]): boolean =>
  !/\p{N}|[\p{L}\p{N}]{2}/u.test(words.map((i) => page.words[i]).join(' '));

/** A full stop before a quantity ends a line also where no gap parts two columns. */
function cutsAt(page: RecipePage, words: readonly number[], k: number): boolean {
  const before = page.words[words[k - 1]];
  return (
    /\p{L}{3,}\.$/u.test(before) &&
    unitAt([before], 0) === null &&
    /^[\d½⅓⅔¼¾⅛]/u.test(page.words[words[k]]) &&
    unitAt([page.words[words[k + 1]] ?? ''], 0) !== null
  );
}

/** Ingredient lines of a page: what one line of print holds twice is cut, and specks go to their neighbours. */
function ingredientWords(page: RecipePage, parts: readonly (readonly number[])[]): number[][] {
  const cut = parts.flatMap((words) => {
    const own: number[][] = [];
    for (const [k, word] of words.entries())
      if (k === 0 || cutsAt(page, words, k)) own.push([word]);
      else own.at(-1)!.push(word);
    return own;
  });
  const lines: number[][] = [];
  let specks: number[] = [];
  for (const [k, words] of cut.entries()) {
    const next = cut[k + 1];
    if (!isSpeck(page, words)) {
      lines.push([...specks, ...words]);
      specks = [];
    } else if (next && lineOf(page, next[0]) === lineOf(page, words[0])) specks.push(...words);
    else if (lines.length > 0) lines.at(-1)!.push(...specks.splice(0), ...words);
    else specks.push(...words);
  }
  if (specks.length > 0) lines.push(specks);
  return lines;
}

/**
 * Times and yields at the top of a page, before its first title, are the end of a sentence that began on the page
 * before: taken from the recipe they were counted to, and made a piece of directions.
 */
function takeTop(page: RecipePage, draft: Draft): Draft | null {
  const first = draft.title?.[0].words[0];
  if (first === undefined) return null;
  const place = new Map(page.lines.flat().map((word, k) => [word, k]));
  const structural = new Set(
    [draft.title, ...draft.ingredients, ...draft.steps].flatMap((stretch) => stretch?.[0].words ?? []),
  );
  const isTop = ([{ words }]: Stretch) =>
    place.get(words[0])! < place.get(first)! && !words.some((word) => structural.has(word));
  const take = (from: Stretch[]) => {
    const end = from.findIndex((stretch) => !isTop(stretch));
    return from.splice(0, end < 0 ? from.length : end);
  };
  const top = {
    times: take(draft.times),
    temperatures: take(draft.temperatures),
    servings: take(draft.servings),
  };
  const words = Object.values(top)
    .flat()
    .flatMap((stretch) => stretch.flatMap((own) => [...own.words]));
  if (words.length === 0) return null;
  words.sort((a, b) => place.get(a)! - place.get(b)!);
  const taken = new Set(words);
  draft.own[0] = { page, words: draft.own[0].words.filter((word) => !taken.has(word)) };
  return { ...top, title: null, ingredients: [], steps: [[{ page, words }]], own: [{ page, words }] };
}

function draftsOf(page: RecipePage): { draft: Draft; continued: boolean }[] {
  const stretch = ({ word_indices }: Part): Stretch => [{ page, words: word_indices }];
  return groupRecipes(page, page.lines).map((group) => ({
    continued: group.continued,
    draft: {
      title: group.title && stretch(group.title),
      ingredients: ingredientWords(
        page,
        group.ingredients.map((part) => part.word_indices),
      ).map((words) => [{ page, words }]),
      steps: group.steps.map(stretch),
      times: group.times.map(stretch),
      temperatures: group.temperatures.map(stretch),
      servings: group.servings.map(stretch),
      own: [{ page, words: group.word_indices }],
    },
  }));
}

/** Words a plate between two pages of text may have: its caption. */
const PLATE_WORDS = 30;

/**
 * The recipes of a book, in its order. A page that opens in the midst of a recipe goes on with the last one of the page
 * before it, over plates in between; where that page is not there, the rest stands as a recipe without a title.
 * @param pages in any order
 */
export function recipesOfBook(pages: readonly RecipePage[]): BookRecipe[] {
  const drafts: Draft[] = [];
  let open: Draft | null = null;
  let openPage = Number.NaN;
  for (const page of [...pages].sort((a, b) => a.pageNum - b.pageNum)) {
    const groups = draftsOf(page);
    const before: Draft | null = openPage === page.pageNum - 1 ? open : null;
    openPage = page.pageNum;
    if (groups.length === 0) {
      // What is open goes on after a plate, not after a page of text.
      open = page.words.length <= PLATE_WORDS ? before : null;
      continue;
    }
    const top = before && takeTop(page, groups[0].draft);
    if (before && top) append(before, top);
    for (const [k, { draft, continued }] of groups.entries())
      if (k === 0 && continued && before) append(before, draft);
      else drafts.push(draft);
    open = drafts.at(-1) ?? null;
  }
  return drafts.map(finish);
}

/** Pages worked on at a time by {@link recipesOfChunks}. */
const CHUNK = 16;

/**
 * {@link recipesOfBook}, some pages at a time, for callers that have other things to do in between: the book is cut only
 * before pages that begin with a title.
 */
export function* recipesOfChunks(pages: readonly RecipePage[]): Generator<BookRecipe[]> {
  const sorted = [...pages].sort((a, b) => a.pageNum - b.pageNum);
  const opens = (page: RecipePage) =>
    groupRecipes(page, page.lines)[0]?.continued === false && !startsWithSpan(page);
  let chunk: RecipePage[] = [];
  for (const page of sorted) {
    if (chunk.length >= CHUNK && opens(page)) {
      yield recipesOfBook(chunk);
      chunk = [];
    }
    chunk.push(page);
  }
  if (chunk.length > 0) yield recipesOfBook(chunk);
}

/** Whether a time or a yield stands before the first title: the end of a sentence of the page before. */
function startsWithSpan(page: RecipePage): boolean {
  const first = page.lines.flat().find((word) => page.labels[word] !== 'O');
  return first !== undefined && /^(TIME|TEMP|SERVINGS)$/.test(page.labels[first]);
}
