import type { Random } from '../random.ts';
import { cups, isPlural, spoons } from './amounts.ts';
import { type Bindings, expand, type Rules } from './expand.ts';
import {
  CHEESES,
  FISH,
  FRUITS,
  HERBS,
  MEAT,
  NUTS,
  POULTRY,
  SHELLFISH,
  SPICES,
  VEGETABLES,
} from './lexicon.ts';
import { rulesOf } from './rule-text.ts';

/** One ingredient: the line as printed, and the word directions call it by. */
export interface Ingredient {
  readonly line: string;
  readonly noun: string;
}

const measured = (amount: string, unit: string) => `${amount} ${unit}${isPlural(amount) ? 's' : ''}`;
const abbreviated = (amount: string, unit: string) => `${amount} ${unit}${isPlural(amount) ? 's.' : '.'}`;
const count = (random: Random) =>
  random.pick(['1', '2', '2', '3', '3', '4', '5', '6', '8', '10', '12', '1½', '½']);
const weight = (random: Random) =>
  random.pick(['¼', '½', '½', '1', '1', '1½', '2', '2½', '3', '4', '5', '¾']);

/** Measures, counts and the vague amounts of the time. */
const MEASURES: Rules = {
  cup: (r) => measured(cups(r), 'cup'),
  teaspoon: (r) => measured(spoons(r), 'teaspoon'),
  tablespoon: (r) => measured(spoons(r), 'tablespoon'),
  spoonful: ['#teaspoon#', '#tablespoon#', '#tablespoon#'],
  smallSpoon: (r) => measured(r.pick(['⅛', '¼', '¼', '½', '½', '¾', '1', '1½']), 'teaspoon'),
  pound: (r) => abbreviated(weight(r), 'lb'),
  ounce: (r) => `${r.int(1, 12)} oz.`,
  pint: (r) => measured(r.pick(['½', '1', '1', '2', '3', '1½']), 'pint'),
  quart: (r) => measured(r.pick(['½', '1', '1', '2', '3', '4', '1½']), 'quart'),
  liquid: ['#cup#', '#cup#', '#cup#', '#pint#', '#quart#', '½ gill'],
  bulk: ['#cup#', '#cup#', '#pound#', '#quart#'],
  few: ['Few grains', 'Few grains', 'Few gratings', 'Dash of', 'Pinch of', 'Few drops'],
  n: count,
  fish: FISH,
  shellfish: SHELLFISH,
  meat: MEAT,
  poultry: POULTRY,
  vegetable: VEGETABLES,
  fruit: FRUITS,
  nut: NUTS,
  cheese: CHEESES,
  herb: HERBS,
  spice: SPICES,
};

/**
 * Ingredient lines by class, `line=noun`; the noun is left out where it is the line's last word. Lines are templates
 * over {@link MEASURES}.
 */
