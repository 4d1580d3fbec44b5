import type { Amount, BookRecipe, Ingredient } from './types.ts';

/** Where the recipes come from, as far as it is known. */
export interface BookFacts {
  readonly title: string | null;
}

type Json = Record<string, unknown>;

/** Words of a page can be empty. */
export const hasText = (text: string): boolean => /\S/.test(text);

/** Six digits are enough for a third of a cup. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

function quantitativeValue({ min, max }: Amount, unit: string | null): Json {
  const value = min === max ? { value: rounded(min) } : { minValue: rounded(min), maxValue: rounded(max) };
  return { '@type': 'QuantitativeValue', ...value, ...(unit ? { unitText: unit } : {}) };
}

/** "yolks of eggs", "flour": what is needed, without how much of it. */
export const nameOfIngredient = ({ part, name }: Pick<Ingredient, 'part' | 'name'>): string | null =>
  part && name ? `${part.replace(/\s+from$/, '')} of ${name}` : name;

/** Pages as a person would cite them: "72", "72-73". */
export const pageRange = (pages: readonly number[]): string =>
  pages.length < 2 ? pages.join('') : `${pages[0]}-${pages.at(-1)}`;

/** Name of a recipe that may have lost its title to a page that is not there. */
export const shownName = (recipe: BookRecipe): string =>
  recipe.name ?? `Untitled recipe, page ${pageRange(recipe.pages)}`;

/** How many of what, in words a recipe manager understands; the printed clause where no number could be read. */
function recipeYield(recipe: BookRecipe): string | null {
  const read = recipe.yields.find((line) => line.amount !== null);
  if (!read?.amount) return recipe.yields.map((line) => line.text).find(hasText) ?? null;
  const { min, max } = read.amount;
  const amount = min === max ? String(rounded(max)) : `${rounded(min)}-${rounded(max)}`;
  return `${amount} ${read.what ?? 'servings'}`;
}

/** The one time a stretch of directions names; null for none, and for several, which cannot be added up. */
function onlyTime(recipe: BookRecipe, refs: BookRecipe['steps'][number]['refs'] | null): string | null {
  const within = recipe.times.filter(
    (time) =>
      refs === null ||
      refs.some((ref) => ref.pageNum === time.refs[0]?.pageNum && ref.words.includes(time.refs[0].words[0])),
  );
  return within.length === 1 ? within[0].duration : null;
}

/**
 * A recipe as schema.org/Recipe. `recipeIngredient` holds the lines as printed; what was read from them stands in
 * `supply` as HowToSupply with a QuantitativeValue. `cookTime` is the time of a recipe that names just one (of a range
 * the longer end); times of several steps are kept with their steps (`timeRequired`), never added up, since steps may
 * go on side by side.
 */
export function recipeJsonLd(recipe: BookRecipe, book: BookFacts = { title: null }): Json {
  const cookTime = onlyTime(recipe, null);
  const made = recipeYield(recipe);
  const supply = recipe.ingredients.flatMap(({ parsed }) => {
    const name = nameOfIngredient(parsed);
    if (name === null) return [];
    const quantity = parsed.quantity && quantitativeValue(parsed.quantity, parsed.unit);
    return [{ '@type': 'HowToSupply', name, ...(quantity ? { requiredQuantity: quantity } : {}) }];
  });
  return {
    '@context': 'https://schema.org',
    '@type': 'Recipe',
    identifier: recipe.id,
    name: shownName(recipe),
    recipeIngredient: recipe.ingredients.map((line) => line.text).filter(hasText),
    recipeInstructions: recipe.steps
      .filter((step) => hasText(step.text))
      .map((step, k) => {
        const time = onlyTime(recipe, step.refs);
        return {
          '@type': 'HowToStep',
          position: k + 1,
          text: step.text,
          ...(time ? { timeRequired: time } : {}),
        };
      }),
    ...(supply.length > 0 ? { supply } : {}),
    ...(made ? { recipeYield: made } : {}),
    ...(cookTime ? { cookTime } : {}),
    isPartOf: {
      '@type': 'Chapter',
      pagination: pageRange(recipe.pages),
      ...(book.title ? { isPartOf: { '@type': 'Book', name: book.title } } : {}),
    },
  };
}

/** Several recipes as one document: a `@graph` under one `@context`; one recipe stands alone. */
export function recipesJsonLd(recipes: readonly BookRecipe[], book?: BookFacts): Json {
  const items = recipes.map((recipe) => recipeJsonLd(recipe, book));
  if (items.length === 1) return items[0];
  return { '@context': 'https://schema.org', '@graph': items.map(({ '@context': _, ...item }) => item) };
}
