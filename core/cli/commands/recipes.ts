import { z } from 'zod';
import { GalleyError } from '../../errors/galley-error.ts';
import { recipesOfBook } from '../../recipes/build.ts';
import { exportRecipes, recipeFormats, recipeUnits } from '../../recipes/export.ts';
import { parsePageRanges } from '../../recipes/page-ranges.ts';
import { datasetSources, readDatasetPages, readPredictedPages } from '../../recipes/sources.ts';
import type { BookRecipe } from '../../recipes/types.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const schema = z.object({
  dataset_dir: z.string().optional().meta({ description: 'dataset with the pages', unit: 'path' }),
  source: z.enum(datasetSources).default('labels').meta({
    description: 'labels of the dataset: its own column, the rules run anew (weak), or its gold labels',
  }),
  predictions: z.string().optional().meta({
    description: 'folder of predictions files (or one file) instead of a dataset',
    unit: 'path',
  }),
  pages: z.string().default('').meta({ description: 'pages the recipes are on, as 33-40,52; default: all' }),
  format: z
    .enum(recipeFormats)
    .default('jsonld')
    .meta({ description: 'schema.org JSON-LD, Markdown, CSV of the ingredients, or everything as JSON' }),
  per: z
    .enum(recipeUnits)
    .default('book')
    .meta({ description: 'what one file holds; page and recipe write into a folder' }),
  out: z.string().meta({ description: 'file to write, or folder with --per page|recipe', unit: 'path' }),
  book_title: z.string().optional().meta({ description: 'title of the book, put into the export' }),
  overwrite: z.boolean().default(false).meta({ description: 'replace files that are there' }),
  dry_run: z.boolean().default(false).meta({ description: 'say what would be written, write nothing' }),
});

const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;

function summary(recipes: readonly BookRecipe[]): string {
  const lines = recipes.flatMap((recipe) => recipe.ingredients);
  const read = lines.filter(({ parsed }) => parsed.quantity !== null).length;
  const doubtful = lines.filter(({ parsed }) => parsed.doubt !== null).length;
  return `${count(recipes.length, 'recipe')}, ${count(lines.length, 'ingredient line')} (${read} with a quantity, ${doubtful} with one that cannot be right)`;
}

const spec: CommandSpec<typeof schema> = {
  name: 'recipes',
  summary: 'recipes from labelled pages: JSON-LD, Markdown, CSV of ingredients',
  details: `A recipe that runs over a page break is one recipe; it counts to --pages when one of its pages does.

Examples:
  galley recipes --dataset_dir DIR --out book.jsonld
  galley recipes --dataset_dir DIR --source gold --pages 33-40 --format markdown --per recipe --out recipes/
  galley recipes --predictions data/reports/inference --format csv --out ingredients.csv`,
  schema,
  async run(given, { print, note }) {
    const options = parseValues(schema, given);
    const { dataset_dir, predictions } = options;
    if ((dataset_dir === undefined) === (predictions === undefined))
      throw new GalleyError('usage', 'say where the pages are: --dataset_dir or --predictions, one of them', {
        hint: 'see --help',
      });
    const wanted = parsePageRanges(options.pages);
    const pages =
      predictions === undefined
        ? await readDatasetPages(dataset_dir!, options.source)
        : await readPredictedPages(predictions);
    const recipes = recipesOfBook(pages).filter((recipe) => recipe.pages.some(wanted));
    const untitled = recipes.filter((recipe) => recipe.name === null).length;
    if (untitled > 0)
      note(
        `warning: ${count(untitled, 'recipe')} without a title: the page before is not there, or no title was found`,
      );
    const written = await exportRecipes(recipes, {
      format: options.format,
      per: options.per,
      out: options.out,
      overwrite: options.overwrite,
      dryRun: options.dry_run,
      book: { title: options.book_title ?? null },
    });
    const where = options.per === 'book' ? options.out : `${count(written.length, 'file')} in ${options.out}`;
    print(`${options.dry_run ? 'would write ' : ''}${summary(recipes)}: ${where}`);
  },
};
export default spec;