const CLASSES = rulesOf(`
flour: #cup# flour / #cup# flour / #cup# pastry flour=flour / #cup# bread flour=flour / #cup# Graham
  flour=flour / #cup# entire wheat flour=flour / #cup# rye meal=meal / #cup# corn meal=meal / #cup# rye
  flour=flour / #cup# granulated corn meal=meal / #tablespoon# flour / #pound# flour / #cup# sifted
  flour=flour / #cup# flour, measured after sifting=flour / #cup# rice flour=flour / #cup# buckwheat
  flour=flour / Flour to make stiff batter=flour / #cup# potato flour=flour / #quart# flour / #cup# Indian
  meal=meal
thickening: #tablespoon# flour / #tablespoon# corn-starch / #cup# flour / #tablespoon# arrowroot
  / #tablespoon# flour / #tablespoon# browned flour=flour / #tablespoon# rice flour=flour
sugar: #cup# sugar / #cup# sugar / #cup# brown sugar=sugar / #cup# powdered sugar=sugar / #tablespoon#
  sugar / #cup# granulated sugar=sugar / #cup# molasses / #pound# sugar / #cup# maple sugar=sugar / #cup#
  fine granulated sugar=sugar / #cup# light brown sugar=sugar / #cup# maple syrup=syrup / #tablespoon#
  powdered sugar=sugar / #cup# honey / #teaspoon# sugar / #pound# cut sugar=sugar / #cup# confectioners'
  sugar=sugar / Sugar to sweeten=sugar
fat: #cup# butter / #cup# butter / #tablespoon# butter / #tablespoon# butter / #tablespoon# melted
  butter=butter / #cup# lard / #tablespoon# lard / #cup# melted butter=butter / #cup# butter or
  lard=shortening / #tablespoon# olive oil=oil / #cup# olive oil=oil / #cup# chopped suet=suet
  / #tablespoon# bacon fat=fat / Butter size of an egg=butter / #tablespoon# drippings / #ounce# butter
  / #cup# washed butter=butter / #cup# clarified butter=butter / #tablespoon# beef drippings=drippings
  / #cup# cottolene
liquid: #liquid# milk / #liquid# milk / #cup# scalded milk=milk / #cup# water / #cup# boiling water=water
  / #cup# cold water=water / #cup# sour milk=milk / #cup# cream / #cup# thin cream=cream / #cup# lukewarm
  water=water / #cup# sour cream=cream / #cup# buttermilk / #cup# rich milk=milk / #cup# hot milk=milk
  / #cup# cold coffee=coffee / #cup# sweet milk=milk
stock: #liquid# White Stock=stock / #liquid# Brown Stock=stock / #cup# chicken stock=stock / #liquid#
  boiling water=water / #cup# White Stock II.=stock / #cup# veal stock=stock / #quart# Brown Stock=stock
  / #cup# stock or water=stock / #quart# cold water=water / #cup# clam water=water / #cup# fish
  stock=stock / #cup# consommé / #cup# White Stock I. or II.=stock
cream: #cup# cream / #cup# thin cream=cream / #pint# cream / #cup# heavy cream=cream / #cup# thick
  cream=cream / #pint# heavy cream=cream / #cup# whipped cream=cream / #quart# thin cream=cream / #cup#
  scalded cream=cream
leaven: #teaspoon# baking powder / #teaspoon# baking powder / #smallSpoon# soda / #teaspoon# cream of
  tartar / 1 yeast cake dissolved in ¼ cup lukewarm water=yeast / ½ yeast cake dissolved in ½ cup lukewarm
  milk=yeast / #smallSpoon# soda / ½ cup yeast=yeast / 1 compressed yeast cake=yeast / ⅓ cup liquid
  yeast=yeast
egg: #n# eggs / #n# eggs / 1 egg / 2 eggs / 3 eggs / 1 egg / 2 eggs / Whites 2 eggs=whites / Yolks 3
  eggs=yolks / Whites 3 eggs=whites / Yolk 1 egg=yolk / White 1 egg=white / Yolks 2 eggs=yolks / Whites 5
  eggs=whites / 1 egg, well beaten=egg / 2 eggs, slightly beaten=eggs / Yolks 4 eggs=yolks / 1 small
  egg=egg
salt: #smallSpoon# salt / #smallSpoon# salt / 1 teaspoon salt / Salt / Salt and pepper=seasonings / #few#
  salt / ½ tablespoon salt / Salt to taste=salt
pepper: ⅛ teaspoon pepper / #smallSpoon# pepper / Few grains cayenne / Pepper / #few# pepper
  / #smallSpoon# paprika / Few grains paprika / ¼ teaspoon white pepper=pepper / Salt and
  cayenne=seasonings / Salt and paprika=seasonings / ½ teaspoon peppercorns
spice: #smallSpoon# #spice# / #smallSpoon# cinnamon / #few# #spice# / #smallSpoon# grated nutmeg=nutmeg
  / #smallSpoon# each cinnamon and cloves=spices / #few# nutmeg / #smallSpoon# ground #spice#=spice / 1
  inch stick cinnamon=cinnamon / #n# whole cloves=cloves / Blade of mace=mace / #n# allspice
  berries=berries / #smallSpoon# ginger
flavor: #smallSpoon# vanilla / #teaspoon# vanilla / Grated rind 1 lemon=rind / Juice 1 lemon=juice / Juice
  ½ lemon=juice / #tablespoon# lemon juice=juice / #smallSpoon# almond extract=extract / Grated rind and
  juice 1 orange=juice / #smallSpoon# lemon extract=extract / #tablespoon# brandy / #tablespoon# sherry
  wine=wine / #tablespoon# wine / #few# rose water / 2 squares chocolate=chocolate / #tablespoon# cocoa
  / #cup# caramel syrup=caramel / Few drops almond extract=extract / #tablespoon# orange juice=juice
  / Juice 2 oranges=juice / 1 tablespoon rum=rum
wine: #cup# sherry wine=wine / #tablespoon# Madeira wine=wine / #cup# claret wine=claret / #tablespoon#
  brandy / #cup# port wine=wine / #cup# white wine=wine / #tablespoon# Maraschino / #cup# cider / #cup#
  rum / ¼ cup Kirsch=Kirsch
fruit: #cup# #fruit# / #cup# chopped #fruit#=fruit / #pound# #fruit# / #cup# raisins / #cup# currants
  / #cup# raisins, seeded and chopped=raisins / #n# #fruit# / #ounce# candied citron=citron / #cup# grated
  pineapple=pineapple / #cup# stewed #fruit#=fruit / #cup# #fruit# pulp=pulp / #quart# #fruit# / #cup#
  sultana raisins=raisins / #cup# strawberry juice=juice / #cup# citron, thinly sliced=citron / #cup#
  stoned dates cut in pieces=dates / 1 can sliced peaches=peaches / #cup# cooked prunes, stoned=prunes
  / #n# tart apples=apples / #cup# canned #fruit#=fruit / 1 box #fruit#
nut: #cup# #nut# / #cup# chopped #nut#=nuts / #cup# English walnut meats=nuts / #cup# blanched
  almonds=almonds / #cup# shredded cocoanut=cocoanut / #ounce# blanched and chopped #nut#=nuts / #cup#
  pecan nut meats=nuts / #pound# almond paste=paste / #cup# #nut#, finely chopped=nuts / #cup# Jordan
  almonds=almonds / #tablespoon# chopped nut meats=nuts
vegetable: #cup# #vegetable# / #cup# chopped #vegetable#=vegetables / #n# #vegetable# / #cup# cooked
  #vegetable#=vegetables / #quart# #vegetable# / 1 can #vegetable# / #cup# #vegetable#, cut in
  dice=vegetables / #cup# stewed and strained tomatoes=tomatoes / #cup# hot riced potatoes=potatoes
  / #cup# mashed potato=potato / #cup# carrot, cut in cubes=carrot / #pint# #vegetable# / #cup# celery,
  cut in small pieces=celery / 1 bunch #vegetable# / #cup# shredded cabbage=cabbage / #cup# sliced
  #vegetable#=vegetables / #n# medium-sized potatoes=potatoes / 1 head #vegetable# / #cup# mushroom
  caps=mushrooms / #pound# #vegetable# / #cup# boiled #vegetable#=vegetables
aromatic: 1 slice onion=onion / ½ onion / #n# slices carrot=carrot / 1 sprig parsley=parsley / #teaspoon#
  finely chopped parsley=parsley / Bit of bay leaf=bay leaf / 1 stalk celery=celery / #few# onion juice
  / #tablespoon# chopped onion=onion / 2 sprigs thyme=thyme / 1 bay leaf / #tablespoon# finely chopped
  onion=onion / Sprig of parsley=parsley / #teaspoon# onion juice / #n# cloves / ½ small onion,
  sliced=onion / #tablespoon# chopped #herb#=herbs / 1 shallot / #tablespoon# finely chopped green
  pepper=pepper / 1 sprig #herb# / 2 slices onion=onion / ½ clove garlic=garlic / #teaspoon#
  Worcestershire Sauce=sauce / #tablespoon# capers / #tablespoon# tomato catsup=catsup / #tablespoon#
  vinegar / #smallSpoon# anchovy essence=essence / ¼ cup chopped olives=olives / #tablespoon# horseradish
  root, grated=horseradish / #smallSpoon# made mustard=mustard / 1 pimento / 2 truffles
meat: #pound# #meat# / #cup# cold cooked #meat#=meat / #cup# chopped cooked #meat#=meat / #cup# cold roast
  #meat#, cut in cubes=meat / #n# slices #meat#=meat / #pound# lean beef=beef / #cup# minced ham=ham
  / #pound# veal, cut from knuckle=veal / #n# thin slices fat salt pork=pork / #pound# lean raw beef,
  finely chopped=beef / 1 pair sweetbreads=sweetbreads / #pound# round of beef=beef / 4 lbs. #meat#
  / #cup# cold cooked tongue=tongue
poultry: 1 chicken / #cup# cold cooked chicken=chicken / #cup# chopped #poultry#=meat / 3 lb. fowl=fowl
  / #cup# cold roast turkey, cut in dice=turkey / 1 #poultry#, dressed and cut in pieces=meat / #cup#
  chicken, cut in cubes=chicken / #n# squabs / ½ breast cooked chicken=chicken / #cup# cold boiled fowl,
  cut in strips=fowl / #n# chickens' livers=livers
fish: #cup# cold flaked #fish#=fish / #cup# cooked #fish#=fish / #pound# #fish# / #cup# salt fish, picked
  in pieces=fish / 1 can salmon=salmon / #n# slices #fish#=fish / 2 lbs. #fish# / 1 box sardines=sardines
  / #n# small #fish#=fish / 1 cup cold boiled #fish#, separated in flakes=fish
shellfish: 1 pint oysters=oysters / #quart# oysters / #cup# lobster meat, cut in cubes=lobster / 1 lobster
  / 2 lb. lobster=lobster / #cup# crab meat=crab meat / #pint# clams / #n# #shellfish# / 1 can
  shrimps=shrimps / #cup# #shellfish#, chopped=meat / 1 pint scallops=scallops / #cup# lobster
  dice=lobster
cheese: #cup# grated cheese=cheese / #tablespoon# grated Parmesan cheese=cheese / #cup# #cheese#=cheese
  / #pound# #cheese#, cut in small pieces=cheese / #cup# soft mild cheese, grated=cheese / #ounce#
  #cheese#=cheese / 1 cream cheese=cheese
crumb: #cup# soft stale bread crumbs=crumbs / #cup# cracker crumbs=crumbs / #cup# stale bread
  crumbs=crumbs / #cup# buttered cracker crumbs=crumbs / #n# slices stale bread=bread / #cup# dried bread
  crumbs=crumbs / #n# soda crackers=crackers / Bread dough size of a large lemon=dough / #n# slices
  toast=toast / #cup# macaroon crumbs=crumbs
cereal: #cup# rice / #cup# boiled rice=rice / #cup# macaroni, broken in inch pieces=macaroni / #cup#
  hominy / #cup# rolled oats=oats / #tablespoon# pearl tapioca=tapioca / #cup# sago / #cup# steamed
  rice=rice / #cup# fine hominy=hominy / #cup# cooked oatmeal=oatmeal / #cup# Minute Tapioca=tapioca
  / #cup# hot boiled hominy=hominy / #cup# spaghetti / #tablespoon# farina / #cup# pearl barley=barley
gelatine: 1 tablespoon granulated gelatine=gelatine / ¼ box gelatine or 1¼ tablespoons granulated
  gelatine=gelatine / ½ box gelatine=gelatine / 1 box gelatine / 1½ tablespoons granulated
  gelatine=gelatine / ⅓ box gelatine or 1 tablespoon granulated gelatine=gelatine / #tablespoon# gelatine
jelly: #tablespoon# currant jelly=jelly / #cup# marmalade / #cup# raspberry jam=jam / ½ glass currant
  jelly=jelly / #tablespoon# apricot marmalade=marmalade / #cup# quince jelly=jelly / #cup# whipped
  cream=cream / Currant jelly
water: #cup# boiling water=water / #cup# cold water=water / #quart# water / #pint# water / #cup# water
  / Boiling water
drink: #tablespoon# tea / #cup# ground coffee=coffee / 2 squares chocolate=chocolate / #tablespoon#
  breakfast cocoa=cocoa / #teaspoon# tea / #cup# lemon juice=juice / #cup# grape juice=juice / #cup#
  raspberry shrub=shrub / #cup# orange juice=juice / Juice 3 lemons=juice / #cup# cracked cocoa=cocoa / 1
  bottle Apollinaris=Apollinaris / #cup# cracked ice=ice / 12 sprigs fresh mint=mint
`);

