import type { Random } from '../random.ts';
import { expand, prose, type Rules, titleCase } from './expand.ts';
import * as words from './lexicon.ts';
import { PHRASES, STEPS } from './steps.ts';

/** Sentences about a thing (`#topic#`), none of them directions. */
const FACTS: readonly string[] = [
  '#topic# [are|form] one of the most [valuable|important|wholesome|economical] articles of food, [rich in #nutrient#|and may be had the year round].',
  '#topic# contain a large percentage of #nutrient#, [but|and] are [deficient in|lacking in|rich in] #nutrient#.',
  'The best #topic# come from #region#, [where the soil is favorable|and command a high price|though many are raised in #region#].',
  '#topic# should be kept in a [cool, dry place|tightly covered jar|cool cellar], [otherwise they lose flavor|where there is a circulation of air|and used within a few days].',
  'There are [two|three|four|many] varieties in the market, [known as|called] #place# and #place#[, the former being preferred|].',
  '#topic# are in season from #month# to #month#, [and are then at their best|but may be obtained at any time|when they are cheapest].',
  'In buying, select those which are [firm and heavy|smooth and of good color|fresh and free from blemish|plump, and not too large].',
  'From analysis it has been found that #topic# yield [about|nearly|more than] #number# per cent of #nutrient#.',
  'The [flavor|color|odor] is due to [an essential oil|the presence of #nutrient#|a volatile acid], which is [driven off by heat|developed by cooking|lost by long standing].',
  'When cooked too long, the #nutrient# becomes [tough|hard|indigestible], [and much of the nutriment is lost|therefore a low temperature should be employed].',
  'The housekeeper who [studies economy|has a small family|wishes variety] will find #topic# [a great help|of much service|worth the trouble].',
  'For many years #topic# were [a luxury|known only to the rich|imported from #region#], but to-day they are within the reach of all.',
  'Cellulose, which forms the framework, is [softened by cooking|of little food value|broken down by heat].',
  'It should be remembered that [starch|#nutrient#] is changed to sugar during digestion.',
  'Children, invalids, and those of sedentary habits should [avoid|use sparingly|take freely of] #topic#.',
  'The price varies from #number# to #number# cents per pound, according to the season and the [market|demand].',
  '#topic# are [dried|salted|canned|smoked|preserved] in large quantities, and in this form are shipped to all parts of the country.',
  'The ancients [used|esteemed|cultivated] #topic#, and mention is made of them by early writers.',
  'Experience has taught that a [slow|quick|steady] fire is best, [since a fierce heat hardens the fibres|as the juices are thus retained].',
  'The average cost of a dinner for six is [small|moderate], if #topic# are used in place of meat.',
  'A pound of #topic# is equal in food value to [a quart of milk|one pound of beef|eight eggs|three pounds of potatoes].',
  'They belong to the same family as the #fruitOrVegetable#, and were first grown in #region#.',
  'Much depends upon the care with which #topic# are [handled|stored|gathered|packed], for they bruise easily.',
  'Two kinds are considered: [those with butter and those without|the common and the #place#|fresh and dried].',
  'Salt is added to [hasten boiling|bring out the flavor|toughen the gluten], while sugar acts as [a preservative|food for the yeast plant].',
  'Authorities differ as to the [time required|digestibility|nutritive value] of #topic#.',
  'After standing several hours they [wilt|ferment|darken], and are unfit for the table.',
  'In winter #topic# are brought from #region# by rail and steamer, being [several days|two weeks|ten days] on the way.',
  'The finer grades are [carefully sorted by hand|packed in boxes|put up in tins], and retail at #number# cents.',
  'A temperature of [over 150° F.|from 185° to 200° F.|about 65 degrees] is needed to [coagulate albumen|swell the starch grains|kill germs].',
  'Fat is a [heat-giving|force-producing] food, and is needed more in cold than in warm climates.',
  'It is poor economy to buy [in small quantities|inferior grades|out of season], as the waste is great.',
  'Nothing is more [appetizing|refreshing|disappointing] than #topic# [well cooked|carelessly prepared|daintily served].',
  '#topic# eaten [raw|with cream|at breakfast] are [laxative|refreshing|easily digested by most people].',
  'The young cook often fails with #topic#, not knowing that [the oven cools when the door is opened|time is required for chemical change|measurements must be level].',
];

/** Advice in the imperative: reads like directions, stands under a heading of its own, and is no recipe. */
const ADVICE: readonly string[] = [
  'To test [heat of oven|the fat|freshness], [put in a piece of white paper; if it browns in five minutes, the heat is right|drop in a cube of bread and count sixty].',
  'Always measure [level|dry ingredients after sifting|liquids in a glass cup], [leveling with back of case knife|never heaping the spoon].',
  'Wash thoroughly in several waters, drain, and [spread on a towel to dry|keep covered in a cool place].',
  'Keep [milk|butter|flour|yeast] away from [strong odors|dampness|direct light], [and cover closely|in earthen ware].',
  'Allow #number# [minutes|tablespoons|pounds] to each [pound|quart|cup], and #number# [more|less] if [large|frozen|old].',
  'Have fire [clear and bright|low, that it may last|well started before the kettle is put on].',
  'Scald all [utensils|jars|cloths] before using, and dry in the sun.',
  'Never leave [a metal spoon in a mixture|the kettle uncovered|dough where there is a draught].',
  'Remove [scum|tendons|pinfeathers|outer stalks|discolored parts] with a [sharp knife|small skewer|skimmer], beginning at the [neck|stem end|thick part].',
  'Cut through the skin [close to the joint|along the backbone|the entire length], and scrape the flesh from the bone.',
  'Place oven rack [low|in the centre], and turn the pan often, that the browning may be even.',
  'Wipe with a piece of cheese cloth wrung out of cold water, [and put away at once|as washing draws out the juices].',
  'Use [wooden|silver|granite] ware, since [tin|iron|copper] is acted upon by acids.',
  'First build the fire, then [regulate the dampers|fill the kettle|look over the recipe], and have all materials at hand.',
  'Hold the [knife|bird|needle] firmly in the right hand, and draw towards you.',
];

