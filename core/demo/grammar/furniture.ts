import type { Random } from '../random.ts';
import { inWords } from './amounts.ts';
import { expand, type Rules, titleCase } from './expand.ts';
import { CHAPTERS, RECIPE_KINDS, type RecipeKindName } from './kinds.ts';
import * as words from './lexicon.ts';
import { PHRASES } from './phrases.ts';
import { dishName } from './recipe.ts';

const KINDS = Object.keys(RECIPE_KINDS) as RecipeKindName[];
const RULES: Rules = PHRASES;
const dish = (kinds: readonly RecipeKindName[], random: Random) => dishName(random.pick(kinds), random);

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  /** First cell first; cells are joined to it by leaders. */
  readonly rows: readonly (readonly string[])[];
}

const TABLES: readonly ((random: Random) => Table)[] = [
  (r) => ({
    title: 'Time Table for Boiling',
    head: ['Articles.', 'Hours.', 'Minutes.'],
    rows: rows(r, 8, 15, () => {
      const hour = r.chance(0.3) ? `${r.int(1, 4)}` : '';
      const n = r.int(1, 9) * 5;
      return [
        titleFirst(r.pick([...words.VEGETABLES, ...words.MEAT, ...words.FISH])),
        hour,
        hour && r.chance(0.5) ? '' : `${n} to ${n + 5 * r.int(1, 3)}`,
      ];
    }),
  }),
  (r) => ({
    title: 'Table of Weights and Measures',
    head: [],
    rows: rows(r, 8, 14, () => [
      `${r.int(2, 9)} ${r.pick(['cups', 'tablespoons', 'teaspoons', 'cups', 'saltspoons', 'gills'])} ${r.pick(['butter', 'flour', 'brown sugar', 'rice', 'chopped meat', 'corn meal', 'liquid', 'oatmeal', 'raisins', 'cocoa', 'suet', 'coffee', 'currants'])}`,
      `1 ${r.pick(['pound', 'ounce', 'cup', 'pint', 'quart'])}.`,
    ]),
  }),
  (r) => ({
    title: `Table for Cooking ${titleCase(r.pick(['cereals', 'dried fruits', 'fresh vegetables', 'puddings']))}`,
    head: ['Kind.', 'Quantity.', 'Water.', 'Time.'],
    rows: rows(r, 6, 11, () => [
      titleFirst(r.pick(words.CEREALS)),
      '1 cup.',
      `${r.int(1, 5)}${r.pick(['', '½', '¼', '¾'])} cups.`,
      r.chance(0.7) ? `${r.int(2, 12) * 5} minutes.` : `${r.int(1, 4)} hours.`,
    ]),
  }),
  (r) => ({
    title: `Ways of Using ${titleCase(r.pick(['a side of beef', 'a leg of mutton', 'a forequarter of veal', 'left-over bread', 'stale cake']))}`,
    head: ['Cuts.', 'Uses.'],
    rows: rows(r, 6, 12, () => [
      titleFirst(r.pick([...words.BEEF, ...words.MEAT])),
      expand(
        r.pick([
          '[stews|soups|hash|mince pies]',
          '[roasts|steaks] and [soup stock|stews]',
          '[broiled|braised|larded and roasted].',
          'corned, or served with #sauce#',
        ]),
        RULES,
        r,
      ),
    ]),
  }),
  (r) => ({
    title: 'Cost of Marketing for One Week',
    head: ['Articles.', 'Cents.'],
    rows: rows(r, 7, 13, () => [
      `${titleFirst(inWords(r.int(1, 9)))} ${r.pick(['pounds', 'quarts', 'dozen', 'boxes', 'cans'])} ${r.pick([...words.VEGETABLES, ...words.FRUITS])}`,
      `$${r.chance(0.3) ? r.int(1, 2) : ''}.${r.int(10, 99)}`,
    ]),
  }),
];

const titleFirst = (text: string) => text.replace(/^[a-z]/, (c) => c.toUpperCase());
function rows(random: Random, low: number, high: number, make: () => string[]): string[][] {
  return Array.from({ length: random.int(low, high) }, make);
}

export const table = (random: Random): Table => random.pick(TABLES)(random);

/** "Proteid, 14.9%. Water, 73.5%.": two lines or three of a chemist's figures. */
export function composition(random: Random): string[][] {
  const parts = random.sample(
    [
      'Proteid',
      'Fat',
      'Water',
      'Mineral matter',
      'Starch',
      'Sugar',
      'Cellulose',
      'Gluten',
      'Casein',
      'Albumen',
    ],
    random.int(3, 6),
  );
  const cells = parts.map((part) => `${part}, ${random.int(0, 79)}.${random.int(1, 9)}%.`);
  const lines: string[][] = [];
  for (let i = 0; i < cells.length; i += 2) lines.push(cells.slice(i, i + 2));
  return lines;
}