export const INGREDIENT_CLASSES = [
  'flour',
  'thickening',
  'sugar',
  'fat',
  'liquid',
  'stock',
  'cream',
  'leaven',
  'egg',
  'salt',
  'pepper',
  'spice',
  'flavor',
  'wine',
  'fruit',
  'nut',
  'vegetable',
  'aromatic',
  'meat',
  'poultry',
  'fish',
  'shellfish',
  'cheese',
  'crumb',
  'cereal',
  'gelatine',
  'jelly',
  'water',
  'drink',
] as const;
export type IngredientClass = (typeof INGREDIENT_CLASSES)[number];

/** One random ingredient of a class (what `bindings` names goes in as it is), e.g. `{line: '1½ cups pastry flour', noun: 'flour'}`. */
export function ingredient(kind: IngredientClass, random: Random, bindings: Bindings = {}): Ingredient {
  const [line, noun] = random.pick(CLASSES[kind]).split('=');
  const text = expand(line, MEASURES, random, bindings);
  return { line: text.replace(/^[a-z]/, (c) => c.toUpperCase()), noun: lower(noun ?? lastNoun(text)) };
}

/** Nouns stand in the middle of sentences. */
const lower = (noun: string): string =>
  /^(?:Kirsch|Maraschino|Apollinaris|Lima)/.test(noun)
    ? noun
    : noun.replace(/^\p{Lu}/u, (letter) => letter.toLowerCase());

/** "2 cups boiled Lima beans" is called "beans"; a plain single noun stays whole: "sweet potatoes". */
function lastNoun(line: string): string {
  const words = line.replace(/,.*$/, '').split(' ');
  const last = words[words.length - 1];
  return /^(?:powder|tartar|leaf|water|meat|beans|juice|berries|chops)$/.test(last) && words.length > 2
    ? words
        .slice(-2)
        .join(' ')
        .replace(/^of tartar$/, 'cream of tartar')
    : last;
}
