/**
 * Words of cookery, in general English of about 1850 to 1950; none is taken from one book's list of recipes. Looked up
 * by {@link fold}, so that usual misreadings still match.
 */
const CONFUSED: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/[eé]/g, 'c'],
  [/[il1|!]/g, 'l'],
  [/h/g, 'b'],
  [/n/g, 'u'],
  [/0/g, 'o'],
];

/** A word as an OCR might have misread it: lower case, letters that are easily taken for each other made one. */
export function fold(word: string): string {
  let folded = word.toLowerCase().replace(/^[^\p{L}\d]+|[^\p{L}\d]+$/gu, '');
  for (const [from, to] of CONFUSED) folded = folded.replace(from, to);
  return folded;
}

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean).map(fold));

export const UNITS = set(`
  cup cups cupful cupfuls teaspoon teaspoons teaspoonful teaspoonfuls tablespoon tablespoons tablespoonful
  tablespoonfuls saltspoon saltspoons spoonful spoonfuls dessertspoon dessertspoons gill gills pint pints quart quarts
  gallon gallons ounce ounces oz pound pounds lb lbs dram drams drachm peck bushel dozen doz square squares slice slices
  sprig sprigs stalk stalks piece pieces can cans box boxes bottle bottles jar jars package head heads bunch bunches
  clove cloves inch drop drops cake cakes glass wineglass wineglassful bit pinch tsp tbsp tbs pt qt cubes blade blades
  stick sticks shaving shavings loaf grains grating gratings dash juice rind yolk yolks white whites peppercorns
`);

/** What measures of volume and weight a list of ingredients is full of and directions use with number words. */
export const MEASURES = set(`
  cup cups cupful cupfuls teaspoon teaspoons teaspoonful teaspoonfuls tablespoon tablespoons tablespoonful
  tablespoonfuls saltspoon gill pint pints quart quarts ounce ounces oz pound pounds lb lbs
`);

/** Openers of lines without a number. */
export const QUANTITY_OPENERS = set(`
  few yolk yolks white whites juice rind grated salt pepper paprika cayenne nutmeg grating sugar flour butter parsley
  celery dash pinch onion lemon sprig bit vanilla cinnamon cracker stale bread cream speck half one two three four six
`);

export const FOODS = set(`
  salt pepper sugar flour butter milk cream egg eggs water soda powder baking vanilla cinnamon nutmeg clove cloves
  allspice mace ginger cayenne paprika mustard vinegar oil lemon orange onion parsley celery thyme bay lard suet
  molasses yeast cornstarch corn-starch starch gelatine gelatin chocolate cocoa raisins currants citron almonds walnuts
  pecan nuts wine sherry brandy rum stock broth soup sauce cheese crumbs bread rice macaroni potatoes potato carrot
  turnip tomato tomatoes mushrooms mushroom oysters oyster clams lobster fish chicken veal beef ham bacon pork lamb
  juice rind yolk yolks white whites meal oatmeal cracker crackers shallot garlic capers pickles olives sultana extract
  coffee tea honey syrup apples apple peaches pears pineapple bananas banana strawberries raspberries cherries peel
`);

/** Verbs directions are given with, in the imperative. */
export const IMPERATIVES = set(`
  add arrange bake baste beat blanch blend boil bone braise bring broil brown brush butter carve chill chop clarify clean
  clear coat color colour cook cool core cover cream crush cut dip discard dissolve divide dot drain draw dredge dress
  drop dry dust empty finish flavor flavour fill flour fold follow force freeze fry garnish gash glaze grate grease grind
  heat insert keep knead lard lay lift line make mark mash measure melt mince mix moisten mould mold open pack parboil
  pare pass peel pick pile pipe place plunge pound pour prepare press prick pull put reduce reheat remove repeat reserve
  rinse roast roll rub saute scald scale scallop scoop scrape scrub seal sear season separate serve set shape shell
  shred sift simmer singe skewer skim skin slice smooth soak spread sprinkle squeeze stand steam steep stew stir stone
  strain string stuff surround sweeten take throw thicken thin tie toast toss trim truss try turn unmould unmold use warm
  wash whip wind wipe work wrap wring
`);

/** Openers of a direction that are no verb: "To one cup of sauce add", "When cool, cut". */
export const STEP_OPENERS = set('to when then while do let again after before without with');

/** Words of explanation rather than direction. */
export const ESSAY_WORDS = set(`
  is are was were has have had been its their they these those which who whose there often usually generally always
  called known contains contain consists obtained found sold bought grown used varieties variety species kinds kind
  market season seasons should must can could would cannot although however therefore because since many most some
  composition digestion digested nutriment nutritive nutritious food foods albumen albuminous proteid fat starch
  temperature heat age quality expensive cheap cheapest best considered consumed important necessary name chiefly
  principal principally large larger countries country europe america united states also being common belongs belong
  family those women housekeeper economy
`);

/** Words of sentences, which lists of ingredients do without. */
export const SENTENCE_WORDS = set(`
  the and then until with into from on over when which is are be it them to that this as by while at for if so will may
  an were been has have should not but let stand their
`);

/** Small words that stay lower case in titles. */
export const TITLE_PARTICLES = set(`
  a an and or of with in on the for to from au aux a la le les de du des en et without by as made not d l und mit
`);

export const NUMBER_WORDS = set(`
  one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred half quarter third fourth thirds fourths
  one-half one-third one-fourth two-thirds three-fourths one-eighth three-quarters one-quarter twenty-five forty-five
  thirty-five twenty-four
`);
