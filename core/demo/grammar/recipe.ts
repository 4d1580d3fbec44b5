import type { Random } from '../random.ts';
import { inWords, roman } from './amounts.ts';
import { CLAUSES } from './clauses.ts';
import { essayParagraph, method } from './essays.ts';
import { type Bindings, expand, prose, type Rules, titleCase } from './expand.ts';
import { type Ingredient, type IngredientClass, ingredient } from './ingredients.ts';
import { RECIPE_KINDS, type RecipeKind, type RecipeKindName } from './kinds.ts';
import * as words from './lexicon.ts';
import { PHRASES } from './phrases.ts';
import { REMARKS } from './remarks.ts';
import { SENTENCES } from './sentences.ts';
import { STEPS } from './steps.ts';

/** A recipe as text; prose carries span marks (spans.ts). */
export interface Recipe {
  /** "Rye Drop Cakes II." */
  readonly title: string;
  /** "(Mother's Way)." beside or under the title, or null. */
  readonly alternative: string | null;
  readonly ingredients: readonly string[];
  /** Directions, remarks and run-in sub-recipes, a paragraph each. */
  readonly paragraphs: readonly string[];
}

const TITLE_RULES: Rules = {
  ...PHRASES,
  flavorName: [...words.SWEETS, ...words.SWEETS, ...words.FRUITS.filter((fruit) => !fruit.endsWith('s'))],
  adjective: words.PLAIN_ADJECTIVES,
  sauceName: words.SAUCES,
  pieName: words.PIES,
  shape2: ['sticks', 'straws', 'crescents', 'rings', 'fingers', 'balls', 'squares', 'diamonds'],
  serving2: ['toast', 'rice', 'anchovy toast', 'fried bread', 'spinach', 'hash'],
};
const TEXT_RULES: Rules = {
  ...SENTENCES,
  ...TITLE_RULES,
  ...STEPS,
  ...CLAUSES,
  ...REMARKS,
  person: SENTENCES.person,
  fruitOrVegetable: words.VEGETABLES,
  topic: ['#main#'],
  manyTopic: ['such dishes', 'these'],
  oneTopic: ['this dish', 'the mixture'],
};

const KINDS = Object.keys(RECIPE_KINDS) as RecipeKindName[];

