import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import Markdown from 'react-markdown';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../files/csv.ts';
import { type RecipePage, recipesOfBook } from './build.ts';
import { planFiles, recipeFormats, recipesText, slug } from './export.ts';
import { recipeJsonLd, recipesJsonLd } from './json-ld.ts';
import { recipeDocument } from './testing/schema-org.ts';
import { typeset } from './testing/typeset.ts';
import type { BookRecipe } from './types.ts';

const book = (): RecipePage[] => [
  typeset(7, [
    'Plain/T Buns./T',
    '1½/I cups/I flour./I',
    'Yolks/I 2/I eggs./I',
    '2/I to/I 3/I apples,/I sliced./I',
    '=SUM(1+1)/I',
    'Beat/S well./S Bake/S in/S hot/P oven/P twenty/M',
  ]),
  typeset(8, [
    'minutes./M Makes/V thirty/V buns./V',
    'Rolls_*/T',
    '1.)/I <b>egg</b>/I',
    'Boil/S ten/M minutes,/M then/S bake/S one/M to/M two/M hours./M',
  ]),
];

/** Recipes of pages with random words. */
const anyRecipes = (): fc.Arbitrary<BookRecipe[]> => {
  const word = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.string({ unit: 'grapheme', maxLength: 5 }),
    fc.constantFrom(
      '2',
      '½',
      'cups',
      'flour.',
      '*',
      '_a_',
      '#',
      '=1',
      '1.',
      '-',
      '`',
      '<b>',
      '[x](y)',
      'or',
      '|',
    ),
  );
  const row = fc.tuple(
    fc.constantFrom('T', 'I', 'S', 'M', 'V', 'O'),
    fc.array(word, { minLength: 1, maxLength: 5 }),
  );
  return fc
    .array(fc.array(row, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 })
    .map((pages) =>
      recipesOfBook(
        pages.map((rows, k) => {
          const page = typeset(
            k + 1,
            rows.map(([label, words]) => words.map(() => `x/${label}`).join(' ')),
          );
          return { ...page, words: rows.flatMap(([, words]) => words) };
        }),
      ),
    );
};

describe('JSON-LD', () => {
  it('is a schema.org Recipe', () => {
    const [buns, rolls] = recipesOfBook(book());
    const json = recipeJsonLd(buns, { title: 'A Made-Up Book' });
    expect(recipeDocument.parse(json)).toEqual(json);
    expect(json).toEqual({
      '@context': 'https://schema.org',
      '@type': 'Recipe',
      identifier: 'p7-w0',
      name: 'Plain Buns',
      recipeIngredient: ['1½ cups flour.', 'Yolks 2 eggs.', '2 to 3 apples, sliced.', '=SUM(1+1)'],
      recipeInstructions: [
        {
          '@type': 'HowToStep',
          position: 1,
          text: 'Beat well. Bake in hot oven twenty minutes. Makes thirty buns.',
          timeRequired: 'PT20M',
        },
      ],
      supply: [
        {
          '@type': 'HowToSupply',
          name: 'flour',
          requiredQuantity: { '@type': 'QuantitativeValue', value: 1.5, unitText: 'cup' },
        },
        {
          '@type': 'HowToSupply',
          name: 'yolks of eggs',
          requiredQuantity: { '@type': 'QuantitativeValue', value: 2 },
        },
        {
          '@type': 'HowToSupply',
          name: 'apples',
          requiredQuantity: { '@type': 'QuantitativeValue', minValue: 2, maxValue: 3 },
        },
        { '@type': 'HowToSupply', name: 'SUM' },
      ],
      recipeYield: '30 buns',
      cookTime: 'PT20M',
      isPartOf: {
        '@type': 'Chapter',
        pagination: '7-8',
        isPartOf: { '@type': 'Book', name: 'A Made-Up Book' },
      },
    });
    // Two times are not added up.
    expect(recipeJsonLd(rolls)).not.toHaveProperty('cookTime');
  });

  it('refuses nothing that can be read from a page', () => {
    fc.assert(
      fc.property(anyRecipes(), (recipes) => {
        fc.pre(recipes.length > 0);
        recipeDocument.parse(JSON.parse(JSON.stringify(recipesJsonLd(recipes))));
      }),
      { numRuns: 200 },
    );
  });
});

