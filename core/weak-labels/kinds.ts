import type { DefaultLabel } from '../labels/labels.ts';

/**
 * What a row of type can be. Finer than the labels, since what is O differs: an essay looks like directions, the
 * heading of a section like a title, a table like a list of ingredients.
 */
export const KINDS = ['title', 'ingredient', 'step', 'heading', 'essay', 'table'] as const;
export type Kind = (typeof KINDS)[number];

export const LABEL_OF_KIND: Readonly<Record<Kind, DefaultLabel>> = {
  title: 'TITLE',
  ingredient: 'INGREDIENT_LINE',
  step: 'INSTRUCTION_STEP',
  heading: 'O',
  essay: 'O',
  table: 'O',
};