const PLURALS = [
  ...words.FRUITS,
  ...words.VEGETABLES,
  ...words.NUTS,
  ...words.SHELLFISH,
  ...words.POULTRY,
  ...words.GAME,
  ...words.FISH,
]
  .filter(
    (word) =>
      word.endsWith('s') &&
      !/(?:ss|sprouts|peas|beans|frogs' legs|cress|couscous|asparagus|molasses)$/.test(word),
  )
  .sort((one, other) => other.length - one.length);
const PLURAL = new RegExp(
  `\\b(${PLURALS.join('|')})(?= (?!with|and|of|in|à|on|for|en|au|from|or|without)\\p{L})`,
  'giu',
);

/** "apples fritters" as it is said: "apple fritters". */
function singularBefore(name: string): string {
  return name.replace(PLURAL, (plural) =>
    plural
      .replace(/rries$/, 'rry')
      .replace(/ies$/, 'ie')
      .replace(/(o|ch|sh)es$/, '$1')
      .replace(/s$/, ''),
  );
}

/** One title of a kind, upper and lower case, without its stop. */
export function dishName(kind: RecipeKindName, random: Random, bindings: Bindings = {}): string {
  const make = () => expand(random.pick(RECIPE_KINDS[kind].titles), TITLE_RULES, random, bindings);
  const names = [make(), make(), make()].sort((one, other) => one.length - other.length);
  const name = random.chance(0.65) ? names[0] : names[1];
  return titleCase(singularBefore(name));
}

/** One random recipe of a kind. */
export function recipe(kind: RecipeKindName, random: Random): Recipe {
  const plan: RecipeKind = RECIPE_KINDS[kind];
  // "#vegetable#": the title, the list and the directions speak of one vegetable.
  const rule = /^#(\w+)#$/.exec(plan.main)?.[1];
  const main = expand(plan.main, TITLE_RULES, random);
  const theme: Bindings = rule ? { [rule]: main } : {};
  let title = dishName(kind, random, theme);
  if (random.chance(0.16)) title += ` ${roman(random.pick([1, 1, 2, 2, 3, 4]))}`;
  const listed = !random.chance(Math.min(0.78, 0.04 + 1.4 * plan.proseOnly));
  const parts = listed ? ingredientsOf(plan, random, theme) : [];
  const bindings = bind(kind, parts, main, random);
  const paragraphs =
    !listed && random.chance(0.16)
      ? [reference(kind, random, bindings)]
      : directions(plan, listed, random, bindings);
  if (random.chance(0.1))
    paragraphs.push(random.chance(0.65) ? subRecipe(random, bindings) : method(main, random));
  if (random.chance(0.08)) discourse(paragraphs, main, random);
  return {
    title: `${title}.`,
    alternative: alternative(kind, random),
    ingredients: order(parts, random),
    paragraphs,
  };
}

function ingredientsOf(plan: RecipeKind, random: Random, theme: Bindings): Ingredient[] {
  const found: Ingredient[] = [];
  for (const take of plan.takes) {
    const optional = take.endsWith('?');
    if (optional ? random.chance(0.58) : random.chance(0.93))
      found.push(ingredient(take.replace('?', '') as IngredientClass, random, theme));
    if (found.length > 2 && random.chance(0.035)) break;
  }
  if (found.length > 3 && random.chance(0.18))
    found.splice(random.int(1, found.length - 1), random.int(1, found.length - 2));
  const lines = new Set<string>();
  return found.filter(({ line }) => !lines.has(line) && lines.add(line));
}

/** Mostly as generated, sometimes seasonings before the rest, as printers fitted the columns. */
const order = (parts: readonly Ingredient[], random: Random): string[] =>
  (random.chance(0.3) ? random.sample(parts, parts.length) : parts).map(({ line }) => `${line}.`);

const NOUN_KINDS: readonly (readonly [string, RegExp])[] = [
  ['fat', /butter|lard|oil|suet|fat|drippings|shortening|cottolene/],
  ['sugar', /sugar|molasses|honey|syrup/],
  ['flour', /flour|meal|corn-starch|arrowroot/],
  ['liquid', /milk|water|cream|stock|buttermilk|consommé|coffee/],
  ['flavor', /vanilla|extract|rind|juice|wine|brandy|sherry|Maraschino|rum/],
  ['egg', /egg|yolk|white/],
];

/** The names by which the directions of one recipe speak of its things. */
function bind(kind: RecipeKindName, parts: readonly Ingredient[], main: string, random: Random): Bindings {
  const bindings: Record<string, string | readonly string[]> = {};
  // Texts without a list speak of a few things that any kitchen has.
  bindings.some = random.sample(PHRASES.some as readonly string[], 3);
  bindings.other = random.sample(PHRASES.some as readonly string[], 3);
  const nouns = [...new Set(parts.map(({ noun }) => noun))];
  const rest: string[] = [];
  for (const noun of nouns) {
    const kind = NOUN_KINDS.find(([name, pattern]) => !bindings[name] && pattern.test(noun));
    if (kind) bindings[kind[0]] = noun;
    else rest.push(noun);
  }
  if (bindings.egg)
    bindings.egg = `${bindings.egg} ${random.pick(['well beaten', 'slightly beaten', 'beaten until light', 'beaten until stiff', 'beaten until thick', 'unbeaten'])}`;
  bindings.main = main;
  bindings.dishName = [dishName(kind, random), dishName(kind, random), dishName(random.pick(KINDS), random)];
  if (rest.length > 0) bindings.some = rest[0];
  if (rest.length > 2) bindings.other = `${rest[1]} and ${rest[2]}`;
  else if (rest.length > 1) bindings.other = rest[1];
  return bindings;
}

function directions(plan: RecipeKind, listed: boolean, random: Random, bindings: Bindings): string[] {
  const steps: string[] = [];
  const add = (rule: string) => steps.push(expand(`#${rule}#`, TEXT_RULES, random, bindings));
  for (const step of random.pick(plan.plans).split(' ')) {
    if (step.endsWith('?') && random.chance(0.5)) continue;
    const name = step.replace('?', '');
    add(random.chance(0.66) ? name : 'clause');
    if (random.chance(listed ? 0.34 : 0.46)) add(random.chance(0.4) ? name : 'clause');
    if (random.chance(0.06)) add('addRest');
  }
  if (!listed && random.chance(0.6))
    steps.splice(random.int(0, 2), 0, expand(random.pick(OPENINGS), TEXT_RULES, random, bindings));
  if (random.chance(0.06)) steps.splice(2);
  // Durations come easily from the rules; print has about one and a half a recipe.
  for (let i = steps.length - 1; i > 0; i--)
    if (steps.length > 3 && steps[i].includes('{M:') && random.chance(0.45)) steps.splice(i, 1);
  const text = prose(sentences([...new Set(steps)], random));
  // Some dishes begin with a word about themselves, as an essay would.
  const opening = random.chance(listed ? 0.02 : 0.14)
    ? `${prose(expand('#descriptive#', TEXT_RULES, random, bindings))} `
    : '';
  const paragraphs = [opening + text];
  const addition: string[] = [];
  if (random.chance(0.36))
    addition.push(expand(random.chance(0.5) ? '#remark#' : '#descriptive#', TEXT_RULES, random, bindings));
  if (random.chance(0.13))
    addition.splice(random.int(0, 1), 0, expand('#yield#', TEXT_RULES, random, bindings));
  if (random.chance(0.08)) addition.push(expand('#remark#', TEXT_RULES, random, bindings));
  if (addition.length > 0) {
    const more = prose(addition.join(' '));
    if (random.chance(0.3) && more.length > 50) paragraphs.push(more);
    else paragraphs[0] += ` ${more}`;
  }
  return paragraphs;
}

/**
 * Puts a few sentences about the dish itself into its directions, before, after or under them. They read like an essay
 * and are part of the recipe: what they stand under decides, not how they read.
 */
function discourse(paragraphs: string[], main: string, random: Random): void {
  const text = essayParagraph(main, random.pick([1, 1, 2, 2, 3, 4]), 0.1, random);
  const where = random.next();
  if (where < 0.3) paragraphs[0] = `${text} ${paragraphs[0]}`;
  else if (where < 0.65) paragraphs[0] += ` ${text}`;
  else paragraphs.push(text);
}

/** Amounts in words, for recipes without a list. */
const OPENINGS = [
  'clean a #pounds#-pound #fish#',
  'select #number# [large|small|firm|fresh|medium-sized] #main#',
  'use #cups# #main#',
  'to #cups# #main# add #spoons# #fat#',
  'put #number# #main# in #utensil#',
  'take #pounds# pounds #main#',
  'melt #spoons# #fat# in #utensil#',
  'mix #cups# #main# with #cups# #liquid#, #spoons# #sugar#, and one-half teaspoon salt',
  'to one quart #main# allow #cups# #sugar#',
  'add #cups# #liquid# to #spoons# #main#',
  'cover #main# with [boiling|cold|lukewarm] water',
  'allow one [pound|cup] #sugar# to each [pound|pint] #main#',
  'have ready #cups# #main#, [cold|hot|well seasoned]',
  'chop finely #number# #main#; there should be #cups#',
];

/** Clauses into sentences of one to three clauses, joined as directions are. */
function sentences(clauses: readonly string[], random: Random): string {
  let text = '';
  for (let i = 0; i < clauses.length; ) {
    const take = Math.min(clauses.length - i, random.pick([1, 1, 2, 2, 2, 3]));
    const group = clauses.slice(i, i + take).map((clause) => clause.replace(/\.$/, ''));
    i += take;
    const glue = random.weighted({ ', and ': 4, '; ': 5, ', then ': 2, '; then ': 2 });
    const last = group.pop() as string;
    const head = group.join(random.chance(0.5) ? ', ' : '; ');
    text += `${text ? ' ' : ''}${head ? head + glue : ''}${last}${last.endsWith('F.}') ? '' : '.'}`;
  }
  return text.replace(/, and (when|then|let|if)\b/g, '; $1').replace(/\}\.\./g, '}.');
}

