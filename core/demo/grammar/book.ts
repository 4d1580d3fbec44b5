import type { DefaultLabel } from '../../labels/labels.ts';
import { Random } from '../random.ts';
import { roman } from './amounts.ts';
import { essayParagraph, glossary, hint, howToName, method, sectionName } from './essays.ts';
import { titleCase } from './expand.ts';
import { composition, contentsRows, epigraph, indexEntries, menu, type Table, table } from './furniture.ts';
import { CHAPTERS, type Chapter, RECIPE_KINDS } from './kinds.ts';
import * as words from './lexicon.ts';
import { recipe } from './recipe.ts';
import { type LabelledWord, labelWords } from './spans.ts';

/** What the book is made of, in reading order; the typesetter decides how each looks. */
export type Block =
  | { readonly kind: 'page-break'; readonly head: string; readonly plain?: boolean }
  | {
      readonly kind: 'chapter';
      readonly words: readonly LabelledWord[];
      readonly head: string;
      readonly number: string;
    }
  | {
      readonly kind: 'section' | 'heading' | 'centred' | 'attribution' | 'rule';
      readonly words: readonly LabelledWord[];
    }
  | {
      readonly kind: 'title';
      readonly words: readonly LabelledWord[];
      readonly alternative: readonly LabelledWord[] | null;
    }
  | { readonly kind: 'ingredients'; readonly items: readonly (readonly LabelledWord[])[] }
  | {
      readonly kind: 'paragraph';
      readonly words: readonly LabelledWord[];
      readonly dropCap?: boolean;
      readonly runIn?: number;
      readonly hanging?: boolean;
    }
  | { readonly kind: 'cells'; readonly rows: readonly (readonly (readonly LabelledWord[])[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'index'; readonly entries: readonly { readonly text: string; readonly level: number }[] }
  | { readonly kind: 'figure'; readonly caption: readonly LabelledWord[]; readonly height: number };

const BOOK_NAMES = [
  'The Household Cookery Book',
  "Housekeepers' Recipe Book",
  'The New Kitchen Companion',
  'The Cooking-Class Cook Book',
  'Practical Cooking and Serving',
  'The Home Table Cook Book',
  'The County Kitchen Book',
];

/** Share of the leaves before the first chapter and after the last. */
const FRONT_SHARE = 0.035;
const BACK_SHARE = 0.06;

const outside = (text: string) => labelWords(text, 'O');
const words_ = (text: string, label: DefaultLabel) => labelWords(text, label);
const plain = (kind: 'section' | 'heading' | 'centred' | 'attribution' | 'rule', text: string): Block => ({
  kind,
  words: outside(text),
});
/** A paragraph whose first sentence is its head, in italics. */
const runInParagraph = (text: string): Block => ({
  kind: 'paragraph',
  words: outside(text),
  runIn: text.slice(0, text.indexOf('. ') + 1).split(' ').length,
});
const paragraph = (text: string): Block => ({ kind: 'paragraph', words: outside(text) });

/** The running title of the left-hand pages. */
export const bookName = (seed: number): string => new Random(seed, 'book').pick(BOOK_NAMES);

/**
 * The blocks of a whole book of about `pages` pages, forever: front matter, chapters in a shuffled round (more than
 * once where the book is long), menus and hints between, and the typesetter stops when it has its pages. Every
 * chapter draws from a stream of its own.
 */
export function* bookBlocks(seed: number, pages: number): Generator<Block> {
  const random = new Random(seed, 'book-plan');
  yield* frontMatter(new Random(seed, 'front'), Math.round(pages * FRONT_SHARE));
  for (let round = 0; ; round++) {
    const order = round === 0 && pages > 250 ? CHAPTERS : mixedOrder(random);
    for (const [place, chapter] of order.entries()) {
      const number = round * CHAPTERS.length + place + 1;
      yield* chapterBlocks(chapter, number, new Random(seed, 'chapter', number), pages);
    }
  }
}

/**
 * Chapters in random order, those whose recipes have ingredient lists and those of plain prose in turn, so that a few
 * pages show both.
 */
function mixedOrder(random: Random): Chapter[] {
  const proseShare = ({ kinds }: Chapter) =>
    kinds.reduce((sum, kind) => sum + RECIPE_KINDS[kind].proseOnly, 0) / kinds.length;
  const sorted = [...CHAPTERS].sort((one, other) => proseShare(one) - proseShare(other));
  const half = Math.ceil(sorted.length / 2);
  const listed = random.sample(sorted.slice(0, half), half);
  const prosaic = random.sample(sorted.slice(half), half);
  return listed.flatMap((chapter, i) => (prosaic[i] ? [chapter, prosaic[i]] : [chapter]));
}

/** Index pages, for the end of the book. */
export function* backMatter(seed: number, pages: number): Generator<Block> {
  const random = new Random(seed, 'back');
  yield { kind: 'page-break', head: 'Index' };
  yield {
    kind: 'index',
    entries: indexEntries(Math.max(40, Math.ceil(pages * BACK_SHARE) * 90), pages, random),
  };
}

function* frontMatter(random: Random, pages: number): Generator<Block> {
  for (let page = 0; page < pages; page++) {
    yield { kind: 'page-break', head: '', plain: true };
    const roll = page === 0 ? 0 : random.next();
    if (roll < 0.35) for (const line of epigraph(random)) yield plain('centred', line);
    else if (roll < 0.55) {
      yield plain('section', random.pick(['Preface', 'To the Reader', 'A Word to the Cook', 'Introduction']));
      for (let i = 0; i < 3; i++)
        yield paragraph(essayParagraph('good rules', random.int(3, 5), 0.1, random));
    } else {
      yield plain('section', 'Contents');
      for (let i = 0; i < 2; i++) {
        const { chapter, rows } = contentsRows(random);
        yield plain('heading', chapter);
        yield { kind: 'table', head: [], rows };
      }
    }
  }
}

/** Chapters are shorter in a small book, so that its few pages still show every kind of page. */
function* chapterBlocks(chapter: Chapter, number: number, random: Random, pages: number): Generator<Block> {
  const head = chapter.head ?? chapter.title;
  yield { kind: 'chapter', words: outside(chapter.title), head, number: roman(((number - 1) % 39) + 1) };
  const size = pages < 80 ? 0.5 : pages < 200 ? 0.75 : 1;
  yield* opening(chapter, size, random);
  const used = new Set<string>();
  const sections = random.int(2, 4);
  for (let section = 0; section < sections; section++) {
    if (section > 0 ? random.chance(0.5) : random.chance(0.06)) yield* interlude(chapter, random);
    const recipes = Math.round(size * random.int(7, 14));
    for (let i = 0; i < recipes; i++) yield* recipeBlocks(chapter, used, random);
  }
  yield* ending(pages, random);
}

function* opening(chapter: Chapter, size: number, random: Random): Generator<Block> {
  const topic = random.pick(chapter.topics);
  if (random.chance(0.3)) {
    yield plain('section', 'COMPOSITION.');
    yield { kind: 'cells', rows: composition(random).map((row) => row.map(outside)) };
  }
  yield {
    kind: 'paragraph',
    words: outside(essayParagraph(topic, random.int(3, 5), 0.02, random)),
    dropCap: true,
  };
  for (let i = Math.round(size * random.int(2, 7)); i > 0; i--)
    yield paragraph(essayParagraph(random.pick(chapter.topics), random.int(2, 5), 0.12, random));
  if (random.chance(0.42)) {
    if (random.chance(0.3)) yield plain('section', `WAYS OF PREPARING ${topic.toUpperCase()}.`);
    yield* methods(chapter, Math.round(size * random.int(3, 7)), random);
  }
  if (random.chance(0.25)) {
    yield paragraph(`${titleCase(random.pick(chapter.topics))} may be classified as follows: —`);
    const count = random.int(3, 6);
    const romans = random.chance(0.5);
    for (let i = 1; i <= count; i++)
      yield {
        kind: 'paragraph',
        words: outside(
          `${romans ? roman(i) : i}. ${essayParagraph(random.pick(chapter.topics), 1, 0, random)}`,
        ),
        hanging: true,
      };
  }
}

/** Paragraphs under run-in heads: ways of cooking, of the same length as a chapter's essays. */
function* methods(chapter: Chapter, count: number, random: Random): Generator<Block> {
  for (let i = 0; i < count; i++) yield runInParagraph(method(random.pick(chapter.topics), random));
}

/** What stands between recipes and is none: an essay under a heading, advice, a table, a picture. */
function* interlude(chapter: Chapter, random: Random): Generator<Block> {
  const topic = random.pick(chapter.topics);
  const roll = random.next();
  if (roll < 0.34) {
    yield plain('section', sectionName(topic, random).toUpperCase());
    for (let i = random.int(2, 6); i > 0; i--)
      yield paragraph(essayParagraph(topic, random.int(2, 5), 0.15, random));
  } else if (roll < 0.52) {
    yield plain('heading', `${howToName(topic, random)}.`);
    for (let i = random.int(1, 4); i > 0; i--)
      yield paragraph(essayParagraph(topic, random.int(2, 5), 0.75, random));
  } else if (roll < 0.68) {
    yield plain('heading', `${titleCase(topic)}.`);
    for (let i = random.int(1, 2); i > 0; i--)
      yield paragraph(essayParagraph(topic, random.int(2, 5), 0.1, random));
  } else if (roll < 0.78) yield plain('section', sectionName(topic, random).toUpperCase());
  else if (roll < 0.88) yield* tableBlocks(table(random));
  else
    yield {
      kind: 'figure',
      caption: outside(
        random.chance(0.6)
          ? `${titleCase(topic)}.`
          : titleCase(`${random.pick(words.MEAT)} garnished with ${random.pick(words.GARNISHES)}`),
      ),
      height: random.int(150, 330),
    };
}

function* tableBlocks(found: Table): Generator<Block> {
  yield plain('section', `${found.title.toUpperCase()}.`);
  yield { kind: 'table', head: found.head, rows: found.rows };
}

function* recipeBlocks(chapter: Chapter, used: Set<string>, random: Random): Generator<Block> {
  let found = recipe(random.pick(chapter.kinds), random);
  // No chapter has a dish twice, if another is to be had.
  for (let tries = 0; used.has(found.title) && tries < 5; tries++)
    found = recipe(random.pick(chapter.kinds), random);
  used.add(found.title);
  const { title, alternative, ingredients, paragraphs } = found;
  const name = alternative && random.chance(0.5) ? `${title.replace(/\.$/, '')} ${alternative}` : title;
  yield {
    kind: 'title',
    words: words_(name, 'TITLE'),
    alternative: alternative && name === title ? words_(alternative, 'TITLE') : null,
  };
  if (ingredients.length > 0)
    yield { kind: 'ingredients', items: ingredients.map((line) => words_(line, 'INGREDIENT_LINE')) };
  for (const text of paragraphs) {
    const runIn = /^((?:\p{Lu}[\p{L}'-]+|of|and|with|à|la|d'Hôtel) ?){2,5}\. /u
      .exec(text)?.[0]
      .trim()
      .split(' ').length;
    yield {
      kind: 'paragraph',
      words: words_(text, 'INSTRUCTION_STEP'),
      runIn: text === paragraphs[0] ? undefined : runIn,
    };
  }
  if (random.chance(0.012))
    yield plain('attribution', random.pick([...words.PEOPLE, 'French Chef', 'A Southern Cook']).concat('.'));
}

function* ending(pages: number, random: Random): Generator<Block> {
  const roll = random.next();
  if (roll < 0.18) {
    const head = random.pick(['Suitable Combinations for Serving', 'Menus', 'Bills of Fare']);
    yield { kind: 'page-break', head };
    for (let i = random.int(5, 12); i > 0; i--) {
      const { title, courses } = menu(random);
      yield plain('section', `${title.toUpperCase()}.`);
      yield { kind: 'cells', rows: courses.map((row) => row.map(outside)) };
    }
  } else if (roll < 0.34) {
    yield { kind: 'page-break', head: 'Helpful Hints' };
    yield plain('section', 'HELPFUL HINTS TO THE YOUNG HOUSEKEEPER.');
    for (let i = random.int(14, 24); i > 0; i--) yield runInParagraph(hint(random));
  } else if (roll < 0.38 && pages >= 200) {
    yield { kind: 'page-break', head: 'Glossary' };
    yield plain('section', 'GLOSSARY.');
    for (const text of glossary(random.int(25, 45), random)) yield runInParagraph(text);
  }
}
