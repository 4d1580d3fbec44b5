/** The part of the contract that is about recipes; no Node code here. */
import { z } from 'zod';

const pageNum = z.int().min(0);
const unit = z.number().min(0).max(1);
const source = z.enum(['weak', 'gold', 'predicted', 'diff']);
const format = z.enum(['jsonld', 'markdown', 'csv', 'json']);

const lineShape = {
  /** The words as they stand on the page. */
  printed: z.string(),
  /** The same for reading: words divided at a line end are whole. */
  text: z.string(),
  /** Where on which page; more than one entry where a page break divides the line. */
  refs: z.array(z.object({ pageNum, words: z.array(z.int().min(0)) })),
  confidence: unit,
};
export const recipeLineSchema = z.object(lineShape);
export type RecipeLineView = z.infer<typeof recipeLineSchema>;

const amount = z.object({ min: z.number(), max: z.number() }).nullable();

export const ingredientLineSchema = z.object({
  ...lineShape,
  parsed: z.object({
    quantity: amount,
    vague: z.string().nullable(),
    unit: z.string().nullable(),
    size: z.string().nullable(),
    part: z.string().nullable(),
    name: z.string().nullable(),
    note: z.string().nullable(),
    optional: z.boolean(),
    /** In words: "1.75 cup sweet milk". */
    alternatives: z.array(z.string()),
    doubt: z.enum(['unreadable', 'number-and-unit', 'too-much']).nullable(),
  }),
});
export type IngredientLineView = z.infer<typeof ingredientLineSchema>;

/** A recipe of the book, over as many pages as it takes. */
export const bookRecipeSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  title: recipeLineSchema.nullable(),
  ingredients: z.array(ingredientLineSchema),
  steps: z.array(recipeLineSchema),
  /** ISO 8601 of the longer end; null where no number is given. */
  times: z.array(z.object({ ...lineShape, duration: z.string().nullable(), least: z.string().nullable() })),
  temperatures: z.array(recipeLineSchema),
  yields: z.array(z.object({ ...lineShape, amount, what: z.string().nullable() })),
  pages: z.array(pageNum),
  confidence: unit,
});
export type BookRecipeView = z.infer<typeof bookRecipeSchema>;

export const recipeCallsContract = {
  /** Recipes that are on a page, whole, with what of them stands on its neighbours. */
  'recipes.list': {
    input: z.object({ pageNum, source }),
    output: z.object({ recipes: z.array(bookRecipeSchema) }),
  },
  /** One of them as text, to be put on the clipboard. */
  'recipes.text': {
    input: z.object({ pageNum, source, id: z.string().max(100), format }),
    output: z.object({ text: z.string() }),
  },
  /** Into the exports folder of the project: recipes on these pages, or of the book. */
  'recipes.export': {
    input: z.object({
      source,
      format,
      per: z.enum(['book', 'page', 'recipe']).default('book'),
      pageNums: z.array(pageNum).max(1_000_000).optional(),
    }),
    output: z.object({ folder: z.string(), files: z.int(), recipes: z.int() }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