const REFERENCES = [
  'make same as #dishName#, using #main# in place of #other#.',
  'follow recipe for #dishName#, adding #cups# #main#[ and #spoons# #spice#|]. #serveSentence#',
  'use recipe for #dishName#, [omitting the #spice#|with the addition of #cups# chopped #nut#|substituting #fruit# for #fruit#]. #bakeSentence#',
  'prepare as #dishName#. #serveSentence#',
  'to #dishName# add #cups# #main#, #spoons# #herb#, and few grains #spice#.',
  'mix and bake as #dishName#.',
  'cook same as #dishName#, allowing #minutes# longer. #serveSentence#',
  'make as #dishName#, and flavor with #spice# in place of #flavor#.',
  'prepare and bake same as #dishName#; add before serving #cups# #main#.',
];

function reference(kind: RecipeKindName, random: Random, bindings: Bindings): string {
  return prose(
    expand(random.pick(REFERENCES), TEXT_RULES, random, {
      ...bindings,
      dishName: dishName(kind, random),
      serveSentence: ['', '#serve#.'],
      bakeSentence: ['', '#bake#.'],
    }),
  );
}

/** "Lemon Sauce. Melt two tablespoons butter, ...": a small recipe run in under a larger one. */
function subRecipe(random: Random, bindings: Bindings): string {
  const kind: RecipeKindName = random.pick(['sauce', 'frosting', 'sauce']);
  const name = titleCase(
    expand(
      random.pick([
        '#flavorName# sauce',
        '#sauceName#',
        '#place# dressing',
        '#herb# stuffing',
        '#flavorName# glaze',
        '#place# gravy',
      ]),
      TITLE_RULES,
      random,
    ),
  );
  const plan: RecipeKind = RECIPE_KINDS[kind];
  const steps = random
    .pick(plan.plans)
    .split(' ')
    .slice(0, 3)
    .map((step) => expand(`#${step.replace('?', '')}#`, TEXT_RULES, random, bindings));
  const opening = `${random.pick(['melt', 'brown', 'mix', 'take'])} ${inWords(random.int(2, 5))} tablespoons ${random.pick(['butter', 'flour', 'chopped ham', 'sugar'])}`;
  return prose(`${name}. ${sentences([opening, ...steps], random)}`);
}

function alternative(kind: RecipeKindName, random: Random): string | null {
  if (!random.chance(0.055)) return null;
  const name = random.pick([
    dishName(kind, random),
    `${random.pick(words.PLACES)} Style`,
    'Without Eggs',
    'Without Butter',
    "Cook's Way",
    random.pick(words.PEOPLE),
  ]);
  return `(${name})${random.chance(0.8) ? '.' : ''}`;
}
