import type { Random } from '../random.ts';
import { inWords, roman } from './amounts.ts';
import { type Bindings, expand, prose, type Rules, titleCase } from './expand.ts';
import { type Ingredient, type IngredientClass, ingredient } from './ingredients.ts';
import { RECIPE_KINDS, type RecipeKind, type RecipeKindName } from './kinds.ts';
import * as words from './lexicon.ts';
import { PHRASES, REMARKS, STEPS } from './steps.ts';

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
const TEXT_RULES: Rules = { ...TITLE_RULES, ...STEPS, ...REMARKS };

/** One title of a kind, upper and lower case, without its stop. */
export function dishName(kind: RecipeKindName, random: Random): string {
  const name = expand(random.pick(RECIPE_KINDS[kind].titles), TITLE_RULES, random);
  return titleCase(name);
}

/** One random recipe of a kind. */
export function recipe(kind: RecipeKindName, random: Random): Recipe {
  const plan: RecipeKind = RECIPE_KINDS[kind];
  let title = dishName(kind, random);
  if (random.chance(0.16)) title += ` ${roman(random.pick([1, 1, 2, 2, 3, 4]))}`;
  const listed = !random.chance(plan.proseOnly);
  const parts = listed ? ingredientsOf(plan, random) : [];
  const bindings = bind(plan, parts, random);
  const paragraphs =
    !listed && random.chance(0.16)
      ? [reference(kind, random, bindings)]
      : directions(plan, listed, random, bindings);
  if (random.chance(0.1)) paragraphs.push(subRecipe(random, bindings));
  return {
    title: `${title}.`,
    alternative: alternative(kind, random),
    ingredients: order(parts, random),
    paragraphs,
  };
}

function ingredientsOf(plan: RecipeKind, random: Random): Ingredient[] {
  const found: Ingredient[] = [];
  for (const take of plan.takes) {
    const optional = take.endsWith('?');
    if (optional ? random.chance(0.45) : random.chance(0.92))
      found.push(ingredient(take.replace('?', '') as IngredientClass, random));
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
function bind(plan: RecipeKind, parts: readonly Ingredient[], random: Random): Bindings {
  const bindings: Record<string, string> = {};
  const nouns = [...new Set(parts.map(({ noun }) => noun))];
  const rest: string[] = [];
  for (const noun of nouns) {
    const kind = NOUN_KINDS.find(([name, pattern]) => !bindings[name] && pattern.test(noun));
    if (kind) bindings[kind[0]] = noun;
    else rest.push(noun);
  }
  if (bindings.egg)
    bindings.egg = `${bindings.egg} ${random.pick(['well beaten', 'slightly beaten', 'beaten until light', 'beaten until stiff', 'beaten until thick', 'unbeaten'])}`;
  bindings.main = rest.length > 0 && random.chance(0.6) ? rest[0] : expand(plan.main, TITLE_RULES, random);
  if (rest.length > 1) bindings.some = rest[1];
  else if (rest.length > 0 && nouns.length > 0) bindings.some = random.pick(nouns);
  if (rest.length > 3) bindings.other = `${rest[2]} and ${rest[3]}`;
  else if (rest.length > 2) bindings.other = rest[2];
  else if (nouns.length > 1) bindings.other = random.pick(nouns);
  return bindings;
}

function directions(plan: RecipeKind, listed: boolean, random: Random, bindings: Bindings): string[] {
  const steps: string[] = [];
  for (const step of random.pick(plan.plans).split(' ')) {
    if (step.endsWith('?') && random.chance(0.5)) continue;
    const name = step.replace('?', '');
    steps.push(expand(`#${name}#`, TEXT_RULES, random, bindings));
    if (random.chance(listed ? 0.34 : 0.5)) steps.push(expand(`#${name}#`, TEXT_RULES, random, bindings));
    if (random.chance(0.12)) steps.push(expand('#addRest#', TEXT_RULES, random, bindings));
  }
  if (!listed && random.chance(0.6))
    steps.splice(random.int(0, 2), 0, expand(random.pick(OPENINGS), TEXT_RULES, random, bindings));
  if (random.chance(0.06)) steps.splice(2);
  const paragraphs = [prose(sentences([...new Set(steps)], random))];
  const addition: string[] = [];
  if (random.chance(0.34)) addition.push(expand('#remark#', TEXT_RULES, random, bindings));
  if (random.chance(0.13))
    addition.splice(random.int(0, 1), 0, expand('#yield#', TEXT_RULES, random, bindings));
  if (random.chance(0.08)) addition.push(expand('#remark#', TEXT_RULES, random, bindings));
  if (addition.length > 0) {
    const text = prose(addition.join(' '));
    if (random.chance(0.3) && text.length > 50) paragraphs.push(text);
    else paragraphs[0] += ` ${text}`;
  }
  return paragraphs;
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
