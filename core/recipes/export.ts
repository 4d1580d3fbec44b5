import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { writeFileWhole } from '../files/files.ts';
import { ingredientsCsv } from './ingredients-csv.ts';
import { type BookFacts, recipesJsonLd, shownName } from './json-ld.ts';
import { recipesMarkdown } from './markdown.ts';
import type { BookRecipe } from './types.ts';

export const recipeFormats = ['jsonld', 'markdown', 'csv', 'json'] as const;
export type RecipeFormat = (typeof recipeFormats)[number];
export const recipeUnits = ['book', 'page', 'recipe'] as const;
/** What one file holds: everything, the recipes that begin on a page, or one recipe. */
export type RecipeUnit = (typeof recipeUnits)[number];

const EXTENSIONS: Readonly<Record<RecipeFormat, string>> = {
  jsonld: '.jsonld',
  markdown: '.md',
  csv: '.csv',
  json: '.json',
};

/** `.md` and the like. */
export const extensionOf = (format: RecipeFormat): string => EXTENSIONS[format];

/** A part of a file name: lower case letters and digits of a title. */
export function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 60).replace(/-+$/, '') || 'recipe';
}

/** Recipes as the text of one file. */
export function recipesText(
  recipes: readonly BookRecipe[],
  format: RecipeFormat,
  book: BookFacts = { title: null },
): string {
  if (format === 'markdown') return recipesMarkdown(recipes, book);
  if (format === 'csv') return ingredientsCsv(recipes);
  const value = format === 'jsonld' ? recipesJsonLd(recipes, book) : { book: book.title, recipes };
  return `${JSON.stringify(value, null, 2)}\n`;
}

const fourDigits = (pageNum: number) => String(pageNum).padStart(4, '0');

/** Names of the files and what goes into each; names are different from each other. */
export function planFiles(
  recipes: readonly BookRecipe[],
  format: RecipeFormat,
  per: 'page' | 'recipe',
): Map<string, readonly BookRecipe[]> {
  const files = new Map<string, BookRecipe[]>();
  for (const recipe of recipes) {
    const page = fourDigits(recipe.pages[0] ?? 0);
    const base = per === 'page' ? `page_${page}` : `${page}-${slug(shownName(recipe))}`;
    let name = `${base}${EXTENSIONS[format]}`;
    for (let k = 2; per === 'recipe' && files.has(name); k++) name = `${base}-${k}${EXTENSIONS[format]}`;
    files.set(name, [...(files.get(name) ?? []), recipe]);
  }
  return files;
}

export interface ExportRecipesOptions {
  readonly format: RecipeFormat;
  readonly per: RecipeUnit;
  /** A file for `book`, else a folder. */
  readonly out: string;
  readonly overwrite?: boolean;
  readonly book?: BookFacts;
  /** Say what would be written, write nothing. */
  readonly dryRun?: boolean;
}

/**
 * Writes recipes; every file whole or not at all.
 * @returns paths in order
 * @throws GalleyError `invalid-data` for no recipes, `exists` naming what would be replaced, `io`
 */
export async function exportRecipes(
  recipes: readonly BookRecipe[],
  { format, per, out, overwrite = false, book, dryRun = false }: ExportRecipesOptions,
): Promise<string[]> {
  if (recipes.length === 0)
    throw new GalleyError('invalid-data', 'there are no recipes in these pages', {
      hint: 'words need labels TITLE, INGREDIENT_LINE or INSTRUCTION_STEP to become a recipe',
    });
  const files =
    per === 'book'
      ? new Map([[out, recipes]])
      : new Map([...planFiles(recipes, format, per)].map(([name, own]) => [join(out, name), own]));
  const there = overwrite ? undefined : [...files.keys()].find((path) => existsSync(path));
  if (there !== undefined)
    throw new GalleyError('exists', 'this would be replaced', {
      where: there,
      hint: 'allow it with --overwrite',
    });
  if (!dryRun) for (const [path, own] of files) await writeFileWhole(path, recipesText(own, format, book));
  return [...files.keys()];
}
