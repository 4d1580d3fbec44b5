import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LABELS } from '../labels/labels.ts';
import type { Box } from '../page/page.ts';
import { type RecipePage, recipesOfBook, recipesOfChunks } from './build.ts';
import { typeset } from './testing/typeset.ts';
import { linesOfRecipe } from './types.ts';

const brief = (pages: readonly RecipePage[]) =>
  recipesOfBook(pages).map(({ name, pages, ingredients, steps }) => ({
    name,
    pages,
    ingredients: ingredients.map((line) => line.text),
    steps: steps.map((line) => line.text),
  }));

describe('recipesOfBook', () => {
  it('makes one recipe of one that runs over a page break, its words mended across it', () => {
    const pages = [
      typeset(7, [
        'Plain/T Buns./T',
        '2/I cups/I flour./I',
        'Beat/S well,/S then/S add/S butter/S and/S choco-/S',
      ]),
      typeset(8, [
        '8/O BREAD/O',
        'late;/S bake/S twenty-/M',
        'five/M minutes./M',
        'Rolls./T',
        '1/I egg./I',
        'Shape/S as/S buns./S',
      ]),
    ];
    expect(brief(pages)).toEqual([
      {
        name: 'Plain Buns',
        pages: [7, 8],
        ingredients: ['2 cups flour.'],
        steps: ['Beat well, then add butter and chocolate; bake twenty-five minutes.'],
      },
      { name: 'Rolls', pages: [8], ingredients: ['1 egg.'], steps: ['Shape as buns.'] },
    ]);
    const [buns] = recipesOfBook([...pages].reverse());
    expect(buns.times.map((t) => t.duration)).toEqual(['PT25M']);
    expect(buns.steps[0].refs).toEqual([
      { pageNum: 7, words: [5, 6, 7, 8, 9, 10, 11] },
      { pageNum: 8, words: [2, 3, 4, 5, 6] },
    ]);
    expect(buns.id).toBe('p7-w0');
  });

  it('joins a time that the page break cuts in two', () => {
    const pages = [
      typeset(7, ['Buns./T', 'Bake/S thirty-/M']),
      typeset(8, ['five/M minutes./M', 'Serve/S hot./S']),
    ];
    expect(recipesOfBook(pages)[0].times.map((t) => [t.text, t.duration])).toEqual([
      ['thirty-five minutes.', 'PT35M'],
    ]);
  });

  it('starts a new paragraph after the break where a sentence has ended', () => {
    const pages = [typeset(7, ['Buns./T', 'Mix/S well./S']), typeset(8, ['Serve/S hot./S'])];
    expect(brief(pages)[0].steps).toEqual(['Mix well.', 'Serve hot.']);
  });

  it('goes on over a plate, but not over a page of text or a page that is missing', () => {
    const [first, rest] = [typeset(7, ['Buns./T', 'Mix/S well/S']), ['and/S bake./S']];
    const plate = typeset(8, ['BUNS/O']);
    const essay = typeset(
      8,
      Array.from({ length: 8 }, () => 'Flour/O is/O ground/O from/O wheat/O'),
    );
    const one = [{ name: 'Buns', pages: [7, 9], ingredients: [], steps: ['Mix well and bake.'] }];
    const two = [
      { name: 'Buns', pages: [7], ingredients: [], steps: ['Mix well'] },
      { name: null, pages: [9], ingredients: [], steps: ['and bake.'] },
    ];
    expect(brief([first, plate, typeset(9, rest)])).toEqual(one);
    expect(brief([first, essay, typeset(9, rest)])).toEqual(two);
    expect(brief([first, typeset(9, rest)])).toEqual(two);
  });

  it('gives specks to the line they stand on, and cuts what one line holds twice', () => {
    const rows = [
      'Buns./T',
      './I 2/I cups/I flour./I',
      '3/I tablespoons/I sugar./I 1/I teaspoon/I salt./I',
      ':/I',
    ];
    const [buns] = recipesOfBook([typeset(7, rows)]);
    expect(
      buns.ingredients.map((line) => [line.printed, line.parsed.quantity?.max, line.parsed.name]),
    ).toEqual([
      ['. 2 cups flour.', 2, 'flour'],
      ['3 tablespoons sugar.', 3, 'sugar'],
      ['1 teaspoon salt. :', 1, 'salt'],
    ]);
  });

  it('cuts a long book for the sake of others, but no recipe', () => {
    const pages = Array.from({ length: 60 }, (_, k) =>
      typeset(
        k + 1,
        k % 3 === 0
          ? ['Buns./T', 'Mix/S well/S']
          : k % 3 === 1
            ? ['minutes/M', 'Buns./T']
            : ['and/S bake./S'],
      ),
    );
    const chunks = [...recipesOfChunks(pages)];
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks.flat()).toEqual(recipesOfBook(pages));
  });

  it('names a recipe without the full stops of its title', () => {
    const names = (...rows: string[]) => recipesOfBook([typeset(7, rows)]).map((recipe) => recipe.name);
    expect(names('Plain/T Buns./T', '(Cold/T or/T Hot.)/T', 'Mix./S')).toEqual(['Plain Buns (Cold or Hot)']);
    expect(names('Sauce/T No./T 1./T', 'Mix./S')).toEqual(['Sauce No. 1']);
    expect(names('—/T', 'Mix./S')).toEqual([null]);
  });

  it('carries confidences', () => {
    const page = { ...typeset(7, ['Buns./T', '2/I eggs./I']), confidences: [0.5, 0.8, 0.6] };
    const [buns] = recipesOfBook([page]);
    expect(buns.title?.confidence).toBeCloseTo(0.5);
    expect(buns.ingredients[0].confidence).toBeCloseTo(0.7);
    expect(buns.confidence).toBeCloseTo(1.9 / 3);
  });

  it('keeps every labelled word of every page once, and prints each line as its words stand', () => {
    const word = fc.record({
      text: fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom('2', 'cups', 'flour.', 'or', 'well-', '(hot)'),
      ),
      label: fc.constantFrom(...DEFAULT_LABELS),
      gap: fc.integer({ min: 0, max: 60 }),
    });
    const page = fc.array(fc.array(word, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(page, { minLength: 1, maxLength: 4 }), (book) => {
        const pages = book.map((rows, k): RecipePage => {
          const words: string[] = [];
          const labels: string[] = [];
          const bboxes: Box[] = [];
          const lines = rows.map((row, y) => {
            let x = 0;
            return row.map(({ text, label, gap }) => {
              words.push(text);
              labels.push(label);
              bboxes.push([x, y * 30, x + 20, y * 30 + 20]);
              x += 20 + gap;
              return words.length - 1;
            });
          });
          const confidences = words.map(() => 0.5);
          return { pageNum: k + 1, words, labels, bboxes, lines, width: 500, height: 500, confidences };
        });
        const recipes = recipesOfBook(pages);
        expect([...recipesOfChunks(pages)].flat()).toEqual(recipes);
        const seen = new Map<string, number>();
        for (const recipe of recipes) {
          for (const line of [
            ...linesOfRecipe(recipe),
            ...recipe.times,
            ...recipe.temperatures,
            ...recipe.yields,
          ])
            expect(line.printed).toBe(
              line.refs.flatMap((ref) => ref.words.map((i) => pages[ref.pageNum - 1].words[i])).join(' '),
            );
          for (const { refs } of linesOfRecipe(recipe))
            for (const ref of refs)
              for (const i of ref.words) {
                const key = `${ref.pageNum}/${i}`;
                seen.set(key, (seen.get(key) ?? 0) + 1);
              }
        }
        expect([...seen.values()].every((times) => times === 1)).toBe(true);
        for (const { pageNum, labels } of pages)
          for (const [i, label] of labels.entries())
            if (['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP'].includes(label))
              expect(seen.has(`${pageNum}/${i}`), `page ${pageNum} word ${i}`).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
