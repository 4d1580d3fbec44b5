import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { CLAUSES } from './clauses.ts';
import { INGREDIENT_CLASSES, ingredient } from './ingredients.ts';
import { CHAPTERS, RECIPE_KINDS, type RecipeKindName } from './kinds.ts';
import { recipe } from './recipe.ts';
import { labelWords } from './spans.ts';
import { STEPS } from './steps.ts';

const kinds = Object.keys(RECIPE_KINDS) as RecipeKindName[];

describe('recipe', () => {
  it('is whole whatever the kind and the seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...kinds), (seed, kind) => {
        const found = recipe(kind, new Random(seed, 'recipe'));
        expect(found.title).toMatch(/^\p{Lu}[^#[\]{}|]*\.$/u);
        if (found.alternative) expect(found.alternative).toMatch(/^\([^()]+\)\.?$/);
        for (const line of found.ingredients) expect(line).toMatch(/^[\p{Lu}\d½¼¾⅓⅔⅛][^#[\]{}|]*\.$/u);
        expect(new Set(found.ingredients).size).toBe(found.ingredients.length);
        expect(found.paragraphs.length).toBeGreaterThan(0);
        for (const text of found.paragraphs) {
          expect(text).toMatch(/^(?:\{\w:)?\p{Lu}.*[.)]\}?$/u);
          expect(text).not.toMatch(/ {2}|\.\.| ,|,,|\ba a\b|undefined/);
          const words = labelWords(text, 'INSTRUCTION_STEP');
          expect(words.length).toBeGreaterThan(1);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('marks as TIME what has a unit and as TEMP what names an oven or degrees', () => {
    for (let seed = 0; seed < 300; seed++)
      for (const text of recipe(kinds[seed % kinds.length], new Random(seed, 'spans')).paragraphs)
        for (const [, mark, span] of text.matchAll(/\{(\w):([^}]*)\}/g)) {
          if (mark === 'M') expect(span).toMatch(/second|minute|hour|day|week/);
          else if (mark === 'P') expect(span).toMatch(/oven|degrees|°/);
          else expect(span).toMatch(/serve|make|enough|sufficient/i);
        }
  });

  it('hardly ever writes the same recipe twice', () => {
    const random = new Random(3, 'variety');
    const texts = Array.from({ length: 500 }, () => recipe(random.pick(kinds), random).paragraphs[0]);
    expect(new Set(texts).size).toBeGreaterThan(495);
    const openings = new Set(texts.map((text) => text.split(' ').slice(0, 4).join(' ')));
    expect(openings.size).toBeGreaterThan(350);
  });
});

describe('kinds of recipe', () => {
  it('name only steps and ingredients that exist, and every kind is in a chapter', () => {
    for (const [name, kind] of Object.entries(RECIPE_KINDS)) {
      for (const step of kind.plans.flatMap((plan) => plan.split(' ')))
        expect(STEPS[step.replace('?', '')], `${name}: ${step}`).toBeDefined();
      for (const take of kind.takes) expect(INGREDIENT_CLASSES).toContain(take.replace('?', ''));
      expect(
        CHAPTERS.some((chapter) => chapter.kinds.includes(name as RecipeKindName)),
        name,
      ).toBe(true);
    }
    expect(Object.keys(STEPS).filter((name) => CLAUSES[name])).toEqual([]);
  });

  it('give every ingredient a line and a noun that stands in a sentence', () => {
    const random = new Random(1, 'ingredients');
    for (const kind of INGREDIENT_CLASSES)
      for (let i = 0; i < 60; i++) {
        const { line, noun } = ingredient(kind, random);
        expect(line, kind).toMatch(/^[\p{Lu}\d½¼¾⅓⅔⅛]/u);
        expect(noun, line).toMatch(/^(?:\p{Ll}|Lima|Kirsch|Maraschino|Apollinaris)[^\d#=.]*$/u);
        expect(line).not.toMatch(
          /^(?:1|½|¼) (?:cups|teaspoons|tablespoons|pints|quarts|lbs)\b|^[2-9] (?:cup|pint)\b/,
        );
      }
  });
});
