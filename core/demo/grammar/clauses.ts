import { rulesOf } from './rule-text.ts';

/**
 * Clauses of directions put together from parts: what is done, to what, with what, where, how long. Verbs stand with
 * the things they can be done to, so that a clause reads as one, whatever the dish.
 */
export const CLAUSES = rulesOf(`
solid: #main# / #main# / #main# / the #main# / each piece / the pieces / #cups# #main# / the remaining
  #main# / one-half of the #main# / all of the #main# / the larger pieces
fluid: #liquid# / the #liquid# / #cups# #liquid# / the liquor / the juice / the syrup / #spoons# lemon
  juice / remaining #liquid# / hot water / #spoons# #liquid# / one-half the #liquid# / strained juice
  / #spoons# vinegar / #spoons# onion juice / the sauce / melted #fat# / boiling water / #cups# cream
mass: mixture / the mixture / first mixture / the batter / this / remaining mixture / the dough / the pulp
  / the whole / yolks / whites of eggs / #egg#
small: #some# / #other# / #fat# / seasonings / the #sugar# / #spoons# #sugar# / #spoons# #fat# / grated
  rind / a few gratings #spice# / #spoons# chopped #herb# / a little #spice# / #spoons# finely chopped
  #nut# / a slice of onion / #spoons# #flour# / salt / #cups# #fruit# / #cups# chopped #vegetable# / a bit
  of bay leaf / the yolks of #number# eggs / buttered crumbs / grated cheese / #spoons# tomato catsup
any: #solid# / #fluid# / #mass# / #small#
heatPlace: _ / _ / in double boiler / over hot water / on back of range / over a slow fire / in boiling
  salted water / in #utensil# / in a hot #utensil# / on front of range / in #fatKind# / over the fire / in
  their own liquor / under a cover / in water to cover / in a covered dish / without browning / over a
  clear fire / in stock to cover / in a syrup of sugar and water
howLong: #minutes# / #doneness# / #doneness# / _ / _ / until [boiling|thick|soft|thoroughly heated|nearly
  done|reduced one-half|well colored|tender throughout] / until #main# [is|are] [tender|soft|done|cooked]
until: until [cold|smooth|light|stiff|well blended|creamy|foamy|dry|cool enough to handle|it will hold its
  shape|ready to use|wanted|very stiff] / _ / _ / #doneness# / before using / just before serving
  / thoroughly / again
cookVerb: cook / simmer / boil / stew / heat / scald / parboil / brown / steam / sauté / fry / braise
  / reheat / warm / blanch / toast / crisp / melt
mixVerb: mix / beat / stir / whip / blend / combine / work / cream / rub together / fold together / mash
  / pound
cutVerb: cut / chop / slice / mince / shred / divide / separate / split / break / pare and cut / grate
  / pull apart
cleanVerb: wash / wipe / drain / rinse / pick over / scrape / peel / pare / core / trim / clean / freshen
  / soak / dry / stem / hull / skin / shell / scrub
putVerb: put / place / arrange / lay / pack / pile / set / stand / heap / press
pourVerb: pour / strain / turn / drain / spread / force / drop / dip
addVerb: add / add / add / stir in / beat in / fold in / put in / drop in / sift in / work in
coverVerb: cover / sprinkle / dot over / brush over / dredge / garnish / surround / line / mask / fill
  / season / stuff / moisten / spread / rub
place2: in #dish# / on #serving# / in a shallow dish / in layers in #dish# / in centre of dish / around
  the edge of dish / on a board / in a cold place / on buttered paper / between layers of #some# / in a
  bowl / on a fish-sheet / in ice water / in a pan of hot water / on the skin side / under a weight / in a
  napkin / in a strainer / close together / in a mound
cloth: through #sieve# / over #main# / over the top / into #dish# / into a buttered mould / around #main#
  / through pastry bag and tube / on #serving# / over crushed ice / into individual moulds / from fat / on
  brown paper
like: as #dishName# / same as #dishName# / as for #dishName# / following recipe for #dishName# / with #dishName#
  / in place of #dishName# / or use #dishName#
clause: #cookVerb# #solid# #heatPlace# #howLong# / #cookVerb# #mass# #heatPlace# #howLong# / #cookVerb#
  #heatPlace# #minutes# / #cookVerb# #howLong#, [stirring constantly|stirring occasionally|basting
  often|turning once|shaking the pan|skimming often] / #cookVerb# #small# with #solid# #howLong#
  / #mixVerb# #mass# #until# / #mixVerb# #small# and #fluid# #until# / #mixVerb# #solid#, #small#, and
  #fluid# / #mixVerb# #until# / #mixVerb# #mass# with #spoonTool# #until# / #mixVerb# #slowly#, adding
  #fluid# [drop by drop|a little at a time|as needed] / #cutVerb# #solid# in #pieces# / #cutVerb# #solid#
  [finely|lengthwise|crosswise|with a sharp knife|in halves|through the middle] / #cutVerb# #main# in
  #pieces#, [using a sharp knife|rejecting the hard parts|and remove seeds|having them all of one size]
  / cut off [stems|crusts|ends|fins and tails|wing tips|the tops], and #cutVerb# in #pieces# / #cleanVerb#
  #solid# / #cleanVerb# and #cleanVerb# #solid# / #cleanVerb# #main#, and #cutVerb# in #pieces#
  / #cleanVerb# #solid# #until# / #cleanVerb# #main# in [cold|several|hot|salted] [water|waters] #minutes#
  / remove [skin|bones|seeds|stones|fat|shells|strings|scum|outer leaves] from #solid# / remove [from
  fire|from pan|from mould|to #serving#|from oven|from range] / #putVerb# #solid# #place2# / #putVerb#
  #solid# #place2#, and #coverVerb# with #small# / #putVerb# #place2#, [cut side up|skin side down|one
  inch apart|one overlapping another] / #putVerb# #solid# #place2#, alternating with #small# / #putVerb#
  #small# in #utensil#, and add #fluid# / #pourVerb# #fluid# #cloth# / #pourVerb# #mass# #cloth#
  / #pourVerb# #cloth# / #addVerb# #small# / #addVerb# #small# and #fluid# / #addVerb# #small#, #small#,
  and #small# / #addVerb# #fluid# #slowly# / #addVerb# to #mass# #small# / #addVerb# gradually #small#,
  while [stirring|beating] constantly / add to #solid#, with #small# / when [cold|boiling|melted|slightly
  thickened|lukewarm|nearly done|well mixed], #addVerb# #small# / #coverVerb# with #small# / #coverVerb#
  #solid# with #small# / #coverVerb# top with #small# / #coverVerb# with #small#, then with #small# / let
  [stand|cool|drain|simmer|boil|rise|remain] #minutes# / let stand [in a cold place|in a warm place|on
  ice|covered|in marinade] #hours# / let [come to boiling point|cook slowly|get cold|chill|drain] / repeat
  [until all is used|twice|as before|with remaining #main#] / shape in #shape# / roll in #coating# / roll
  #mass# to #inch# thickness / form in #shape#, [using two spoons|with floured hands|on a floured board]
  / allow #cups# #fluid# to each [pound|quart|pint] of #main# / allow #minutes# for cooking / there should
  be #cups# [of pulp|of liquor|when strained|of the mixture] / care being taken [not to break the
  #main#|that it does not burn|to keep it in shape|that fat is not too hot] / reserve [one-third of the
  #main#|the liquor|yolks for garnish|the best pieces] / use [as a garnish|for filling|in place of
  cream|while hot|same as #sauce#]
  / #mixVerb# and bake #like# / prepare #solid# #like# / cook #like# #howLong# / make a #sauce# #like# / shape,
  crumb, and fry #like# / #addVerb# one-half the recipe for #dishName# / proceed #like#
`);
