import { rulesOf } from './rule-text.ts';

/** Steps of directions by name: imperative clauses without a capital or a stop. */
export const STEPS = rulesOf(`
creamFat: cream the #fat#[, and add #sugar# gradually|] / cream #fat#, add #sugar# gradually, and beat
  #doneness# / work #fat# until creamy[, using #spoonTool#|] / cream the #fat#, using #spoonTool#, and add
  gradually one-half the #sugar# / beat #fat# to a cream / rub #fat# and #sugar# to a cream / mix #sugar#
  and #fat#, [stirring constantly|and beat well] / cream #fat# in a bowl that has been warmed
addEgg: add #egg# / add the #egg#, [one at a time|beaten separately|and beat again] / beat #egg#
  [slightly|until light|until thick and lemon-colored|until stiff and dry], and add to first mixture
  / stir in #egg# / beat the #egg# with remaining #sugar#, and combine mixtures / add #egg#, [#other#,
  ]and beat [vigorously|#minutes#|thoroughly] / add yolks beaten until thick, then whites beaten until
  stiff / break in the eggs and beat #minutes#
siftDry: mix and sift [dry ingredients|#flour#, #other#, and salt|the dry ingredients twice] / sift
  #flour# with #other# / mix and sift #flour#, salt, and [baking powder|soda|spices] / sift together
  #number# times the #flour# and #other# / measure #flour# after sifting, and sift again with #some#
addDry: add #flour# [mixed and sifted with #some#|gradually|alternately with #liquid#] / add #liquid# and
  #flour# alternately / stir in the dry ingredients[, a little at a time|] / cut and fold in the #flour#
  / add #flour# to make a stiff dough / add enough more #flour# to make [a soft dough|stiff enough to
  roll|a drop batter] / combine mixtures[, and beat #slowly#|] / add dry ingredients to #liquid#, and beat
  until smooth
workFat: work in #fat# with [tips of fingers|two knives|#spoonTool#] / rub in the #fat# / chop the #fat#
  into #flour#, [using a case knife|leaving it in bits the size of a bean] / work #fat# lightly into
  #flour#
moisten: moisten with #liquid# / add #liquid# [gradually|to make a soft dough|all at once, mixing with a
  knife] / add gradually #liquid#[, stirring constantly|, mixing to a soft dough|] / pour on slowly the
  #liquid# / add #liquid# [and #other#|slowly], and mix well / dilute with #cups# #liquid# / pour in the
  #liquid# while stirring
scald: scald #liquid# [with #some#|in double boiler|] / scald the #liquid#, add #some#, and let stand
  #minutes# / heat #liquid# [slowly|to boiling point|] / bring #liquid# to the boiling point / put
  #liquid# and #some# into a double boiler; when hot, add #other#
sponge: dissolve yeast in lukewarm water / add dissolved yeast cake and #fraction# of the #flour# / cover,
  and let rise [over night|#hours#|until double its bulk|in a warm place #hours#] / when lukewarm, add
  dissolved yeast / beat thoroughly, cover, and let rise until light / let rise again #minutes# / pour
  #liquid# over #fat#, #sugar#, and salt; when lukewarm, add yeast
knead: toss on a floured board, and knead [#minutes#|slightly|until smooth and elastic] / turn on a
  floured cloth and knead / knead until [it does not stick to the board|smooth|bubbles may be seen under
  surface] / cut down the dough with a knife, and knead / toss on a slightly floured board, pat, and roll
rollOut: roll out to #inch# thickness / pat and roll #inch# thick / roll in a thin sheet, [using as little
  flour as possible|spread with #some#, and roll like a jelly roll] / shape with #cutter# / cut with
  #cutter#, [dipped in flour|first dipped in flour] / cut in #pieces# and [place close together|crease
  through the middle|brush with milk] / roll, shape with #cutter#, and place in #dish# / shape in
  #shape#[, having them of uniform size|]
turnIn: turn into #dish# / pour into #dish# / put in #dish#[, having pan two-thirds full|] / fill #dish#
  two-thirds full / spread evenly in #dish# / arrange in #dish# in alternate layers with #some# / turn the
  mixture into #dish#, [sprinkle with #some#|smooth the top|cover with buttered crumbs] / drop from tip of
  spoon on #dish#, #inch# apart / drop by spoonfuls on #dish#
bake: bake #oven# / brown #oven# / bake #oven# until [brown|firm|set] / cook #oven# #doneness# / bake #minutes# #oven# / bake #oven# #minutes# / bake #oven# / bake #oven# #doneness# / bake #hours#
  #oven# / bake #minutes# / bake #oven# about #minutes# / bake #doneness# / place #oven# and bake
  #minutes# / put #oven#, and bake #doneness# / bake slowly #hours# / let stand #minutes#, then bake
  #oven# / bake #minutes# #oven#, reducing heat after first #minutes#
finishCake: cool, and spread with [#place# Frosting|Boiled Frosting|White Mountain Cream|#nut# filling]
  / cover with [Chocolate Frosting|Confectioners' Frosting|Milk Frosting] / remove from pan, and sprinkle
  with [powdered sugar|chopped #nut#] / put layers together with [#fruit# filling|Cream Filling|jelly],
  and sprinkle top with powdered sugar / frost, if desired, with #place# Cream / cut in squares while warm
  / brush over with [milk|beaten white of egg] before baking
boil: boil #minutes# / cook #minutes#[, stirring constantly|] / simmer #hours# / simmer #minutes# / cook
  #slowly# #minutes# / boil #minutes# without stirring / let simmer #doneness# / cook in boiling salted
  water #minutes#, or #doneness# / bring to boiling point, and let boil #minutes# / cook #doneness# / cook
  over hot water #minutes# / let boil rapidly #minutes# / cook in double boiler #minutes#[, stirring until
  it thickens|] / boil to #degrees# / cover, and cook #slowly# #hours# / steam #hours# / heat slowly, and
  simmer #hours#
steam: steam #hours# / cover closely, and steam #hours# / tie down the cover, and steam #hours#, adding
  boiling water as needed / boil #hours# in a pudding cloth / set mould on a trivet in kettle of boiling
  water, and steam #hours# / turn into buttered mould, cover, and steam #hours#
prepare: wash, pare, and cut #main# in #pieces# / pick over and wash #main# / wipe #main#, and cut in
  #pieces# / soak #main# #hours# in cold water to cover / wash #main#, drain, and dry between towels
  / remove skins from #main#, and cut in #pieces# / scrape #main#, and cut in #pieces# / cut #main# in
  #pieces# / chop #main#, [not too finely|finely], and season with #seasoning# / pare, core, and slice
  #main# / pour boiling water over #main#, let stand #minutes#, and drain / peel #main#, and soak in cold
  salted water #minutes# / remove outer leaves, wash #main#, and let stand #minutes# in cold water
dress: clean and dress #main# / wipe #main#, [remove skin|trim off superfluous fat], and [season with
  #seasoning#|put in a pan] / dress, clean, and truss / singe and draw the #main# / clean, split, and
  remove bones / wipe, lard, and sprinkle with #seasoning# / dredge with flour / sprinkle with
  #seasoning#, [dredge with flour|and brush over with melted butter] / stuff and sew, [leaving space for
  stuffing to swell|using a trussing needle] / skewer into shape
saute: sauté #main# in #fatKind# / brown in #fatKind# / fry in #fatKind# [#minutes#|#doneness#] / cook
  #minutes# in #fatKind# / dip in #coating#, and fry in #fatKind# / fry #main# with #some# #minutes#
  / brown the #main# richly in a hot #utensil# / cook #some# in #fatKind# #minutes#, but do not brown
  / dip in #coating#, fry #doneness#, and drain on brown paper
roast: roast #hours# #oven#, basting every #minutes# / place on rack in dripping-pan, and roast #hours#
  / bake #hours# #oven#, basting often with fat in pan / put #oven#; when well browned, reduce the heat,
  and baste every #minutes# / broil #minutes# over a clear fire / cook #minutes# on each side in a
  well-greased broiler / place on a greased broiler, and broil #minutes#, turning often / allow #minutes#
  to each pound / pan-broil #minutes# in a hissing hot #utensil# / braise #hours#, turning after the
  second hour
bind: thicken with [#spoons# flour diluted with cold water|flour and butter cooked together|yolks of
  #number# eggs] / bind with [butter and flour cooked together|#fat# and #flour# rubbed together] / melt
  #fat#, add #flour#, and pour on gradually the #liquid# / make a sauce of #fat#, #flour#, and #liquid#
  / add #spoons# flour mixed with #spoons# cold water, and cook #minutes# / add #fat# in small pieces
  / melt #fat#, add #flour#, stir until well browned, and pour on slowly #liquid# / add just before
  serving the yolks of #number# eggs slightly beaten
strain: strain [through #sieve#|] / rub through #sieve# / press through #sieve# / drain, and rinse with
  cold water / strain, cool, and remove fat / drain thoroughly / skim carefully / let drip over night
  through #sieve# / strain, reheat, and add #some#
season: season with #seasoning# / add #seasoning# / season highly with #seasoning# / add #some# and season
  with #seasoning# / season to taste / sprinkle with #seasoning# / flavor with #flavor# / add #flavor#
addRest: add #some# / add #some# and #other# / add #other#[, and cook #minutes#|] / then add #some#,
  [mixing lightly|little by little|a few drops at a time] / stir in #some# / add remaining ingredients in
  the order given / mix ingredients in order given / mix #main#, #some#, and #other# / combine #some# with
  #other# / fold in #some# / add gradually #other# / pour over #other# / add #cups# #some#
chill: chill thoroughly before serving / set in a cold place #hours# / let stand in ice water until it
  begins to thicken, stirring occasionally / mould, and chill / turn into a mould first dipped in cold
  water, and chill / place on ice #hours# / line a mould with #garnish#, pour in mixture, and chill / when
  it begins to thicken, add #some# beaten until stiff / soak gelatine #minutes# in cold water, dissolve in
  boiling water, and add #some# / set bowl in pan of ice water, and stir until thick
freeze: freeze, [using three parts finely crushed ice to one part rock salt|and serve in glasses] / cool,
  and freeze / freeze to a mush, add #some#, and finish freezing / pack in salt and ice, and let stand
  #hours# / mould, pack in ice and salt, and let stand #hours# / cool, add #some#, and freeze
serve: serve on #serving# / serve hot with #sauce# #sauceNumber# / serve with #sauce# #sauceNumber#
  / garnish with #garnish# / arrange on #serving#, and garnish with #garnish# / pour around #sauce#
  / serve cold with [cream and sugar|whipped cream] / serve immediately / serve at once on #serving#
  / serve in [cups|glasses|ramequins] with a [spoonful|teaspoon] of whipped cream / remove to #serving#,
  [pour over #sauce#|and garnish with #garnish#] / arrange around a mound of #main# / pile in the centre
  of #serving# / serve very hot, garnished with #garnish# / send to table with #sauce# / surround with
  #garnish# / cut in #pieces#, and arrange on #serving# / sprinkle with #garnish# just before sending to
  table
candy: put #sugar# and #liquid# in a saucepan, [heat gradually to boiling point|stir until dissolved]
  / boil without stirring until when tried in cold water [a soft ball may be formed|it will become
  brittle] / boil to #degrees# / pour into a buttered pan, cool slightly, and mark in squares / pour on an
  oiled platter; as edges cool, fold towards the centre / beat until creamy, add #some#, and drop from tip
  of spoon on oiled paper / remove from fire, and beat #minutes# / pull until porous and light-colored,
  and cut in small pieces with scissors / wash down crystals with a brush dipped in cold water
preserve: weigh #main#, and allow three-fourths its weight in sugar / wash, stem, and mash #main# / heat
  slowly to the boiling point, and boil #minutes# / fill #container#, and seal / pour into hot sterilized
  #container#, and cover with paraffine / let stand in sun #hours#, cover, and keep in a cool place
  / skim, turn into #container#, and let stand #hours# / make a syrup by boiling #sugar# and water
  #minutes# / cook #main# in syrup, a few at a time, #doneness# / scald #number# times, pouring off and
  reheating the vinegar / sprinkle with salt, let stand over night, and drain / tie spices in a muslin
  bag, and boil with vinegar #minutes#
shapeFry: shape in #shape#, dip in #coating#, fry in deep fat, and drain / cool, shape, and [crumb|roll in
  #coating#] / spread mixture on a plate to cool; when cold, shape in #shape# / roll in #coating#, and fry
  #minutes# in deep fat / fry in deep fat #doneness# / test fat with a cube of bread, which should brown
  in #minutes# / drop by spoonfuls in deep fat, and fry #doneness#
eggs: beat eggs slightly with #spoonTool# / break eggs one at a time into a saucer, and slip carefully
  into #utensil# / cook in a hot buttered #utensil# / let stand #minutes# on back of range / pour over the
  eggs #sauce#, and serve / fold, and turn on #serving# / fill the whites with yolks mashed and mixed with
  #some# / set in a pan of hot water, and bake #minutes#, or #doneness# / stir and scrape from the bottom
  of the pan until creamy
spread: spread between thin slices of buttered bread / butter bread before cutting from the loaf / pound
  to a paste, and moisten with #sauce# / remove crusts, and cut in #shape# / put together in pairs, and
  press lightly / spread with [#place# Butter|#fruit# jelly|chopped #nut# mixed with cream] / toast
  #minutes# under the flame / wrap in a napkin wrung out of cold water until serving time
toss: marinate #main# with French Dressing, and let stand #hours# / mix #main# and #other#, and moisten
  with [Mayonnaise Dressing|Cream Dressing|Boiled Dressing|Oil Dressing] / arrange #main# on lettuce
  leaves, and pour over French Dressing / mask with Mayonnaise, and garnish with #garnish# / add oil drop
  by drop, stirring constantly / cut #main# in #pieces#, and chill / dress at table / stir until well
  blended, and keep in a cold place
`);
