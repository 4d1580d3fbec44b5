import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LABELS } from '../labels/labels.ts';
import type { Box } from '../page/page.ts';
import { describeLines, groupRecipes } from './groups.ts';
import { joinWords, type LabelledWords } from './parts.ts';

const SHORT: Record<string, string> = {
  T: 'TITLE',
  I: 'INGREDIENT_LINE',
  S: 'INSTRUCTION_STEP',
  M: 'TIME',
  P: 'TEMP',
  V: 'SERVINGS',
  O: 'O',
};

/**
 * A page from lines of `word/L word/L`, set in a grid: 10 units a character, 20 a line, lines 30 apart. A line may
 * start with `@x,y`: left edge and line number.
 */
function typeset(rows: readonly string[]): { page: LabelledWords; lines: number[][] } {
  const words: string[] = [];
  const bboxes: Box[] = [];
  const labels: string[] = [];
  const lines: number[][] = [];
  for (const [row, text] of rows.entries()) {
    const place = /^@(\d+),([\d.]+) /.exec(text);
    let x = place ? Number(place[1]) : 0;
    const y = (place ? Number(place[2]) : row) * 30;
    const line: number[] = [];
    for (const item of text.slice(place?.[0].length ?? 0).split(' ')) {
      const [word, letter] = [item.slice(0, -2), item.slice(-1)];
      line.push(words.length);
      words.push(word);
      labels.push(SHORT[letter]);
      bboxes.push([x, y, x + 10 * word.length, y + 20]);
      x += 10 * word.length + 10;
    }
    lines.push(line);
  }
  return {
    page: {
      words,
      bboxes,
      labels,
      width: 500,
      height: 1000,
      confidences: words.map((_, i) => 0.5 + (i % 2) / 2),
    },
    lines,
  };
}
const group = (rows: readonly string[]) => {
  const { page, lines } = typeset(rows);
  return groupRecipes(page, lines).map((recipe) => ({
    title: recipe.title?.text ?? null,
    ingredients: recipe.ingredients.map((p) => p.text),
    steps: recipe.steps.map((p) => p.text),
    times: recipe.times.map((p) => p.text),
    temperatures: recipe.temperatures.map((p) => p.text),
    servings: recipe.servings.map((p) => p.text),
    continued: recipe.continued,
  }));
};
const empty = { ingredients: [], steps: [], times: [], temperatures: [], servings: [], continued: false };

