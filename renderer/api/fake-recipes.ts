import type { PageDetail } from '../../core/workbench/contract.ts';
import type { BookRecipeView } from '../../core/workbench/contract-recipes.ts';
import { fakeRecipes } from './fake-pages.ts';

/** The fake recipes of a page as recipes of a book: nothing is parsed, nothing goes over a page break. */
export function fakeBookRecipes(detail: PageDetail, labels: readonly number[]): BookRecipeView[] {
  const { pageNum } = detail.summary;
  type Part = {
    readonly wordIndices: readonly number[];
    readonly text: string;
    readonly confidence: number | null;
  };
  const line = ({ wordIndices, text, confidence }: Part) => ({
    printed: text,
    text,
    refs: [{ pageNum, words: [...wordIndices] }],
    confidence: confidence ?? 1,
  });
  const unread = {
    quantity: null,
    vague: null,
    unit: null,
    size: null,
    part: null,
    note: null,
    optional: false,
    alternatives: [],
    doubt: null,
  };
  return fakeRecipes(detail, labels).map((recipe) => ({
    id: `p${pageNum}-w${recipe.wordIndices[0] ?? 0}`,
    name: recipe.title?.text.replace(/\.$/, '') ?? null,
    title: recipe.title && line(recipe.title),
    ingredients: recipe.ingredients.map((part) => ({
      ...line(part),
      parsed: { ...unread, name: part.text },
    })),
    steps: recipe.steps.map(line),
    times: recipe.times.map((part) => ({ ...line(part), duration: null, least: null })),
    temperatures: recipe.temperatures.map(line),
    yields: recipe.servings.map((part) => ({ ...line(part), amount: null, what: null })),
    pages: [pageNum],
    confidence: 1,
  }));
}