/** A menu: its name and its courses, each a line of one to three dishes. */
export function menu(random: Random): {
  readonly title: string;
  readonly courses: readonly (readonly string[])[];
} {
  const courses: string[][] = [];
  const full = random.chance(0.4);
  const plan: readonly (readonly RecipeKindName[])[] = full
    ? [
        ['soup'],
        ['fish', 'shellfish'],
        ['meat', 'poultry'],
        ['vegetable'],
        ['salad'],
        ['steamedPudding', 'ice', 'pastry'],
        ['cake', 'gingerbread'],
      ]
    : [
        ['soup', 'egg', 'meat', 'cereal'],
        ['bread', 'quickBread', 'vegetable'],
        ['coldDessert', 'cake', 'pastry'],
      ];
  const sides = [
    'Celery',
    'Rolls',
    'Olives',
    'Salted Nuts',
    'Crackers',
    'Cheese',
    'Coffee',
    'Tea',
    'Radishes',
    'Bread Sticks',
    'Fruit',
    'Bonbons',
    'Wafers',
    'Pickles',
    'Toast',
    'Cocoa',
    'Dressed Lettuce',
    'Bread and Butter',
    'Currant Jelly',
    'Café Noir',
  ];
  for (const kinds of plan) {
    const line = [dish(kinds, random)];
    if (random.chance(0.7)) line.push(random.pick(sides));
    if (random.chance(0.3) && line.join(' ').length < 32) line.push(random.pick(sides));
    courses.push(line.map((name) => `${name}.`));
  }
  courses.push([`${random.pick(['Tea', 'Coffee', 'Café Noir', 'Cocoa'])}.`]);
  const occasion = random.pick([
    'Breakfast',
    'Luncheon',
    'Dinner',
    'Supper',
    'Afternoon Tea',
    'Christmas Dinner',
    'Wedding Breakfast',
    'Company Dinner',
    'Sunday Supper',
    "New Year's Dinner",
  ]);
  return { title: random.chance(0.5) ? `Menu for ${occasion}` : `${occasion} Menus`, courses };
}

/** Entries of an index in alphabetical order: "Apple Fritters, 303." with sub-entries indented. */
export function indexEntries(
  count: number,
  pages: number,
  random: Random,
): { readonly text: string; readonly level: number }[] {
  const page = () => `${random.int(12, Math.max(40, pages))}`;
  const names = new Set<string>();
  while (names.size < count) names.add(dish(KINDS, random));
  const sorted = [...names].sort((a, b) => a.localeCompare(b, 'en'));
  const start = random.int(0, sorted.length - 1);
  const entries: { text: string; level: number }[] = [];
  for (const name of [...sorted.slice(start), ...sorted.slice(0, start)].sort((a, b) =>
    a.localeCompare(b, 'en'),
  )) {
    entries.push({ text: `${name}, ${page()}${random.chance(0.1) ? `, ${page()}` : ''}.`, level: 0 });
    if (random.chance(0.2))
      for (const sub of random.sample(
        [
          'Baked',
          'Boiled',
          'Stuffed',
          'with Sauce',
          'Fried',
          'Scalloped',
          'to Keep',
          'Creamed',
          'Care of',
          'Jelly',
          'Cake',
          'Salad',
          'Kinds of',
        ],
        random.int(1, 4),
      ))
        entries.push({ text: `${sub}, ${page()}.`, level: 1 });
  }
  return entries;
}

/** Lines of a contents page: chapter titles and dishes with page numbers. */
export function contentsRows(random: Random): {
  readonly chapter: string;
  readonly rows: readonly (readonly string[])[];
} {
  const chapter = random.pick(CHAPTERS);
  let page = random.int(10, 500);
  const list = Array.from({ length: random.int(10, 22) }, () => {
    page += random.int(0, 2);
    return [dish(chapter.kinds, random), `${page}`];
  });
  return { chapter: chapter.title, rows: list };
}

const EPIGRAPHS: readonly (readonly string[])[] = [
  [
    'To',
    'the housekeepers of New England',
    'who have tried and proved these rules',
    'this volume is gratefully inscribed',
    'by one who learned at their tables.',
  ],
  [
    'Let nothing that the garden yields',
    'be spoiled by haste or careless hands;',
    'for she who feeds a household well',
    'has done a work that ever stands.',
  ],
  ['In memory of my first teacher,', 'whose kitchen was a schoolroom', 'and whose table was never empty.'],
  ['A good fire is half the cook,', 'and patience is the other half.', 'Old Saying.'],
  ['Copyright', 'All rights reserved', 'Printed for the subscribers', 'and sold by all booksellers.'],
];

/** A verse, a dedication or a notice for the pages before the book. */
export const epigraph = (random: Random): readonly string[] => random.pick(EPIGRAPHS);