describe('groupRecipes', () => {
  it('finds several recipes, the first continued from the page before', () => {
    const rows = [
      'BREAD/O 71/O',
      'until/S brown./S Cool/S and/S serve./S',
      'Plain/T Rolls./T',
      '2/I cups/I flour./I',
      '1/I egg./I',
      'Bake/S in/S hot/P oven/P twelve/M min-/M',
      'utes./M Serves/V six./V',
      'Buns./T',
      'Shape/S as/S rolls./S',
    ];
    expect(group(rows)).toEqual([
      { ...empty, title: null, steps: ['until brown. Cool and serve.'], continued: true },
      {
        ...empty,
        title: 'Plain Rolls.',
        ingredients: ['2 cups flour.', '1 egg.'],
        steps: ['Bake in hot oven twelve minutes. Serves six.'],
        temperatures: ['hot oven'],
        times: ['twelve minutes.'],
        servings: ['Serves six.'],
      },
      { ...empty, title: 'Buns.', steps: ['Shape as rolls.'] },
    ]);
  });

  it('reads two columns of ingredients, a wrapped line joining the one above it in its own column', () => {
    const rows = [
      'Cake/T',
      '2/I cups/I flour/I',
      '@300,1 1/I cup/I stoned/I raisins/I',
      '3/I eggs/I',
      '@340,2 (finely/I chopped)./I',
      '@150,3 salt/I',
    ];
    expect(group(rows)[0].ingredients).toEqual([
      '2 cups flour',
      '1 cup stoned raisins (finely chopped).',
      '3 eggs',
      'salt',
    ]);
  });

  it('joins what an ingredient line leaves open, with a quantity of its own or not', () => {
    const rows = [
      'Cake/T',
      '1/I cup/I lard/I or/I',
      '2/I spoons/I suet./I',
      '@300,1 3/I eggs/I',
      '@0,4 Salt/I',
    ];
    expect(group(rows)[0].ingredients).toEqual(['1 cup lard or 2 spoons suet.', '3 eggs', 'Salt']);
  });

  it('counts a name in brackets below a title to it', () => {
    const rows = ['Plain/T Pudding./T', '@40,1.6 (Cold/T or/T Hot.)/T', '@0,3 2/I cups/I milk./I'];
    expect(group(rows).map((recipe) => recipe.title)).toEqual(['Plain Pudding. (Cold or Hot.)']);
  });

  it('cuts two ingredients that one line holds', () => {
    const { page, lines } = typeset(['Cake/T', '2/I cups/I flour./I', '@200,1 Few/I grains/I salt/I']);
    const [recipe] = groupRecipes(page, [lines[0], [...lines[1], ...lines[2]]]);
    expect(recipe.ingredients.map((p) => p.text)).toEqual(['2 cups flour.', 'Few grains salt']);
  });

  it('keeps a line whole over a speck, and cuts it where the label changes', () => {
    expect(group(['2/I cups/I ,/O flour/I', 'Mix/S well/S'])[0]).toMatchObject({
      ingredients: ['2 cups , flour'],
      steps: ['Mix well'],
    });
    expect(group(['Plain/T Rolls/T 2/I cups/I flour/I'])[0]).toMatchObject({
      title: 'Plain Rolls',
      ingredients: ['2 cups flour'],
    });
  });

  it('does not open a recipe at a stray word inside directions', () => {
    expect(group(['Cake/T', 'Add/S three/I eggs/S and/S bake/T', 'until/S done./S'])).toEqual([
      { ...empty, title: 'Cake', steps: ['Add three eggs and bake until done.'] },
    ]);
  });

  it('makes one title of two lines set close together, two of two lines apart', () => {
    expect(group(['Pastry/T', '(Quick)/T', 'Mix./S'])).toHaveLength(1);
    expect(group(['Pastry/T', '@0,4 Tarts/T', 'Mix./S']).map((r) => r.title)).toEqual(['Pastry', 'Tarts']);
  });

  it('starts a step at an indented paragraph', () => {
    const rows = ['@40,0 Mix/S all/S', 'and/S bake./S', '@40,2 Serve/S at/S', 'once/S hot./S'];
    expect(group(rows)[0].steps).toEqual(['Mix all and bake.', 'Serve at once hot.']);
  });

  it('gives indices, boxes in both spaces and mean confidence', () => {
    const { page, lines } = typeset(['Cake/T', '3/I eggs/I']);
    const [recipe] = groupRecipes(page, lines);
    expect(recipe.ingredients[0]).toEqual({
      word_indices: [1, 2],
      text: '3 eggs',
      bbox: [0, 30, 60, 50],
      bbox_px: [0, 30, 30, 50],
      confidence: 0.75,
    });
    expect(recipe).toMatchObject({ word_indices: [0, 1, 2], bbox: [0, 0, 60, 50] });
  });

  it('is empty for a page of no recipe and for no words', () => {
    expect(group(['CHAPTER/O VII./O'])).toEqual([]);
    expect(groupRecipes(typeset([]).page, [])).toEqual([]);
  });

  it('puts every labelled word of a recipe page into exactly one recipe', () => {
    const row = fc.array(fc.constantFrom(...'TISMPVO'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const { page, lines } = typeset(rows.map((letters) => letters.map((l) => `w/${l}`).join(' ')));
        const recipes = groupRecipes(page, lines);
        const placed = recipes.flatMap((r) => r.word_indices);
        expect(new Set(placed).size).toBe(placed.length);
        const structural = page.labels.flatMap((l, i) =>
          ['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP'].includes(l) ? [i] : [],
        );
        expect(placed).toEqual(expect.arrayContaining(structural));
        if (recipes.length > 0)
          expect(placed).toEqual(
            expect.arrayContaining(page.labels.flatMap((l, i) => (l === 'O' ? [] : [i]))),
          );
      }),
    );
    expect(DEFAULT_LABELS).toHaveLength(7);
  });
});

describe('describeLines', () => {
  it('labels each line by most of its words, spans counted for their line', () => {
    const { page, lines } = typeset(['Bake/S one/M hour/M in/S', 'Serves/V six/V', '2/I cups/O']);
    expect(describeLines(page, lines).map((l) => [l.label, l.text])).toEqual([
      ['INSTRUCTION_STEP', 'Bake one hour in'],
      ['O', 'Serves six'],
      ['INGREDIENT_LINE', '2 cups'],
    ]);
  });
});

describe('joinWords', () => {
  const all = () => true;
  it('mends words broken at a line end, and keeps the hyphens that belong', () => {
    expect(joinWords(['min-', 'utes'], all)).toBe('minutes');
    expect(joinWords(['twenty-', 'five'], all)).toBe('twenty-five');
    expect(joinWords(['Boston-', 'Brown'], all)).toBe('Boston- Brown');
    expect(joinWords(['min-', 'utes'])).toBe('min- utes');
  });
});
