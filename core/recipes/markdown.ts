import { type BookFacts, hasText, pageRange, shownName } from './json-ld.ts';
import type { BookRecipe, RecipeLine } from './types.ts';

/** Text that Markdown shows as it is, whatever stands in it; one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>#|~&!]/g, '\\$&')
    .replace(/^([-+=])/, '\\$1')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    .replace(/(https?|ftp):/gi, '$1\\:')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replace(/@/g, '\\@');
}

const textsOf = (lines: readonly RecipeLine[]) =>
  lines.filter((line) => hasText(line.text)).map((line) => escapeMarkdown(line.text));
const fact = (title: string, lines: readonly RecipeLine[]) => {
  const texts = textsOf(lines);
  return texts.length > 0 ? [`- ${title}: ${texts.join('; ')}`] : [];
};

/** One recipe; `level` is the level of its heading. */
function section(recipe: BookRecipe, level: number): string[] {
  const heading = '#'.repeat(level);
  const facts = [
    ...fact('Yield', recipe.yields),
    ...fact('Times', recipe.times),
    ...fact('Heat', recipe.temperatures),
  ];
  const part = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${heading}# ${title}`, '', ...lines, ''];
  return [
    `${heading} ${escapeMarkdown(shownName(recipe))}`,
    '',
    ...(facts.length > 0 ? [...facts, ''] : []),
    ...part(
      'Ingredients',
      textsOf(recipe.ingredients).map((text) => `- ${text}`),
    ),
    ...part(
      'Directions',
      textsOf(recipe.steps).map((text, k) => `${k + 1}. ${text}`),
    ),
    `Page ${pageRange(recipe.pages)}`,
    '',
  ];
}

/** A book of recipes, or one recipe, as CommonMark; ends with a newline. */
export function recipesMarkdown(recipes: readonly BookRecipe[], book: BookFacts = { title: null }): string {
  if (recipes.length === 1) return `${section(recipes[0], 1).join('\n').trimEnd()}\n`;
  const title = [`# ${escapeMarkdown(book.title ?? 'Recipes')}`, ''];
  return `${[...title, ...recipes.flatMap((recipe) => section(recipe, 2))].join('\n').trimEnd()}\n`;
}
