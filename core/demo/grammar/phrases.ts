import { cupsInWords, degrees, hours, inWords, minutes, oven, spoonsInWords } from './amounts.ts';
import type { Rules } from './expand.ts';
import * as words from './lexicon.ts';
import { rulesOf } from './rule-text.ts';

/** Words and small phrases that every text may ask for. */
export const PHRASES: Rules = {
  minutes,
  hours,
  oven,
  degrees,
  cups: cupsInWords,
  spoons: spoonsInWords,
  number: (r) => inWords(r.int(2, 12)),
  pounds: (r) => inWords(r.int(2, 8)),
  fish: words.FISH,
  shellfish: words.SHELLFISH,
  beef: words.BEEF,
  meat: [...words.MEAT, ...words.BEEF],
  poultry: words.POULTRY,
  game: words.GAME,
  vegetable: words.VEGETABLES,
  fruit: words.FRUITS,
  nut: words.NUTS,
  cereal: words.CEREALS,
  cheese: words.CHEESES,
  herb: words.HERBS,
  spice: words.SPICES,
  sauce: words.SAUCES,
  utensil: words.UTENSILS,
  dish: words.BAKING_DISHES,
  serving: words.SERVING,
  garnish: words.GARNISHES,
  month: words.MONTHS,
  nutrient: words.NUTRIENTS,
  region: words.REGIONS,
  place: words.PLACES,
  person: words.PEOPLE,
  ...rulesOf(`
fraction: one-half / one-third / one-fourth / two-thirds / three-fourths / one-eighth
inch: one-fourth inch / one-half inch / one inch / one-third inch / three-fourths inch / one-eighth inch
  / two inches
sauceNumber: _ / _ / _ / _ / I. / II. / III.
seasoning: salt and pepper / salt and pepper / salt, pepper, and #spice# / salt and paprika / salt,
  pepper, and few drops onion juice / celery salt and pepper / salt and a few grains cayenne / salt,
  pepper, and lemon juice / a slight grating of nutmeg / salt and cayenne
slowly: slowly / gently / very slowly / gradually / quickly / thoroughly / carefully / lightly
fatKind: butter / hot butter / pork fat / bacon fat / olive oil / deep fat / beef drippings / equal parts
  of butter and lard / a little butter / hot lard
container: jars / glass jars / tumblers / jelly glasses / bottles / stone jars / air-tight jars / earthen
  crocks
sieve: a sieve / a fine sieve / a puree strainer / a coarse strainer / cheese cloth / double cheese cloth
  / a jelly bag / a colander / a potato ricer / a hair sieve
doneness: until tender / until soft / until well browned / until delicately browned / until firm / until
  thick / until smooth / until it thickens / until the mixture coats the spoon / until well done / until a
  straw comes out clean / until clear / until crisp / until light and puffy / until liquor has nearly
  evaporated / until transparent / until golden brown / until it begins to curl / until easily pierced
  with a skewer / until of the consistency of thick cream / until the edges shrink from the pan / until
  the crust is brown
shape: balls / small cakes / cylinders / flat cakes / cones / rounds / croquettes / a roll / crescents
  / cutlets / finger rolls / fancy shapes / lozenges / rings / twists / cork shapes / bars / leaves
cutter: a biscuit cutter / a round cutter / a doughnut cutter / a sharp knife / French vegetable cutters
  / a fluted cutter / a cooky cutter first dipped in flour / a pastry jagger
pieces: dice / cubes / small pieces / one-half inch cubes / thin slices / strips / one-fourth inch slices
  / quarters / eighths / straws / inch pieces / slices crosswise / pieces for serving / halves lengthwise
  / one-inch cubes / thin strips
coating: flour / egg and crumbs / crumbs, egg, and crumbs / fine cracker crumbs / corn meal / batter
  / flour, egg, and crumbs / melted butter and crumbs / powdered sugar / sifted bread crumbs
spoonTool: a wooden spoon / a silver fork / a wire whisk / a Dover egg-beater / the back of a spoon / the
  tips of fingers / a wooden cake spoon / a perforated skimmer / a case knife / two knives
main: mixture
fat: butter
sugar: sugar
flour: flour
liquid: milk
egg: eggs well beaten
flavor: flavoring
some: salt / butter / chopped parsley / onion juice / lemon juice / cream / crumbs / pepper / sugar / grated
  nutmeg / chopped nuts / stock / wine / vanilla / seasonings / bay leaf / celery / flour / beaten eggs
  / sliced onion / bacon / mushrooms / tomatoes / grated cheese / raisins / molasses / mustard / carrot
  / cloves / vinegar / capers / yolks
other: #some# / remaining ingredients / #some# and #some#
`),
};
