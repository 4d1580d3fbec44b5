import { z } from 'zod';

/**
 * The shapes that schema.org's documentation requires of a Recipe and what Galley puts into one
 * (https://schema.org/Recipe, /HowToStep, /HowToSupply, /QuantitativeValue, /Duration, /Chapter; properties and their
 * expected types as of version 29). Strict: a property that the vocabulary does not give a type is refused.
 */
const text = z.string().regex(/\S/);
/** ISO 8601 durations, as https://schema.org/Duration asks for. */
const duration = z.string().regex(/^P(?!$)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/);

export const quantitativeValue = z
  .strictObject({
    '@type': z.literal('QuantitativeValue'),
    value: z.number().optional(),
    minValue: z.number().optional(),
    maxValue: z.number().optional(),
    unitText: text.optional(),
  })
  .refine((q) => (q.value === undefined) === (q.minValue !== undefined && q.maxValue !== undefined))
  .refine((q) => q.minValue === undefined || q.maxValue === undefined || q.minValue < q.maxValue);

const howToStep = z.strictObject({
  '@type': z.literal('HowToStep'),
  position: z.int().min(1),
  text,
  timeRequired: duration.optional(),
});

const howToSupply = z.strictObject({
  '@type': z.literal('HowToSupply'),
  name: text,
  requiredQuantity: quantitativeValue.optional(),
});

const book = z.strictObject({ '@type': z.literal('Book'), name: text });
const chapter = z.strictObject({
  '@type': z.literal('Chapter'),
  pagination: z.string().regex(/^\d+(-\d+)?$/),
  isPartOf: book.optional(),
});

const recipeShape = {
  '@type': z.literal('Recipe'),
  identifier: text,
  name: text,
  recipeIngredient: z.array(text),
  recipeInstructions: z.array(howToStep),
  supply: z.array(howToSupply).min(1).optional(),
  recipeYield: text.optional(),
  cookTime: duration.optional(),
  isPartOf: chapter,
};
const context = { '@context': z.literal('https://schema.org') };

/** A document with one recipe, or several in a `@graph`. */
export const recipeDocument = z.union([
  z.strictObject({ ...context, ...recipeShape }),
  z.strictObject({ ...context, '@graph': z.array(z.strictObject(recipeShape)) }),
]);