const RULES: Rules = {
  ...PHRASES,
  ...STEPS,
  fruitOrVegetable: [...words.FRUITS, ...words.VEGETABLES].map((word) => word.replace(/s$/, '')),
};

const plainText = (template: string, random: Random, topic: string) =>
  expand(template, RULES, random, { topic });

/** A paragraph of `count` sentences about a topic; `advice` is the share of them in the imperative. */
export function essayParagraph(topic: string, count: number, advice: number, random: Random): string {
  const facts = random.sample(FACTS, count);
  const counsel = random.sample(ADVICE, count);
  const sentences = facts.map((fact, i) => (random.chance(advice) ? counsel[i] : fact));
  return prose(sentences.map((sentence) => plainText(sentence, random, topic)).join(' '));
}

/** The heading over an essay inside a chapter, capitals to be set by the printer. */
export function sectionName(topic: string, random: Random): string {
  return titleCase(
    plainText(
      random.pick([
        '#topic#',
        '#topic#',
        'Kinds of #topic#',
        'Care of #topic#',
        'Selection of #topic#',
        'Ways of cooking #topic#',
        'General rules',
        '#topic# in market',
        'Uses of #topic#',
        'Facts about #topic#',
      ]),
      random,
      topic,
    ),
  );
}

const HOW_TO = [
  'bone a bird',
  'measure',
  'test the oven',
  'clean #fish#',
  'open #shellfish#',
  'choose #topic#',
  'build a fire',
  'keep #topic#',
  'carve #meat#',
  'truss #poultry#',
  'set the table',
  'clarify fat',
  'blanch #nut#',
  'store #vegetable#',
  'egg and crumb',
  'try out lard',
  'sterilize jars',
  'cut and fold',
  'whip cream by hand',
  'use a gas range',
  'wash dishes',
  'lard meat',
  'scour brass',
  'care for the ice-chest',
  'dry #herb#',
];

export const howToName = (topic: string, random: Random): string =>
  titleCase(`how to ${plainText(random.pick(HOW_TO), random, topic)}`);

const HINTS = [
  'To blanch #nut#',
  'To keep #fruit#',
  'To clean #utensil#',
  'To remove fruit stains',
  'To freshen stale bread',
  'Acidulated water',
  'To chop #herb#',
  'Meat glaze',
  'To caramelize sugar',
  'To pound #spice#',
  'To render suet',
  'To stone raisins',
  'Buttered crumbs',
  'To extract onion juice',
  'Prepared mustard',
  'To shell #nut#',
  'Spinach green',
  'To prevent [salt|sugar] from lumping',
  'Soup bouquet',
  'To sour milk quickly',
  'To wash glassware',
  'Cooking wine',
  'To shred #nut#',
];

/** "To Blanch Almonds. Cover with boiling water, ..." on a page of household hints. */
export function hint(topic: string, random: Random): string {
  const name = titleCase(plainText(random.pick(HINTS), random, topic));
  const steps = random
    .sample(['prepare', 'boil', 'strain', 'season', 'addRest', 'chill'], random.int(1, 3))
    .map((step) => `${plainText(`#${step}#`, random, topic)}.`);
  const fact = random.chance(0.4)
    ? [plainText(random.pick(random.chance(0.5) ? FACTS : ADVICE), random, topic)]
    : [];
  return prose(`${name}. ${[...steps, ...fact].join(' ')}`).replace(/\}\.\./g, '}.');
}

const TERMS = [
  'agneau',
  'à la',
  'au gratin',
  'bavaroise',
  'béchamel',
  'biscuit',
  'blanquette',
  'bombe',
  'bouchée',
  'bouillon',
  'braise',
  'café',
  'canapé',
  'canard',
  'cannelon',
  'caviare',
  'champignons',
  'chartreuse',
  'compote',
  'consommé',
  'croustade',
  'croûton',
  'croquette',
  'daube',
  'demi-tasse',
  'en coquille',
  'entrée',
  'farce',
  'fillet',
  'fondue',
  'frappé',
  'fricassee',
  'glacé',
  'gnocchi',
  'haricot',
  "hors-d'œuvre",
  'julienne',
  'lardoon',
  'macédoine',
  'maigre',
  'marinade',
  'meringue',
  'mousse',
  'noisette',
  'pâté',
  'potage',
  'pot-au-feu',
  'purée',
  'ragout',
  'ramequin',
  'réchauffé',
  'rissole',
  'roux',
  'salmi',
  'sauté',
  'sorbet',
  'soufflé',
  'timbale',
  'tourte',
  'truffles',
  'velouté',
  'vol-au-vent',
];

/** An entry of a glossary. */
export function glossaryEntry(random: Random): string {
  const meaning = plainText(
    random.pick([
      'a [rich|thick|clear|frozen|light] [soup|sauce|dessert|pudding] made of #vegetable#',
      '#meat# cut in #pieces# and [stewed|served in a rich sauce]',
      'cooked in [the style of|the fashion of] #place# kitchens',
      'small [moulds|pieces|cakes] of #cereal#',
      'a [name|term] given to dishes with #garnish#',
      'baked with a covering of crumbs',
      'to cook in [butter|a covered vessel]',
      '#fish# or #poultry#, pounded and sifted',
    ]),
    random,
    '',
  );
  return prose(`${random.pick(TERMS)}. ${meaning}.`);
}
