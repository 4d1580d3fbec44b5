import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIngredient } from './ingredient.ts';

/** "quantity | unit | name" and whatever else is said, for tables. */
function shown(line: string): string {
  const of = (p: ReturnType<typeof parseIngredient>): string => {
    const q = p.quantity;
    const number = (v: number) => String(Math.round(v * 1000) / 1000);
    const quantity = q
      ? q.min === q.max
        ? number(q.min)
        : `${number(q.min)}-${number(q.max)}`
      : (p.vague ?? '');
    const more = [
      p.size && `size=${p.size}`,
      p.part && `part=${p.part}`,
      p.note && `note=${p.note}`,
      p.optional && 'optional',
      p.doubt && `doubt=${p.doubt}`,
      ...p.alternatives.map((a) => `or ${of(a)}`),
    ].filter(Boolean);
    return [quantity, p.unit ?? '', p.name ?? '', ...more].join(' | ');
  };
  return of(parseIngredient(line));
}

describe('parseIngredient', () => {
  it.each([
    ['2 cups flour.', '2 | cup | flour'],
    ['1 tablespoonful of butter', '1 | tablespoon | butter'],
    ['½ teaspoon soda', '0.5 | teaspoon | soda'],
    ['1½ cups rye meal', '1.5 | cup | rye meal'],
    ['1 ½ cups rye meal', '1.5 | cup | rye meal'],
    ['1 1/2 cups rye meal', '1.5 | cup | rye meal'],
    ['1-1/2 cups rye meal', '1.5 | cup | rye meal'],
    ['1⁄3 cup rice', '0.333 | cup | rice'],
    ['One and one-half cups rye meal', '1.5 | cup | rye meal'],
    ['two and a quarter pounds of beef', '2.25 | pound | beef'],
    ['three-fourths cup cream', '0.75 | cup | cream'],
    ['half a pound of suet', '0.5 | pound | suet'],
    ['A half cup milk', '0.5 | cup | milk'],
    ['Twenty-five oysters', '25 |  | oysters'],
    ['1/2 dozen eggs', '0.5 | dozen | eggs'],
    ['2-3 apples', '2-3 |  | apples'],
    ['2 to 3 tablespoons oil', '2-3 | tablespoon | oil'],
    ['Two or three onions, sliced thin', '2-3 |  | onions | note=sliced thin'],
    ['½–¾ cup stock', '0.5-0.75 | cup | stock'],
    ['1.5 l water', '1.5 | liter | water'],
    ['250 g sugar', '250 | gram | sugar'],
    ['1 gill sherry', '1 | gill | sherry'],
    ['1 saltspoonful mace', '1 | saltspoon | mace'],
    ['2 lbs. lean beef', '2 | pound | lean beef'],
    ['1 T flour', '1 | tablespoon | flour'],
    ['1 t salt', '1 | teaspoon | salt'],
    ['3 heaping tablespoons cocoa', '3 | tablespoon | cocoa | size=heaping'],
    ['1 large turnip', '1 |  | turnip | size=large'],
    ['6 cloves', '6 |  | cloves'],
    ['1 clove garlic', '1 | clove | garlic'],
    ['2 inch piece stick cinnamon', '1 | piece | stick cinnamon | size=2 inch'],
    ['2 table spoons oil', '2 | tablespoon | oil'],
    ['Flour, one pint', '1 | pint | Flour'],
    ['Cloves, allspice', ' |  | Cloves | note=allspice'],
  ])('%s', (line, expected) => expect(shown(line)).toBe(expected));

  it.each([
    ['Few grains cayenne.', 'few | grain | cayenne'],
    ['A few gratings nutmeg', 'a few | grating | nutmeg'],
    ['A little mustard', 'a little |  | mustard'],
    ['Sprig of parsley', ' | sprig | parsley'],
    ['Bit of bay leaf.', ' | bit | bay leaf'],
    ['Salt and pepper', ' |  | Salt and pepper'],
    ['Flour to roll', ' |  | Flour | note=to roll'],
    ['Butter size of an egg', ' |  | Butter | size=size of an egg'],
    ['Butter, the size of a walnut', ' |  | Butter | size=size of a walnut'],
    ['A piece of ginger the size of a hazel nut', ' |  | ginger | size=size of a hazel nut'],
    ['Yolks 3 eggs', '3 |  | eggs | part=yolks'],
    ['Grated rind of 1/2 lemon', '0.5 |  | lemon | part=grated rind'],
    ['Juice and rind 2 oranges', '2 |  | oranges | part=juice and rind'],
    ['Thin White Sauce', ' |  | Thin White Sauce'],
    ['Whip from 2 cups cream', '2 | cup | cream | part=whip from'],
    ['Whites 3 eggs beaten stiff', '3 |  | eggs | part=whites | note=beaten stiff'],
    ['Whites of three eggs, beaten stiff', '3 |  | eggs | part=whites | note=beaten stiff'],
  ])('what old lists say without numbers, and of parts: %s', (line, expected) =>
    expect(shown(line)).toBe(expected),
  );

  it.each([
    ['1 cup nuts (finely chopped).', '1 | cup | nuts | note=finely chopped'],
    ['1 cup raisins (optional)', '1 | cup | raisins | optional'],
    [
      '1 yeast cake dissolved in ¼ cup lukewarm water',
      '1 |  | yeast cake | note=dissolved in ¼ cup lukewarm water',
    ],
    ['½ cup lard or suet', '0.5 | cup | lard | or  |  | suet'],
    ['2 cups sour milk, or 1¾ cups sweet milk', '2 | cup | sour milk | or 1.75 | cup | sweet milk'],
    ['1 cup milk (or water)', '1 | cup | milk | note=or water'],
  ])('notes and alternatives: %s', (line, expected) => expect(shown(line)).toBe(expected));

  it.each([
    ['44 cup butter', ' | cup | butter | doubt=number-and-unit'],
    ['1 cups milk', ' | cup | milk | doubt=number-and-unit'],
    ['114 cups flour', ' | cup | flour | doubt=too-much'],
    ['3g cup sugar', ' | cup | sugar | doubt=unreadable'],
    ['4{ teaspoon salt', ' | teaspoon | salt | doubt=unreadable'],
    ['{ cup rice', ' | cup | rice | doubt=unreadable'],
    ['Ag cup cream', ' | cup | cream | doubt=unreadable'],
    ['« 2 cups cream', '2 | cup | cream'],
    ['2eggs', '2 |  | eggs'],
    ['Legg.', '1 |  | egg'],
    ['leup milk', '1 | cup | milk'],
    ['cups flour', ' | cup | flour | doubt=unreadable'],
    ['46 lemon', ' |  | lemon | doubt=number-and-unit'],
    ['34 box gelatine', ' | box | gelatine | doubt=number-and-unit'],
    ['Rind 3 lemon', ' |  | lemon | part=rind | doubt=number-and-unit'],
    ['3g slice onion', ' | slice | onion | doubt=unreadable'],
    ['4g shallot', ' |  | shallot | doubt=unreadable'],
    ['250g sugar', '250 | gram | sugar'],
    ['3 oups milk', '3 | cup | milk'],
    ['2 teaspcons soda', '2 | teaspoon | soda'],
    ['1 teaspoon , chopped . parsley', '1 | teaspoon | chopped parsley'],
    ['1 cut lemon', '1 |  | cut lemon'],
    ['88.', ' |  | '],
    ['1 eup milk', '1 | cup | milk'],
    ['3 Ibs. veal', '3 | pound | veal'],
  ])('what an OCR makes of print: %s', (line, expected) => expect(shown(line)).toBe(expected));

  it('reads any text without throwing, and keeps numbers that are possible', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        '1',
        '½',
        '1/0',
        '2-',
        'one',
        'and',
        'or',
        'a',
        'cup',
        '(',
        ')',
        'of',
        'few',
        '{',
        'half',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 14 }), (words) => {
        const check = (p: ReturnType<typeof parseIngredient>): void => {
          if (p.quantity) {
            expect(Number.isFinite(p.quantity.min) && p.quantity.min >= 0).toBe(true);
            expect(p.quantity.max).toBeGreaterThanOrEqual(p.quantity.min);
          }
          if (p.doubt) expect(p.quantity).toBeNull();
          if (p.name !== null) expect(p.name.trim()).not.toBe('');
          p.alternatives.forEach(check);
        };
        check(parseIngredient(words.join(' ')));
      }),
      { numRuns: 1000 },
    );
  });

  it('does not slow down on long or hostile text', () => {
    for (const text of ['('.repeat(50_000), 'a '.repeat(50_000), '1 '.repeat(50_000), 'or '.repeat(50_000)])
      expect(() => parseIngredient(text)).not.toThrow();
  });
});
