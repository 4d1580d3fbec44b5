import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { GalleyError } from '../../errors/galley-error.ts';
import { recipesOfBook, recipesOfChunks } from '../../recipes/build.ts';
import { exportRecipes, extensionOf, recipesText } from '../../recipes/export.ts';
import { briefIngredient } from '../../recipes/ingredients-csv.ts';
import { recipePage } from '../../recipes/sources.ts';
import type { BookRecipe } from '../../recipes/types.ts';
import type { Context, Handlers } from '../context.ts';
import type { LabelSource } from '../contract.ts';
import { type BookRecipeView, bookRecipeSchema } from '../contract-recipes.ts';
import { exportFolder } from '../export-folder.ts';
import type { Pages } from '../pages.ts';

/** Pages on either side that a recipe of a page may reach over. */
const REACH = 4;

function pageOf(pages: Pages, pageNum: number, source: LabelSource) {
  const labels = pages.labels(pageNum, source);
  if (!labels) return [];
  return [recipePage(pages.book.page(pageNum), labels.ids, pages.book.labelMap.names, labels.confidence)];
}

/** Recipes on one page, read together with its neighbours. */
function recipesOn(pages: Pages, pageNum: number, source: LabelSource): BookRecipe[] {
  pages.book.entry(pageNum);
  const near = [...pages.book.entries.keys()].filter((n) => Math.abs(n - pageNum) <= REACH);
  const found = recipesOfBook(near.flatMap((n) => pageOf(pages, n, source)));
  return found.filter((recipe) => recipe.pages.includes(pageNum));
}

/** As the contract has it: alternatives in words. */
function viewOf({ ingredients, ...recipe }: BookRecipe): BookRecipeView {
  const view = {
    ...recipe,
    ingredients: ingredients.map((line) => ({
      ...line,
      parsed: { ...line.parsed, alternatives: line.parsed.alternatives.map(briefIngredient) },
    })),
  };
  return bookRecipeSchema.parse(view);
}

export function recipeCalls(context: Context): Handlers {
  const pages = () => context.session().pages;
  return {
    'recipes.list': ({ pageNum, source }) => ({ recipes: recipesOn(pages(), pageNum, source).map(viewOf) }),
    'recipes.text': ({ pageNum, source, id, format }) => {
      const recipe = recipesOn(pages(), pageNum, source).find((r) => r.id === id);
      if (!recipe) throw new GalleyError('not-found', 'this recipe is not on the page any more');
      return { text: recipesText([recipe], format, { title: context.session().project.name }) };
    },
    'recipes.export': async ({ source, format, per, pageNums }) => {
      const session = context.session();
      session.requireWritable();
      const { pages: all, project } = session;
      const wanted = pageNums && new Set(pageNums);
      const numbers = [...all.book.entries.keys()].sort((a, b) => a - b);
      const read = [];
      // A book takes a second or two: what else the window asks for is answered in between.
      for (const n of numbers) {
        if (wanted && !numbers.some((m) => Math.abs(m - n) <= REACH && wanted.has(m))) continue;
        read.push(...pageOf(all, n, source));
        await nextTurn();
      }
      const recipes: BookRecipe[] = [];
      for (const some of recipesOfChunks(read)) {
        recipes.push(...some.filter((recipe) => !wanted || recipe.pages.some((n) => wanted.has(n))));
        await nextTurn();
      }
      const folder = exportFolder(project.places.exports, `recipes-${source}`);
      const book = { title: project.name };
      const out = per === 'book' ? join(folder, `recipes${extensionOf(format)}`) : folder;
      const files = await exportRecipes(recipes, { format, per, out, book });
      return { folder: basename(folder), files: files.length, recipes: recipes.length };
    },
  };
}
