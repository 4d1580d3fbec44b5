/** Words of one page, as indices into its words. */
export interface WordRef {
  readonly pageNum: number;
  /** In reading order. */
  readonly words: readonly number[];
}

/** A stretch of a recipe and where it stands on the scans. */
export interface RecipeLine {
  /** The words as they stand on the page, one space between them; never changed. */
  readonly printed: string;
  /** The same for reading: words divided at a line end are whole. */
  readonly text: string;
  /** One entry a page, in order; together they give `printed`. */
  readonly refs: readonly WordRef[];
  /** Mean over the words, 0..1. */
  readonly confidence: number;
}

/** A number or a range; both ends are equal where one number is given. */
export interface Amount {
  readonly min: number;
  readonly max: number;
}

/** Why a quantity was left unread though something stands in its place. */
export type Doubt =
  /** A broken fraction or other debris where the number should be: "4{ cup". */
  | 'unreadable'
  /** The number and its unit do not agree, as in "44 cup" or "1 cups": most likely a fraction read as digits. */
  | 'number-and-unit'
  /** More of it than a recipe can hold: "114 cups". */
  | 'too-much';

/** What a line of a list of ingredients says, as far as its text allows. */
export interface Ingredient {
  /** Null where the line names none, or none that can be trusted (see `doubt`). */
  readonly quantity: Amount | null;
  /** Quantity in words that are no number: "few", "a little". */
  readonly vague: string | null;
  /** Singular and in full (`teaspoon` for "tsp."); null for things that are counted. */
  readonly unit: string | null;
  /** How it is measured or how large it is: "heaping", "large", "size of an egg". */
  readonly size: string | null;
  /** What of it is meant: "yolks", "grated rind", "juice". */
  readonly part: string | null;
  readonly name: string | null;
  /** What follows a comma or stands in parentheses: "finely chopped". */
  readonly note: string | null;
  readonly optional: boolean;
  /** Other things that may be taken in its place. */
  readonly alternatives: readonly Ingredient[];
  readonly doubt: Doubt | null;
}

export interface IngredientLine extends RecipeLine {
  readonly parsed: Ingredient;
}

export interface TimeLine extends RecipeLine {
  /** Both ends in seconds; null where the text gives no number ("several hours"). */
  readonly seconds: Amount | null;
  /** ISO 8601, of the longer end: `PT1H30M`. */
  readonly duration: string | null;
  /** ISO 8601 of the shorter end, where it differs. */
  readonly least: string | null;
}

export interface TemperatureLine extends RecipeLine {
  readonly degrees: Amount | null;
  /** Null where the text names no scale. */
  readonly scale: 'F' | 'C' | null;
  /** Words for the heat of an oven, without the oven: "moderate", "very hot". */
  readonly words: string | null;
}

export interface YieldLine extends RecipeLine {
  readonly amount: Amount | null;
  /** What is made: "muffins"; "servings" for people served. */
  readonly what: string | null;
}

/** One recipe of a book, over as many pages as it takes. */
export interface BookRecipe {
  /** Place of its first word, `p72-w14`: stays the same as long as the words of the page do. */
  readonly id: string;
  /** The title without its full stop; null where the recipe begins on a page that is not there. */
  readonly name: string | null;
  readonly title: RecipeLine | null;
  readonly ingredients: readonly IngredientLine[];
  /** One a paragraph. */
  readonly steps: readonly RecipeLine[];
  readonly times: readonly TimeLine[];
  readonly temperatures: readonly TemperatureLine[];
  readonly yields: readonly YieldLine[];
  /** Numbers of its pages, in order. */
  readonly pages: readonly number[];
  /** Mean over its words, 0..1. */
  readonly confidence: number;
}

/** Every line of a recipe, in the order: title, ingredients, steps; spans inside them are left out. */
export const linesOfRecipe = (recipe: BookRecipe): readonly RecipeLine[] => [
  ...(recipe.title ? [recipe.title] : []),
  ...recipe.ingredients,
  ...recipe.steps,
];