describe('Markdown', () => {
  const html = (markdown: string) => renderToStaticMarkup(createElement(Markdown, null, markdown));
  const plain = (text: string) =>
    text
      .replace(/<[^>]+>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#x27;', "'")
      .replaceAll('&amp;', '&');

  it('is a page a person would write', () => {
    expect(recipesText(recipesOfBook(book()).slice(0, 1), 'markdown')).toMatchInlineSnapshot(`
      "# Plain Buns

      - Yield: Makes thirty buns.
      - Times: twenty minutes.
      - Heat: hot oven

      ## Ingredients

      - 1½ cups flour.
      - Yolks 2 eggs.
      - 2 to 3 apples, sliced.
      - \\=SUM(1+1)

      ## Directions

      1. Beat well. Bake in hot oven twenty minutes. Makes thirty buns.

      Page 7-8
      "
    `);
  });

  it('shows every line as it is, whatever stands in it', () => {
    fc.assert(
      fc.property(anyRecipes(), (recipes) => {
        fc.pre(recipes.length > 0);
        const shown = html(recipesText(recipes, 'markdown'));
        const items = [...shown.matchAll(/<li>([\s\S]*?)<\/li>/g)].map((m) => plain(m[1]).trim());
        const lines = recipes.flatMap((r) =>
          [...r.ingredients, ...r.steps].map((line) => line.text.trim()).filter(Boolean),
        );
        const facts = items.filter((item) => /^(Yield|Times|Heat): /.test(item)).length;
        expect(items.length - facts).toBe(lines.length);
        for (const line of lines) expect(items).toContain(line);
      }),
      { numRuns: 200 },
    );
  });
});

describe('CSV of ingredients', () => {
  it('gives back every printed line', () => {
    fc.assert(
      fc.property(anyRecipes(), (recipes) => {
        const text = recipesText(recipes, 'csv');
        const [header, ...rows] = parseCsv(text);
        const at = header.indexOf('printed');
        expect(rows.map((row) => row[at])).toEqual(
          recipes.flatMap((r) => r.ingredients.map((l) => l.printed)),
        );
        for (const row of rows) expect(row).toHaveLength(header.length);
      }),
      { numRuns: 200 },
    );
  });

  it('has a row a line', () => {
    const [header, ...rows] = parseCsv(recipesText(recipesOfBook(book()), 'csv'));
    const named = rows.map((row) => Object.fromEntries(row.map((value, k) => [header[k], value])));
    expect(named[0]).toMatchObject({
      recipe_id: 'p7-w0',
      recipe: 'Plain Buns',
      pages: '7-8',
      line: '1',
      printed: '1½ cups flour.',
      quantity: '1.5',
      quantity_max: '1.5',
      unit: 'cup',
      name: 'flour',
      optional: 'false',
      word_refs: '7:2 3 4',
    });
    expect(named[3].printed).toBe('=SUM(1+1)');
    expect(recipesText(recipesOfBook(book()), 'csv')).toContain(",'=SUM(1+1),");
  });
});

describe('files', () => {
  it('have names of their own', () => {
    expect(slug('Crème “Brûlée” II.')).toBe('creme-brulee-ii');
    expect(slug('***')).toBe('recipe');
    const recipes = recipesOfBook([typeset(7, ['Buns./T', 'Mix./S', 'O./O', 'Buns./T', 'Bake./S'])]);
    expect([...planFiles(recipes, 'markdown', 'recipe').keys()]).toEqual(['0007-buns.md', '0007-buns-2.md']);
    expect([...planFiles(recipes, 'csv', 'page')].map(([name, r]) => [name, r.length])).toEqual([
      ['page_0007.csv', 2],
    ]);
  });

  it('are text of every format, for one recipe and for several', () => {
    const recipes = recipesOfBook(book());
    for (const format of recipeFormats)
      for (const some of [recipes, recipes.slice(0, 1)])
        expect(recipesText(some, format)).toMatch(/Plain Buns/);
  });
});
