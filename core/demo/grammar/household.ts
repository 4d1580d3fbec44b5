import { rulesOf } from './rule-text.ts';

/**
 * Advice that reads like directions and belongs to no recipe: ways of cooking under run-in heads ("To Broil Fish."), and
 * hints for keeping house.
 */
export const HOUSEHOLD = rulesOf(`
methodVerb: boil / broil / bake / fry / sauté / roast / steam / clean / skin / bone / truss / stuff / carve
  / mix / knead / shape / prepare / freeze / mould / can / store / open / dress / singe / lard / wash / cook
  / warm over / select / test / sift / beat / glaze / crumb / keep / split / draw
methodName: to #methodVerb# #methodThing# / to #methodVerb# #methodThing# / to #methodVerb# #methodThing#
  / to #methodVerb# and #methodVerb# #methodThing#
methodThing: #topic# / #topic# / #topic# / fish / poultry / dough / a fillet / vegetables / small birds / game
  / butter cakes / a loaf / jellies / meat / eggs / fruit / the giblets / a mould / paste / cutlets
methodSentence: #clause#. / #clause#, #clause#, and #clause#. / #clause#; #clause#. / #clause#, #because#.
  / #adviceSentence# / #adviceSentence# / #essaySentence# / #statement#; #clause#. / if #statement#, #clause#.
  / #person# #personDoes#. / #clause#, otherwise the #main# [may|will] [break|burn|curdle|lose its shape|stick].
  / [the time required|time allowed] depends on [size|age|thickness|the fire]. / consult time table.
  / when [done|cooked|cold], #thingDone#. / it is [best|easily|often] [done|accomplished|seen] by #gerund#.
thingDone: the flesh leaves the bone / a skewer may be passed through it / it will be light / it should spring
  back / the liquor will be clear / the edges curl / a bubble may be seen
spot: fruit stains / grease spots / ink stains / iron rust / tea and coffee stains / grass stains / white spots
  / mildew / claret / scorch / wax / blood / chocolate
surface: linen / table-cloths / white goods / furniture / woodwork / floors / carpets / marble / brass / silver
  / steel knives / tinware / graniteware / mirrors / windows / a carafe / lamp chimneys / an ice-chest / the sink
  / the range / kettles / oilcloth / cut glass / pudding cloths / dish towels / a coffee-pot / woollens / bottles
agent: hot soapsuds / washing soda / ammonia / alcohol / camphor / salt and vinegar / kerosene / whiting / lemon juice
  / chloride of lime / milk / javelle water / cold water / boiling water / a chamois skin / newspaper / sweet oil
  / bath brick / charcoal / borax / a weak solution of oxalic acid / turpentine / powdered chalk / bran water
houseVerb: rub / wash / rinse / soak / polish / wipe / scrub / dampen / cover / spread / sprinkle / scour / dip
  / scald / hang / brush / fill
houseSentence: #houseVerb# #surface# with #agent#. / #houseVerb# with #agent#, then #houseVerb# with #agent#.
  / #houseVerb# spot with #agent#, and let stand [over night|in the sun|one hour|until dry|a few minutes].
  / #houseVerb# in #agent#, to which has been added one [teaspoon|tablespoon|cup] #agent#. / wring a cloth out of
  #agent#, and #houseVerb# the surface. / repeat if #spot# [is|are] not removed. / dry in the [sun|open air|oven]
  . / hang out of doors on a frosty night. / put in #agent#, and bring gradually to boiling point. / empty,
  rinse, and let stand to dry. / any good soap may be used in place of #agent#. / this method saves much
  [strength|time|expense]. / once a week pour down #agent#. / never allow #surface# to stand in water. / handles
  should not be put in water. / #surface# which [have|has] held milk should be first rinsed in cold water.
  / wear loose gloves while using #agent#. / [paper|flannel] is better than cloth for this purpose.
houseName: to remove #spot# from #surface# / to clean #surface# / to wash #surface# / to polish #surface# / to
  remove #spot# / to keep #surface# bright / to prevent [salt|sugar|lamps|glass] from [lumping|smoking|breaking]
  / to sweeten #surface# / after [broiling|frying|washing dishes] / care of #surface# / to drive out ants
`);
