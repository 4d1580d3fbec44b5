import { directions, head, ingredients, paragraph, section, title, typesetPage } from './typeset-page.ts';

/** Text of our own, in the manner of the old cookbooks. */
export const PORRIDGE = [
  title('Harbour Porridge.'),
  ...ingredients(
    ['2 cups rolled barley.', '1 teaspoon salt.'],
    ['3 cups cold water.', '2 tablespoons honey.'],
    ['Few grains mace.', '1 egg.'],
  ),
  ...directions(
    'Soak barley in cold water over the fire, add salt, and boil slowly twenty minutes; then beat egg until light, add honey, and stir into the kettle. Serve hot in a deep dish with thick cream, and bake what is left in a moderate oven.',
  ),
];

const DUMPLINGS = [
  title('Lighthouse Dumplings II.'),
  ...directions(
    'Mix two cups flour with one-half teaspoon salt, rub in three tablespoons butter with the tips of the fingers, and add milk to make a soft dough. Drop by spoonfuls in boiling stock, cover closely, and cook one-half hour. This recipe makes twelve dumplings.',
  ),
];

const ESSAY = paragraph(
  'Barley is one of the oldest grains that are known, and it has been grown in most countries of the north since early times. It contains much starch, and is considered wholesome; there are several varieties in the market, of which the pearled is the best and most expensive. It should be kept in a dry place, since the damp is its worst enemy, and it is often sold in small bags.',
  undefined,
  1.5,
);

export const recipePage = (pageNum = 12) =>
  typesetPage([head('88 THE HARBOUR COOK BOOK.'), ...PORRIDGE, ...DUMPLINGS], { pageNum });

export const essayPage = (pageNum = 11) =>
  typesetPage(
    [head('BARLEY. 87'), section('BARLEY AND RYE.'), ...ESSAY, ...ESSAY.map((row) => ({ ...row }))],
    {
      pageNum,
    },
  );
