import type { Rules } from './expand.ts';
import { rulesOf } from './rule-text.ts';

const TEXT = rulesOf(`
predicate: contain~ [much|little|some|a small amount of|nearly all the] #nutrient# / ~are
  [rich|deficient|lacking] in #nutrient# / ~are obtained from #source# / ~have [a delicate|an agreeable|a
  strong|a peculiar] [flavor|odor|taste] / ~are largely [used|grown|raised|imported|consumed] in #region#
  / form~ [a valuable|an important|a large] part of [our|the daily|a mixed] diet / ~are easily
  [digested|assimilated|spoiled|obtained|prepared] / require~ [long and slow|quick|careful|little] cooking
  / ~are [best|cheapest|most plentiful] in #month# / should be [kept|stored|hung] #keeping# / furnish~
  [heat|energy|material for repair|needed bulk|acids and salts] / ~are divided into #number#
  [parts|classes|kinds|grades] / ~are known as #place# #goods# / may be [bought|had|found] in [any
  market|the best shops|#month# and #month#|tins and glass] / should never be
  [washed|frozen|boiled|salted|left uncovered] [before using|after cutting|in hot weather] / lose~
  [flavor|strength|color|weight] [by standing|in cooking|when exposed to air] / vary~ in
  [price|quality|composition|size] [according to the season|with the soil|from year to year] / ~are
  preferred by [many|the French|epicures|the thrifty] / ~are considered [a luxury|wholesome|indigestible|a
  delicacy|coarse food] / should be [white and firm|dry and mealy|bright red|of a creamy color|smooth and
  heavy] / ~are changed by [heat|ferments|digestion|acids] into #nutrient# / ~are sold by the
  [pound|quart|dozen|bunch|peck|box] / need~ [little|no|a great deal of] [seasoning|attention|sugar|fat]
  / ~are shipped [in ice|in barrels|by rail|in tins] from #region# / ~are [often|seldom|sometimes|never]
  [eaten raw|served with game|adulterated|given to children] / ~are
  [cured|dried|smoked|canned|pickled|evaporated] and sent to [all parts of the country|foreign
  markets|#region#] / take~ the place of [meat|butter|eggs|milk|bread] [in many homes|at small cost|during
  Lent] / ~are [named|called so] from [their shape|the place where first made|a French cook|their color]
  / absorb~ [odors|moisture|fat] [readily|very quickly] / ~are the [fruit|seed|root|leaf] of a plant which
  grows in #region# / make~ [the best|excellent|a fair|an inferior]
  [soup|jelly|bread|preserves|stock|pastry] / keep~ [well|longest|but a short time] #keeping# / appear~ in
  market as early as #month# / hold~ [first|a high|an honored] place among [foods|fruits|meats|beverages]
  / ~are of little [value|use|importance] [to the invalid|as food|unless fresh] / owe~ [their|much of
  their] value to [the #nutrient# present|careful curing|quick handling] / ~are so
  [cheap|nourishing|common] that [all may enjoy them|few realize their worth|they are often overlooked]
  / help~ to [stimulate the appetite|carry off waste|build tissue|vary the daily fare] / ferment~ [in warm
  weather|if not sealed|when kept too long] / cost~ from #number# to #number# cents [a pound|a quart|a
  dozen]
fact: #topic# [~are|form~] one of the most [valuable|important|wholesome|economical] articles of food,
  [rich in #nutrient#|and may be had the year round]. / #topic# contain~ a large percentage of #nutrient#,
  [but|and] ~are [deficient in|lacking in|rich in] #nutrient#. / The best #topic# come~ from #region#,
  [where the soil is favorable|and command~ a high price|though much is raised in #region#]. / #topic#
  should be kept in a [cool, dry place|tightly covered jar|cool cellar], [otherwise the flavor is
  lost|where there is a circulation of air|and used within a few days]. / There are [two|three|four|many]
  varieties in the market, [known as|called] #place# and #place#[, the former being preferred|]. / #topic#
  ~are in season from #month# to #month#, [and ~are then at the best|but may be obtained at any time|and
  then ~are cheapest]. / In buying, select those which are [firm and heavy|smooth and of good color|fresh
  and free from blemish|plump, and not too large]. / From analysis it has been found that #topic# yield~
  [about|nearly|more than] #number# per cent of #nutrient#. / The [flavor|color|odor] is due to [an
  essential oil|the presence of #nutrient#|a volatile acid], which is [driven off by heat|developed by
  cooking|lost by long standing]. / When cooked too long, the #nutrient# becomes
  [tough|hard|indigestible], [and much of the nutriment is lost|therefore a low temperature should be
  employed]. / The housekeeper who [studies economy|has a small family|wishes variety] will find #topic#
  [a great help|of much service|worth the trouble]. / For many years #topic# ~were [a luxury|known only to
  the rich|imported from #region#], but to-day ~are within the reach of all. / Cellulose, which forms the
  framework, is [softened by cooking|of little food value|broken down by heat]. / It should be remembered
  that [starch|#nutrient#] is changed to sugar during digestion. / Children, invalids, and those of
  sedentary habits should [avoid|use sparingly|take freely of] #topic#. / The price varies from #number#
  to #number# cents per pound, according to the season and the [market|demand]. / #topic# ~are
  [dried|salted|canned|smoked|preserved] in large quantities, and in this form ~are shipped to all parts
  of the country. / The ancients [used|esteemed|cultivated] #topic#, and mention is often made by early
  writers. / Experience has taught that a [slow|quick|steady] fire is best, [since a fierce heat hardens
  the fibres|as the juices are thus retained]. / The average cost of a dinner for six is [small|moderate],
  if #topic# ~are used in place of meat. / A pound of #topic# is equal in food value to [a quart of
  milk|one pound of beef|eight eggs|three pounds of potatoes]. / They belong to the same family as the
  #fruitOrVegetable#, and were first grown in #region#. / Much depends upon the care with which #topic#
  ~are [handled|stored|gathered|packed]. / Two kinds are considered: [those with butter and those
  without|the common and the #place#|fresh and dried]. / Salt is added to [hasten boiling|bring out the
  flavor|toughen the gluten], while sugar acts as [a preservative|food for the yeast plant]. / Authorities
  differ as to the [time required|digestibility|nutritive value] of #topic#. / After standing several
  hours they [wilt|ferment|darken], and are unfit for the table. / In winter #topic# ~are brought from
  #region# by rail and steamer, being [several days|two weeks|ten days] on the way. / The finer grades are
  [carefully sorted by hand|packed in boxes|put up in tins], and retail at #number# cents. / A temperature
  of [over 150° F.|from 185° to 200° F.|about 65 degrees] is needed to [coagulate albumen|swell the starch
  grains|kill germs]. / Fat is a [heat-giving|force-producing] food, and is needed more in cold than in
  warm climates. / It is poor economy to buy [in small quantities|inferior grades|out of season], as the
  waste is great. / Nothing is more [appetizing|refreshing|disappointing] than #topic# [well
  cooked|carelessly prepared|daintily served]. / #topic# eaten [raw|with cream|at breakfast] ~are
  [laxative|refreshing|easily digested by most people]. / The young cook often fails with #topic#, not
  knowing that [the oven cools when the door is opened|time is required for chemical change|measurements
  must be level].
advice: To test [heat of oven|the fat|freshness], [put in a piece of white paper; if it browns in five
  minutes, the heat is right|drop in a cube of bread and count sixty]. / Always measure [level|dry
  ingredients after sifting|liquids in a glass cup], [leveling with back of case knife|never heaping the
  spoon]. / Wash thoroughly in several waters, drain, and [spread on a towel to dry|keep covered in a cool
  place]. / Keep [milk|butter|flour|yeast] away from [strong odors|dampness|direct light], [and cover
  closely|in earthen ware]. / Allow #number# [minutes|tablespoons|pounds] to each [pound|quart|cup], and
  #number# [more|less] if [large|frozen|old]. / Have fire [clear and bright|low, that it may last|well
  started before the kettle is put on]. / Scald all [utensils|jars|cloths] before using, and dry in the
  sun. / Never leave [a metal spoon in a mixture|the kettle uncovered|dough where there is a draught].
  / Remove [scum|tendons|pinfeathers|outer stalks|discolored parts] with a [sharp knife|small
  skewer|skimmer], beginning at the [neck|stem end|thick part]. / Cut through the skin [close to the
  joint|along the backbone|the entire length], and scrape the flesh from the bone. / Place oven rack
  [low|in the centre], and turn the pan often, that the browning may be even. / Wipe with a piece of
  cheese cloth wrung out of cold water, [and put away at once|as washing draws out the juices]. / Use
  [wooden|silver|granite] ware, since [tin|iron|copper] is acted upon by acids. / First build the fire,
  then [regulate the dampers|fill the kettle|look over the recipe], and have all materials at hand. / Hold
  the [knife|bird|needle] firmly in the right hand, and draw towards you.
source: #region# / the sugar-cane / the roots of the plant / animal tissues / the liver of the cod / the
  bones and gristle / milk and cream / the outer covering of the grain / the sap of a palm / several
  species of shrub / the seeds / beds near the shore / the pulp of ripe fruit / grain / the hind-quarter
  / small farms
goods: hams / butter / bread / cheese / beef / potatoes / mutton / flour / chickens / oysters / coffee
  / plums / beans / ducks
keeping: in a cool, dark place / in glass jars / on ice / in a dry cellar / where air can circulate / in
  brine / wrapped in waxed paper / away from other foods / in sand / in a tightly covered tin box / under
  a cloth / near the ice, but not upon it / in a wire basket / from fall until spring
oneThing: #oneTopic# / #oneTopic# / the #oneNoun# / good #oneNoun# / a pound of #goods# / the juice / the flesh of #fish# / the
  covering of the #fruitOrVegetable# / the best #oneNoun# / this variety / the white of egg / the outer
  skin / a young fowl / every kind of #spice# / the shell / the first cut / fresh #oneNoun# / the odor of
  the #fruitOrVegetable# / much of the #oneNoun# sold / the coarse part / no other food / the stalk
  / home-made #oneNoun# / the liquor / a good range / the oven
oneNoun: flour / butter / milk / lard / sugar / bread / beef / veal / mutton / pork / cream / tea / coffee
  / cocoa / cheese / yeast / gelatine / stock / cereal / macaroni / vinegar / olive oil / honey / molasses
  / salt / starch / gluten / fruit / fish / game / poultry / celery / lettuce / corn / rice / chocolate
  / suet / ice
manyThings: #manyTopic# / #manyTopic# / the best #manyTopic# / most #manyTopic# / the smaller
  #manyTopic# / fresh #manyTopic#
  / the leaves / the bones / the fibres / the finest #topic# / eggs / fats and oils / these varieties
  / the outer stalks / tough cuts / such foods / acid fruits / young animals / the seeds / canned goods
  / large ones / #vegetable# / #fruit# / all meats / the wings and legs / sweet herbs / the cheaper grades
  / left-over portions / the thick slices / those from #region# / late #manyTopic#
participle: removed / placed on ice / drained / soaked / allowed to stand / colored with spinach / forced
  through a strainer / turned often / piled lightly / shaped while warm / sprinkled with salt / toasted
  / covered closely / reheated / filled to the brim / roasted / broiled / cut across the grain / tied in
  shape / stuffed / sweetened / flavored / poured off / put away / rolled thin / baked in a hot oven
  / returned to the kettle / kept below the boiling point / wrapped in paper / skewered / strained twice
  / packed solidly / opened at once / eaten uncooked / caught in nets / prepared in this way / reduced to
  powder / freed from fat / wet with cold water / bought by the barrel / warmed over / tested before using
  / buttered / salted / ground fine / cleaned and scalded / set aside / drawn through the fire / served
  separately / well chilled / thrown away / hung head downwards / washed in several waters / used for soup
  / served in place of potatoes / thoroughly dried
gerund: removing the skin / boiling rapidly / adding soda / burning coal / making bread / keeping the
  cover on / forming a crust / canning and preserving / roasting / broiling over coals / testing the syrup
  / washing the leaves / weighing the sugar / using a thermometer / beating in air / salting and smoking
  / rising dough / coating with crumbs / frying in deep fat / putting together / straining / pointing the
  knife downwards / coming to table / serving / mixing / allowing it to cool / drawing to the back of the
  range / covering with paper / cutting close to the bone
how: usually / generally / frequently / principally / almost always / also / either / now / often / then
  / carefully / at first / quite / sometimes / first / never / immediately
bodily: the stomach / the system / the body / the blood / the digestive organs / a growing child / the
  nerves / a person in good health / the adult / the patient / a working man
statement: #manyThings# #manySay# / #manyThings# #manySay# / #oneThing# #oneSays# / #oneThing# #oneSays#
  / #manyThings# [should be|are|may be|must be|are then] [#how# |]#participle# / #oneThing# [should
  be|is|may be|must be|is then|can be] [#how# |]#participle# / #gerund# [is|is #how#|will be found] [the
  best way|a means of saving|not desirable|the most difficult part|an easy process|a matter of
  practice|necessary] / by #gerund# [much time is saved|the flavor is retained|#manyThings#
  #manySay#|waste is prevented] / [such foods|fats and oils|all meats|acid
  fruits|cereals|soups] [are needed by|agree with|repair|nourish|strengthen] #bodily# / before #gerund#, #oneThing# [should be|must be] #participle# / the
  [upper|lower|outside|inside|thick|remaining|solid|largest] portion #oneSays# / a wood fire [burns
  quickly|gives a fierce heat|soon dies down], and coal #keeping# [lasts longer|costs less] / carbon,
  hydrogen, and oxygen [enter into the composition of|are found in] #topic# / the process of #gerund#
  [continues|begins|ends|must go on] until [fermentation|evaporation|the proper color|solid fat|the right
  consistency] [appears|is reached|takes place] / no two [cooks|writers|ovens|flours] [agree|are alike] as
  to [proportions|directions|time|heat] / #oneTopic# will be better [another day|for long standing|than
  either of the others|at no other time] / where #manyThings# #manySay#, the [surface|wide end|long
  side|tail|end|body] [continues|would be|seems] [dry|wet|pointed|colored|tough] / various means are
  [employed|made use of] to [prevent|determine|accomplish|reach] this
descriptive: #main# [should be|are|may be|must be] [#how# |]#participle#. / #main# #manySay#. / this
  [dish|recipe|mixture] [is #how# served at luncheon|is better the second day|may be made without
  #spice#|is quickly prepared|requires #minutes# less time in summer]. / #person# #personDoes#. / #main#
  prepared in this way [#manySay#|may be kept #hours#]. / by #gerund#, the flavor is
  [improved|retained|lost]. / #main# for this purpose should be [bought alive|freshly killed|fully ripe|of
  even size|very dry]. / in the morning [remove #main#|they should be #participle#|the fat will be found
  on top]. / both #main# and #some# may be #participle#. / where they are used for [salad|pudding|soup|a
  garnish], they should be #participle#.
person: the housekeeper / the cook / one / a beginner / the careful marketer / the nurse / the hostess
  / many an old cook / the thrifty housewife / a good provider
personDoes: will find that #statement# / should [remember|know|bear in mind] that #statement# / cannot
  [expect success|be too careful] when #statement# / soon learns that #statement# / may save much by
  [buying in quantity|using left-overs|watching the fire|planning a week ahead] / must first [study the
  fire|learn to measure|know the cuts|read the recipe through] / is apt to [forget|overlook] that
  #statement#
condition: when cooked too long / if exposed to the air / on account of [the price|the climate|frequent
  rains] / during the [summer|winter|spring] months / in [large|small] families / after #month# / where
  ice cannot be had / as a rule / for this reason / in [former days|many households|our climate] / with
  few exceptions / by long keeping / unless properly cured / when in season / according to the best
  authorities / for economy / from a chemical standpoint / next to milk
because: as #statement# / since #statement# / for #statement# / while #statement# / although #statement#
  / because #statement# / therefore #statement# / and #statement# / but #statement# / which explains why
  #statement# / so that #statement# / yet #statement#
essaySentence: #statement#. / #statement#, #because#. / #condition#, #statement#. / #statement#;
  #statement#. / #person# #personDoes#. / #statement#, #condition#. / #condition#, #person# #personDoes#.
  / it [is well known|has been found|is said|must not be forgotten|is often the case] that #statement#.
  / #statement#, and [for this reason|in consequence|at such times] #statement#. / #statement#
  (#statement#). / examples: #vegetable#, #fruit#, #oneNoun#, and #nut#. / #statement#, — #because#. / to
  [obtain|insure|secure] the best results, #person# #personDoes#. / there is [no food|nothing|hardly a
  dish] more [wholesome|wasteful|inviting] than #topic# #keeping#.
adviceVerb: keep / remove / cover / examine / wash / scald / hang / cut away / save / throw away / fold
  / turn / lay / draw / press / rinse / dry / scrape / tie / insert / loosen / measure / weigh / warm
  / brush / trim / set / place / wipe / split
adviceObject: the #oneNoun# / the skin / the bones / the legs and wings / all knives / the pan / the cover
  / the cloth / the neck / the dough / the fire / the outer leaves / the bird / the fillets / the cup
  / the jars / the spoon / the seeds / the tendons / the kettle / the shells / the moulds / the mixture
adviceHow: with a [sharp|silver|damp|small] [knife|skewer|cloth|brush] / close to the bone / at once
  / before [the fire is low|using|serving|the first frost] / #keeping# / in [several waters|the sun|one
  piece|even slices] / towards you / from left to right / as soon as [cool|delivered|cut|it boils]
  / without breaking the skin / so that the [air|steam|heat] may [enter|escape|reach all parts] / on both
  sides / as shown in the picture / until wanted / after each using / twice a week / while hot / with tips
  of fingers
adviceSentence: #adviceVerb# #adviceObject# #adviceHow#. / #adviceVerb# #adviceObject# #adviceHow#, and
  #adviceVerb# #adviceObject#. / #adviceVerb# #adviceObject#, #adviceVerb# #adviceObject# #adviceHow#, and
  #adviceVerb# #adviceHow#. / never #adviceVerb# #adviceObject# #adviceHow#. / always #adviceVerb#
  #adviceObject# #adviceHow#. / #adviceVerb# #adviceObject# #adviceHow#, #because#. / if #statement#,
  #adviceVerb# #adviceObject# #adviceHow#. / first #adviceVerb# #adviceObject#; then #adviceVerb#
  #adviceObject# #adviceHow#. / see that the [pan|kettle|cloth|oven|cover|fire|jar] is
  [clean|dry|cold|ready|hot|tight]. / allow #number# [minutes|pounds|cups|inches] #adviceHow#.
howTo: bone a bird / measure / test the oven / clean #fish# / open #shellfish# / choose #topic# / build a
  fire / keep #topic# / carve #meat# / truss #poultry# / set the table / clarify fat / blanch #nut#
  / store #vegetable# / egg and crumb / try out lard / sterilize jars / cut and fold / whip cream by hand
  / use a gas range / wash dishes / lard meat / scour brass / care for the ice-chest / dry #herb#
hintName: To blanch #nut# / To keep #fruit# / To clean #utensil# / To remove fruit stains / To freshen
  stale bread / Acidulated water / To chop #herb# / Meat glaze / To caramelize sugar / To pound #spice#
  / To render suet / To stone raisins / Buttered crumbs / To extract onion juice / Prepared mustard / To
  shell #nut# / Spinach green / To prevent [salt|sugar] from lumping / Soup bouquet / To sour milk quickly
  / To wash glassware / Cooking wine / To shred #nut#
meaning: a [rich|thick|clear|frozen|light] [soup|sauce|dessert|pudding] made of #vegetable#
  / #meat# cut in #pieces# and [stewed|served in a rich sauce] / cooked in [the style of|the fashion of]
  #place# kitchens / small [moulds|pieces|cakes] of #cereal# / a [name|term] given to dishes with #garnish#
  / baked with a covering of crumbs / to cook in [butter|a covered vessel] / #fish# or #poultry#, pounded
  and sifted
sectionName: #topic# / #topic# / kinds of #topic# / care of #topic# / selection of #topic# / ways of
  cooking #topic# / general rules / #topic# in market / uses of #topic# / facts about #topic#
term: agneau / à la / au gratin / bavaroise / béchamel / biscuit / blanquette / bombe / bouchée / bouillon
  / braise / café / canapé / canard / cannelon / caviare / champignons / chartreuse / compote / consommé
  / croustade / croûton / croquette / daube / demi-tasse / en coquille / entrée / farce / fillet / fondue
  / frappé / fricassee / glacé / gnocchi / haricot / hors-d'œuvre / julienne / lardoon / macédoine
  / maigre / marinade / meringue / mousse / noisette / pâté / potage / pot-au-feu / purée / ragout
  / ramequin / réchauffé / rissole / roux / salmi / sauté / sorbet / soufflé / timbale / tourte / truffles
  / velouté / vol-au-vent
`);

/** A text written for both numbers, `contain~` with an s in the singular, `~are`, `~have`, in one of them. */
export const inNumber = (text: string, singular: boolean): string =>
  singular
    ? text
        .replace(/~are\b/g, 'is')
        .replace(/~were\b/g, 'was')
        .replace(/~have\b/g, 'has')
        .replace(/vary~/g, 'varies')
        .replace(/their/g, 'its')
        .replace(/(ss|sh|ch|x)~/g, '$1es')
        .replace(/~/g, 's')
    : text.replace(/~/g, '');

/**
 * Sentences about food put together from parts, so that no essay repeats another: who, what is said of it, under which
 * condition; advice in the imperative, which reads like directions and is none; names of hints and terms.
 */
export const SENTENCES: Rules = {
  ...TEXT,
  manySay: TEXT.predicate.map((text) => inNumber(text, false)),
  oneSays: TEXT.predicate.map((text) => inNumber(text, true)),
};
