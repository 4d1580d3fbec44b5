import { type CsvValue, writeCsv } from '../files/csv.ts';
import { nameOfIngredient, pageRange, shownName } from './json-ld.ts';
import type { BookRecipe, Ingredient, WordRef } from './types.ts';

const COLUMNS =
  `recipe_id recipe pages line printed quantity quantity_max vague unit size part name note optional
  alternatives doubt confidence word_refs`.split(/\s+/);

const rounded = (value: number | undefined): CsvValue =>
  value === undefined ? null : Math.round(value * 1e4) / 1e4;

/** "1.75 cup sweet milk" */
export function briefIngredient(ingredient: Ingredient): string {
  const { quantity, vague, unit } = ingredient;
  const amount = quantity && (quantity.min === quantity.max ? [quantity.min] : [quantity.min, quantity.max]);
  const number = amount?.map((v) => String(rounded(v))).join('-') ?? vague;
  return [number, unit, nameOfIngredient(ingredient)].filter(Boolean).join(' ');
}

/** `73:12 13 14; 74:3`: page and word indices. */
export const writeRefs = (refs: readonly WordRef[]): string =>
  refs.map(({ pageNum, words }) => `${pageNum}:${words.join(' ')}`).join('; ');

/** One row per line of every list of ingredients, with a header. */
export function ingredientsCsv(recipes: readonly BookRecipe[]): string {
  const rows = recipes.flatMap((recipe) =>
    recipe.ingredients.map(({ printed, parsed, confidence, refs }, k): CsvValue[] => [
      recipe.id,
      shownName(recipe),
      pageRange(recipe.pages),
      k + 1,
      printed,
      rounded(parsed.quantity?.min),
      rounded(parsed.quantity?.max),
      parsed.vague,
      parsed.unit,
      parsed.size,
      parsed.part,
      parsed.name,
      parsed.note,
      parsed.optional,
      parsed.alternatives.map(briefIngredient).join('; '),
      parsed.doubt,
      rounded(confidence),
      writeRefs(refs),
    ]),
  );
  return writeCsv([COLUMNS, ...rows]);
}
