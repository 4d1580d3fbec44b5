import type { IngredientClass } from './ingredients.ts';

/** A kind of recipe: how its dishes are called, what goes in, and in which order they are made. */
export interface RecipeKind {
  /** Title templates, lower case. */
  readonly titles: readonly string[];
  /** Ingredient classes; a `?` leaves one out every other time. */
  readonly takes: readonly (IngredientClass | `${IngredientClass}?`)[];
  /** Names of steps (steps.ts) in order; `a/b` is either, a `?` leaves one out every other time. */
  readonly plans: readonly string[];
  /** How often the recipe is all prose, amounts in words, as dishes of one main thing are. */
  readonly proseOnly: number;
  /** What the dish is made of, where it has no ingredient list. */
  readonly main: string;
}

const kind = (main: string, proseOnly: number, titles: string, takes: string, plans: string): RecipeKind => ({
  titles: titles.split(';').map((title) => title.trim()),
  takes: takes.split(' ') as RecipeKind['takes'],
  plans: plans.split(';').map((plan) => plan.trim()),
  proseOnly,
  main,
});

export const RECIPE_KINDS = {
  beverage: kind(
    '#fruit#',
    0.15,
    `#fruit# punch; #place# punch; #fruit# lemonade; #flavorName# cordial; #fruit# nectar; iced #flavorName#; hot #flavorName#; #place# chocolate; #fruit# shrub; #adjective# cocoa; spiced #fruit# cup; mulled #fruit# juice; #flavorName# frappé; #place# coffee; egg nog with #flavorName#; #fruit# vinegar; #flavorName# syrup; barley water; toast water; oatmeal caudle; ginger #fruit# drink; claret cup #place# style; Russian tea with #fruit#; tea punch`,
    'drink water sugar? fruit? wine? flavor? egg?',
    'candy boil? strain addRest chill; boil strain addRest? serve; prepare boil strain chill serve?; scald addRest boil? serve; addRest chill serve; preserve strain chill',
  ),
  bread: kind(
    'dough',
    0.12,
    `#place# bread; #adjective# bread; #cereal# bread; #place# rolls; #adjective# rolls; #flavorName# buns; #cereal# loaf; raised #flavorName# biscuits; #fruit# bread; #place# brown bread; sticks; #adjective# rusks; salad rolls; #place# coffee cake; Parker rolls; clover-leaf rolls; #nut# bread; sweet #place# rolls; water bread; milk and water bread; braided #flavorName# loaf; #cereal# gems with yeast`,
    'liquid flour sugar? fat salt leaven egg? liquid? nut?',
    'scald sponge sponge knead rollOut? bake serve?; sponge addDry knead sponge? rollOut bake; scald addRest sponge knead turnIn bake; addRest sponge knead rollOut bake finishCake?',
  ),
  quickBread: kind(
    'batter',
    0.1,
    `#place# muffins; #cereal# muffins; #adjective# biscuit; #flavorName# griddle-cakes; #cereal# griddle-cakes; #place# waffles; #adjective# popovers; #cereal# gems; #fruit# muffins; #place# corn cake; drop biscuit; #adjective# shortcake; #flavorName# twists; #cereal# cakes; berry muffins; sour milk biscuit; #adjective# doughnuts; #place# crullers; #flavorName# puffs; twin mountain gems; pin-wheel #flavorName# biscuit; spider #cereal# cake; breakfast puffs; rice waffles; #fruit# dumplings for breakfast; Sally #place#; maple #nut# gems; soft #flavorName# gingerbread`,
    'flour leaven salt liquid fat egg sugar? spice? fruit?',
    'siftDry workFat moisten rollOut bake; siftDry addEgg moisten turnIn bake; siftDry addRest bake; creamFat addEgg siftDry addDry turnIn bake; siftDry moisten addEgg shapeFry; siftDry workFat moisten knead rollOut bake serve',
  ),
  cereal: kind(
    '#cereal#',
    0.3,
    `boiled #cereal#; #cereal# mush; steamed #cereal#; #cereal# with #fruit#; baked #cereal#; fried #cereal# mush; #cereal# #place# style; #cereal# with cheese; #cereal# croquettes; #cereal# à la #place#; creamed #cereal#; #cereal# milanaise; savory #cereal#; #cereal# cakes; #cereal# with tomatoes; molded #cereal#; #cereal# jelly; #cereal# timbales; #cereal# blanc-mange; rice à la #place#; Turkish #cereal#`,
    'cereal water salt liquid? cheese? fat? fruit?',
    'boil strain? addRest serve; prepare boil addRest turnIn? bake? serve; boil turnIn chill serve; scald addRest boil serve; boil bind addRest turnIn bake',
  ),
  egg: kind(
    'eggs',
    0.45,
    `eggs à la #place#; #adjective# omelet; #herb# omelet; #vegetable# omelet; #shellfish# omelet; scrambled eggs with #vegetable#; baked eggs with #cheese#; eggs in #sauceName#; stuffed eggs; poached eggs with #sauceName#; shirred eggs #place# style; curried eggs; eggs with #fish#; creamed eggs; #fruit# omelet; eggs in a nest; scalloped eggs with #meat#; #place# eggs; bread omelet; dropped eggs on #serving2#; eggs Mornay; egg timbales; buttered eggs with #vegetable#`,
    'egg liquid? fat salt pepper vegetable? aromatic? thickening? cheese?',
    'eggs season eggs serve; eggs addRest eggs serve; boil eggs bind serve; saute addRest eggs serve; bind eggs season serve',
  ),
  soup: kind(
    '#vegetable#',
    0.15,
    `cream of #vegetable# soup; #vegetable# soup; #vegetable# purée; #fish# chowder; #shellfish# bisque; #place# soup; #poultry# broth; #meat# broth; potage #place# style; #shellfish# stew; mock #shellfish# bisque; #vegetable# chowder; clear #vegetable# soup; #cereal# soup; #game# soup; #adjective# consommé; brown #place# soup; #poultry# soup with #cereal#; black bean soup; ox joint soup; julienne soup; white #place# soup; cream of #cereal# soup; #nut# soup; #fish# bisque; Duchess soup; mulligatawny soup; #vegetable# and tomato soup; noodle soup; #shellfish# gumbo`,
    'stock vegetable aromatic liquid thickening fat salt pepper meat? spice? cream? egg?',
    'prepare boil strain bind season serve?; saute addRest boil strain season; boil strain scald bind season addRest?; prepare saute addRest boil bind serve; addRest boil strain bind season',
  ),
  soupGarnish: kind(
    'dough',
    0.6,
    `#cereal# croûtons; soup #shape2#; egg balls; #meat# forcemeat balls; noodles; crisp crackers; royal custard; imperial sticks; cheese crackers; #fish# force-meat; #poultry# quenelles; duchess crusts; fried pea fritters; #vegetable# dice; #herb# dumplings; suet balls; marrow balls; mock almonds`,
    'flour? egg salt fat? liquid? crumb? poultry?',
    'addEgg? addRest rollOut shapeFry; addRest season boil; addRest rollOut bake serve; prepare saute serve; eggs addRest turnIn bake serve',
  ),
  fish: kind(
    '#fish#',
    0.65,
    `baked #fish#; broiled #fish#; fried #fish#; boiled #fish# with #sauceName#; #fish# à la #place#; stuffed #fish#; planked #fish#; fillets of #fish#; scalloped #fish#; #fish# #place# style; creamed #fish#; turban of #fish#; #fish# steaks; halibut #place# fashion; pickled #fish#; #fish# with #sauceName#; #fish# croquettes; #fish# balls; #fish# cutlets; kedgeree of #fish#; baked #fish# with #shellfish# stuffing; moulded #fish#; #fish# loaf; #fish# hash; broiled salt #fish#; #fish# soufflé; sautéd #fish#; #fish# in ramequins`,
    'fish crumb? fat liquid? thickening? aromatic salt pepper egg? wine?',
    'dress season roast serve; dress saute serve; prepare season bind turnIn bake serve; dress boil strain bind serve; addRest shapeFry serve; dress turnIn season bake serve',
  ),
  shellfish: kind(
    '#shellfish#',
    0.5,
    `#shellfish# à la #place#; creamed #shellfish#; fried #shellfish#; scalloped #shellfish#; #shellfish# fricassee; broiled #shellfish#; #shellfish# on toast; deviled #shellfish#; panned #shellfish#; #shellfish# and #vegetable#; #shellfish# cocktail; roasted #shellfish#; curried #shellfish#; #shellfish# Newburg #place# style; little pigs in blankets; #shellfish# rarebit; stewed #shellfish#; #shellfish# with #sauceName#; #shellfish# timbales; live #shellfish# broiled; #shellfish# in the shell; spiced #shellfish#; #shellfish# ragout`,
    'shellfish fat thickening? cream salt pepper egg? wine? crumb? aromatic?',
    'dress boil bind season serve; prepare saute bind season serve; saute addRest serve; bind addRest turnIn bake; dress roast season serve; addRest shapeFry serve',
  ),
  meat: kind(
    '#meat#',
    0.65,
    `roast #meat#; braised #meat#; #meat# à la #place#; broiled #meat# with #sauceName#; boiled #meat#; #meat# stew with dumplings; fricassee of #meat#; breaded #meat#; #meat# en casserole; #meat# loaf; pan-broiled #meat#; stuffed #meat#; #meat# pie; ragout of #meat#; #meat# hash; minced #meat# on toast; salmi of #meat#; #meat# cutlets; blanquette of #meat#; #meat# with #vegetable#; curry of #meat#; cannelon of #meat#; cold #meat# with #sauceName#; larded #meat#; #place# pot roast; scalloped #meat#; sautéd #meat#; #meat# rissoles; barbecued #meat#; #meat# birds; #meat# collops; spiced #meat#; casserole of rice and #meat#; #meat# fritters; corned #meat# #place# style; warmed-over #meat#; roast #meat# with #sauceName#; #meat# and kidney pie; #place# hash`,
    'meat fat thickening? stock aromatic salt pepper vegetable? crumb? egg?',
    'dress season roast serve; dress saute boil bind serve; prepare saute addRest boil bind serve; addRest season turnIn bake serve; dress boil strain? serve; addRest shapeFry serve; dress season saute bind serve',
  ),
  poultry: kind(
    '#poultry#',
    0.65,
    `roast #poultry#; #poultry# fricassee; broiled #poultry#; #poultry# à la #place#; stewed #poultry#; #poultry# pie; boned #poultry#; creamed #poultry#; fried #poultry# #place# style; #poultry# stew; braised #poultry#; jellied #poultry#; #poultry# gumbo; curried #poultry#; #poultry# with #shellfish#; scalloped #poultry#; #poultry# hollandaise; blanquette of #poultry#; #poultry# croquettes; roast #game#; broiled #game#; #game# pie; potted #game#; #game# with #sauceName#; larded #game#; fillets of #game#; salmi of #game#; #poultry# chartreuse; #poultry# loaf; mock #game#; #poultry# timbales; #nut# stuffing; #herb# stuffing; giblet gravy; #game# cutlets; boiled #poultry# with #sauceName#; pressed #poultry#; #poultry# soufflé; #fruit# stuffing`,
    'poultry fat stock thickening? aromatic salt pepper cream? vegetable? crumb?',
    'dress season roast serve; dress boil strain bind serve; dress saute boil bind serve; prepare addRest season turnIn bake serve; addRest season shapeFry; bind addRest season serve; dress roast bind serve',
  ),
  vegetable: kind(
    '#vegetable#',
    0.6,
    `boiled #vegetable#; creamed #vegetable#; #vegetable# à la #place#; fried #vegetable#; #vegetable# with #sauceName#; scalloped #vegetable#; baked #vegetable#; stuffed #vegetable#; #vegetable# au gratin; #vegetable# fritters; mashed #vegetable#; #vegetable# #place# style; buttered #vegetable#; glazed #vegetable#; #vegetable# in cream; stewed #vegetable#; broiled #vegetable#; devilled #vegetable#; #vegetable# sauté; browned #vegetable#; sugared #vegetable#; #vegetable# soufflé; #vegetable# balls; #vegetable# cakes; escalloped #vegetable#; Lyonnaise #vegetable#; #vegetable# timbales; #vegetable# loaf; potato #place# fashion; hashed brown potatoes; Duchess potatoes; potato border; riced #vegetable#; French fried #vegetable#; shadow #vegetable#; #vegetable# marbles; #vegetable# croquettes`,
    'vegetable fat salt pepper liquid? cream? thickening? aromatic? crumb? cheese?',
    'prepare boil season serve?; prepare boil strain season addRest?; prepare saute season; prepare boil bind turnIn bake; boil strain addRest turnIn bake; prepare season turnIn bake; addRest shapeFry serve?; prepare shapeFry',
  ),
  sauce: kind(
    'sauce',
    0.2,
    `#place# sauce; #flavorName# sauce; #vegetable# sauce; #shellfish# sauce; brown #flavorName# sauce; white sauce; #herb# sauce; hard #flavorName# sauce; foamy #flavorName# sauce; sauce #place# style; #fruit# sauce; #herb# butter; #cheese# sauce; hot #flavorName# sauce; #spice# sauce; sauce à la #place#; thin white sauce; #nut# sauce; cold #flavorName# sauce; mock hollandaise; clear #fruit# sauce; #place# butter; supreme sauce; sauce allemande #place#; sterling sauce; cucumber #herb# sauce; cream sauce`,
    'fat thickening stock liquid? salt pepper egg? flavor? aromatic?',
    'bind season addEgg?; creamFat addRest; bind boil strain season; saute addRest boil strain; candy addRest; boil bind season?',
  ),
  salad: kind(
    '#vegetable#',
    0.5,
    `#vegetable# salad; #fruit# salad; #shellfish# salad; #fish# salad; #poultry# salad; #place# salad; #nut# and #fruit# salad; #vegetable# and #nut# salad; egg salad; dressed #vegetable#; #cheese# salad; stuffed #vegetable# salad; #meat# salad; #place# dressing; boiled dressing; #herb# dressing; cream dressing; mayonnaise of #vegetable#; potato salad; Waldorf salad; jellied #vegetable# salad; macédoine salad; #vegetable# jelly; oil dressing; #fruit# and #vegetable# salad; string bean and #vegetable# salad; Russian salad; salad à la #place#; cheese and olive salad`,
    'vegetable fat salt pepper aromatic? egg? spice? fruit? cream? nut?',
    'prepare toss toss serve?; toss season addRest serve?; eggs toss chill serve; prepare chill toss; boil bind strain chill; addRest season toss serve',
  ),
  entree: kind(
    '#vegetable#',
    0.25,
    `#fruit# fritters; #vegetable# fritters; #meat# croquettes; #poultry# croquettes; #cheese# croquettes; #shellfish# cutlets; #cheese# soufflé; #cheese# fondue; #fish# timbales; #cereal# croquettes; #shellfish# patties; bouchées of #poultry#; aspic of #meat#; #poultry# in aspic; rissoles of #meat#; ramequins of #cheese#; #vegetable# in batter; batter for #fruit#; #place# timbales; cheese straws; #shellfish# rissoles; #nut# croquettes; compote of #fruit#; vol-au-vent of #shellfish#; mousse of #poultry#; zéphyrs of #poultry#; croustades of #cereal#; queen fritters; Swedish #flavorName# fritters; chartreuse of #meat#`,
    'flour liquid egg salt fat? fruit? cheese? spice? poultry?',
    'siftDry moisten addEgg shapeFry serve; bind addRest season shapeFry serve; bind addEgg turnIn bake serve; addRest season turnIn bake serve; prepare toss shapeFry serve; boil strain addRest chill serve',
  ),
  steamedPudding: kind(
    'batter',
    0.08,
    `#fruit# pudding; steamed #flavorName# pudding; #place# pudding; #adjective# plum pudding; #cereal# pudding; baked #flavorName# pudding; suet pudding; #flavorName# custard; #fruit# dumplings; #cereal# custard; #fruit# soufflé; #flavorName# soufflé; cottage #flavorName# pudding; bread and butter pudding; #fruit# batter pudding; Indian #flavorName# pudding; #cereal# and #fruit# pudding; #nut# pudding; scalloped #fruit#; brown betty with #fruit#; steamed #fruit# pudding; #adjective# pudding; #fruit# cobbler; poor man's #cereal# pudding; #fruit# roly-poly; cabinet pudding; soufflé of #cereal#; #flavorName# fondant pudding; snow balls with #fruit#; harvest pudding; black pudding #place# style`,
    'flour? fat sugar liquid egg spice? fruit leaven? salt cereal? crumb?',
    'creamFat addEgg siftDry addDry steam serve; siftDry addRest steam serve; scald addRest turnIn bake serve; addRest steam serve; prepare addRest turnIn bake serve; bind addEgg turnIn bake serve; scald addEgg turnIn bake serve',
  ),
  coldDessert: kind(
    'cream',
    0.15,
    `#fruit# cream; #flavorName# jelly; #flavorName# Bavarian cream; #fruit# sponge; #place# cream; #flavorName# blanc-mange; #fruit# charlotte; charlotte russe with #fruit#; #flavorName# custard; #fruit# whip; #flavorName# trifle; tipsy #flavorName# pudding; #fruit# snow pudding; wine jelly; #flavorName# cream; boiled custard; #cereal# cream; moulded #fruit#; #fruit# fool; #nut# cream; macaroon cream; floating island with #fruit#; #flavorName# mould; Spanish #flavorName# cream; caramel #flavorName# custard; chartreuse of #fruit#; peach #place#; burnt #flavorName# cream; ivory cream; pudding à la #place#; orange baskets; jellied #fruit#; coffee #flavorName# soufflé; #fruit# tapioca; apple snow; Irish #flavorName# moss; stewed #fruit#; baked #fruit#; #fruit# sauce for tea`,
    'gelatine? water sugar cream? liquid? egg? flavor fruit? wine?',
    'chill addRest chill serve; scald addEgg boil strain chill serve; chill candy addRest chill; boil strain addRest chill serve; prepare boil chill serve; scald addRest boil strain season chill serve',
  ),
  ice: kind(
    'cream',
    0.08,
    `#flavorName# ice cream; #fruit# ice; #fruit# sherbet; #flavorName# parfait; #fruit# frappé; frozen #fruit#; #flavorName# mousse; biscuit #place#; #fruit# water ice; #place# ice cream; frozen #flavorName# pudding; bombe #place# style; #flavorName# ice cream with #sauceName#; #fruit# sorbet; #nut# ice cream; café frappé; plombière of #fruit#; #flavorName# cream, frozen; Neapolitan #fruit# ice cream; sultana roll; #fruit# punch, frozen; milk sherbet; hollandaise #flavorName# cream; ginger #fruit# ice; #place# sherbet`,
    'cream sugar liquid? egg? flavor fruit? wine? water?',
    'scald addEgg boil strain freeze; candy addRest freeze; addRest freeze serve?; scald addRest strain freeze serve; boil strain addRest freeze; prepare addRest strain freeze',
  ),
  pastry: kind(
    'paste',
    0.35,
    `#pieName# pie; #pieName# tart; #pieName# meringue pie; #pieName# tartlets; #fruit# pie; #adjective# paste; puff paste; #place# tarts; #nut# turnovers; patty shells; #flavorName# cream pie; #fruit# turnovers; cheese #shape2#; #pieName# pie without eggs; mock #pieName# pie; #fruit# rissolettes; banbury #flavorName# tarts; condés; cream horns; #place# mince meat; deep #fruit# pie; #fruit# tartlets; Napoleons; #pieName# and raisin pie; #flavorName# meringues; kisses with #nut#; lemon #place# tartlets; open #fruit# tart`,
    'flour? fat sugar egg? liquid? fruit spice? salt flavor?',
    'workFat moisten rollOut bake; prepare addRest season turnIn bake; bind addEgg turnIn bake finishCake?; addRest turnIn bake serve?; scald addEgg turnIn bake; prepare turnIn season bake; rollOut addRest? bake serve',
  ),
  gingerbread: kind(
    'dough',
    0.06,
    `#flavorName# cookies; #place# gingerbread; #nut# cookies; #flavorName# wafers; #adjective# gingerbread; #place# jumbles; #flavorName# snaps; #cereal# cookies; hermits #place# style; #flavorName# drop cakes; molasses #nut# bars; #place# #nut# cookies; sugar cookies; soft #flavorName# cookies; seed cakes; rolled #nut# wafers; #place# cakes; vanity #flavorName# cakes; chocolate #nut# cookies; cream cookies; #fruit# rocks; brandy snaps; sand tarts; imperial #flavorName# cookies; #flavorName# gingerbread; hard #place# gingerbread; swiss #nut# wafers`,
    'flour fat sugar egg? leaven spice liquid? salt nut?',
    'creamFat addEgg siftDry addDry rollOut bake; scald workFat addDry chill rollOut bake; creamFat addRest turnIn bake; addRest siftDry addDry rollOut bake; creamFat addEgg addDry chill rollOut bake finishCake?',
  ),
  cake: kind(
    'batter',
    0.06,
    `#flavorName# cake; #adjective# cake; #place# cake; #nut# cake; #fruit# cake; #flavorName# layer cake; #flavorName# sponge cake; #adjective# pound cake; #flavorName# loaf cake; #place# sponge; #adjective# fruit cake; #flavorName# cup cakes; cream #flavorName# cake; #nut# wafers; mocha #nut# cake; #place# tea cake; #flavorName# jelly roll; angel #flavorName# cake; #fruit# shortcake; marble cake; walnut #flavorName# squares; dark #fruit# cake; #flavorName# éclairs; lady #place# fingers; #adjective# wedding cake; spice #nut# cake; moonshine cake; #flavorName# macaroons; devil's food; orange #adjective# cake; hot water sponge cake; Daffodil cake; bread #fruit# cake; corn-starch #flavorName# cake; buttermilk #fruit# cake; citron cake; #flavorName# cream puffs`,
    'fat sugar egg liquid flour leaven spice? flavor? fruit? nut? salt?',
    'creamFat addEgg siftDry addDry turnIn bake finishCake?; creamFat addEgg addDry season turnIn bake finishCake?; addEgg addDry turnIn bake finishCake?; creamFat siftDry addDry addEgg addRest turnIn bake; scald addRest siftDry addEgg turnIn bake finishCake',
  ),
  frosting: kind(
    'frosting',
    0.1,
    `#flavorName# frosting; #flavorName# filling; #fruit# filling; boiled #flavorName# frosting; #nut# filling; #place# frosting; #flavorName# cream filling; milk frosting; #adjective# frosting; #fruit# and #nut# filling; plain frosting; #flavorName# glacé; fondant #flavorName# icing; maple #nut# frosting; ice cream frosting; opera caramel frosting; marshmallow #flavorName# paste; gelatine frosting; white mountain cream`,
    'sugar water? egg? flavor fat? cream? nut?',
    'candy addRest; candy candy addRest; creamFat addRest; boil addRest; scald bind boil season; addRest boil',
  ),
  candy: kind(
    'syrup',
    0.1,
    `#flavorName# fudge; #nut# brittle; #flavorName# caramels; #place# candy; #flavorName# drops; glacé #nut#; #flavorName# creams; molasses #nut# candy; #nut# bars; salted #nut#; #fruit# glacé; cream #flavorName# mints; #flavorName# fondant; stuffed #fruit#; vinegar candy; ice cream candy; butter taffy; parisian sweets; cocoanut #flavorName# cream candy; nougatine #nut# drops; dipped #nut#; horehound candy; peanut #flavorName# nougat; pulled #flavorName# taffy; marrons #place#; candied orange peel; popcorn balls`,
    'sugar water? liquid? fat? flavor nut? salt?',
    'candy candy addRest candy; candy candy candy; candy boil candy; prepare candy candy; addRest candy candy',
  ),
  sandwich: kind(
    '#meat#',
    0.7,
    `#meat# sandwiches; #vegetable# sandwiches; #cheese# sandwiches; #nut# sandwiches; #shellfish# sandwiches; #fruit# sandwiches; #herb# sandwiches; #poultry# canapés; #fish# canapés; rolled bread; egg sandwiches; club #place# sandwiches; #nut# and cheese sandwiches; #fish# paste sandwiches; ginger sandwiches; lettuce and #vegetable# sandwiches; #flavorName# sandwiches; #place# canapés; anchovy #vegetable# canapés; #cheese# wafers; noisette #nut# sandwiches`,
    'meat fat? salt? aromatic egg? nut? jelly?',
    'spread spread serve; addRest season spread; prepare season spread spread; spread season serve',
  ),
  chafing: kind(
    '#shellfish#',
    0.35,
    `#shellfish# à la #place#; Welsh #cheese# rarebit; #meat# terrapin #place# style; creamed #fish# on toast; deviled #meat#; #shellfish# #place#; #poultry# livers with #sauceName#; scrambled eggs with #shellfish#; venison #place# style; buttered #shellfish#; #cheese# fondue #place#; #vegetable# rarebit; shredded #meat# with #sauceName#; #fish# réchauffé; sautéd #meat# with #vegetable#; devilled #nut#; fruit canapés; #fish# à la rector #place#; #meat# with #sauceName#; peach canapés; #nut# and celery toast; English monkey #place# style`,
    'shellfish fat cream? egg? salt pepper wine? cheese? thickening?',
    'saute addRest season serve; bind addRest season serve; eggs addRest season serve; saute season addEgg serve',
  ),
  preserve: kind(
    '#fruit#',
    0.7,
    `#fruit# jelly; preserved #fruit#; #fruit# marmalade; canned #fruit#; spiced #fruit#; pickled #vegetable#; #fruit# jam; sweet pickled #fruit#; #vegetable# catsup; chili sauce; #fruit# conserve; brandied #fruit#; #place# pickles; #vegetable# relish; #fruit# and red currant jelly; piccalilli; #fruit# butter; mustard pickle; canned #vegetable#; chow-chow; ripe #vegetable# pickle; #fruit# sauce for winter use; grape #fruit# marmalade; unripe #fruit# pickle; preserved melon rind; #fruit# honey; #herb# vinegar; oil pickles; #fruit# in syrup; tutti frutti; sun-cooked #fruit#`,
    'fruit sugar water? spice? vegetable? wine?',
    'preserve preserve preserve preserve?; prepare preserve boil preserve; prepare boil strain candy preserve; preserve boil preserve; prepare preserve preserve',
  ),
  invalid: kind(
    'gruel',
    0.2,
    `#cereal# gruel; #meat# tea; #poultry# jelly for the sick; #flavorName# whey; albumenized #flavorName# drink; egg nog #place# style; #cereal# water; toast for invalids; #flavorName# junket; #cereal# jelly; #fruit# water; Irish moss #flavorName#; #meat# essence; restorative #flavorName# jelly; milk punch; barley #flavorName# drink; cracker gruel; raw #meat# sandwiches; #flavorName# koumiss; broiled #meat# pulp; clam broth; flaxseed #flavorName# tea; arrowroot #flavorName# custard`,
    'liquid? water? cereal? egg? salt? sugar? flavor?',
    'scald addRest boil strain; addRest boil strain serve; prepare boil strain chill; boil strain season; scald addRest chill',
  ),
} satisfies Record<string, RecipeKind>;

export type RecipeKindName = keyof typeof RECIPE_KINDS;

/** The chapters of the book: title, short title of the running head where it differs, kinds of recipe, topic of its essays. */
export interface Chapter {
  readonly title: string;
  readonly head?: string;
  readonly kinds: readonly RecipeKindName[];
  readonly topics: readonly string[];
}

export const CHAPTERS: readonly Chapter[] = [
  {
    title: 'Drinks, Hot and Cold',
    kinds: ['beverage'],
    topics: ['tea', 'coffee', 'cocoa', 'chocolate', 'water', 'fruit juices'],
  },
  {
    title: 'Bread and Yeast Doughs',
    kinds: ['bread', 'bread', 'quickBread'],
    topics: ['flour', 'yeast', 'wheat', 'bread', 'gluten', 'rye'],
  },
  {
    title: 'Muffins, Gems, and Griddle-cakes',
    head: 'Muffins, Gems, etc.',
    kinds: ['quickBread'],
    topics: ['baking powder', 'soda', 'corn meal', 'sour milk'],
  },
  {
    title: 'Grains and Macaroni',
    kinds: ['cereal'],
    topics: ['rice', 'oats', 'macaroni', 'hominy', 'barley', 'corn'],
  },
  { title: 'The Ways of Eggs', kinds: ['egg'], topics: ['eggs', 'omelets'] },
  {
    title: 'Soups with Stock',
    kinds: ['soup', 'soup', 'soupGarnish'],
    topics: ['stock', 'bones', 'soups', 'bouillon', 'beef extract'],
  },
  {
    title: 'Cream Soups and Purées',
    kinds: ['soup', 'soup', 'soup', 'soupGarnish'],
    topics: ['purées', 'thickening', 'vegetables for soup'],
  },
  {
    title: 'Fish',
    kinds: ['fish'],
    topics: ['cod', 'salmon', 'mackerel', 'halibut', 'fresh fish', 'shad', 'smelts'],
  },
  {
    title: 'Shellfish',
    kinds: ['shellfish', 'fish'],
    topics: ['oysters', 'lobsters', 'clams', 'crabs', 'shrimps', 'scallops'],
  },
  { title: 'Beef', kinds: ['meat'], topics: ['beef', 'the fillet', 'suet', 'corned beef', 'steaks'] },
  {
    title: 'Lamb, Mutton, and Veal',
    kinds: ['meat', 'meat', 'sauce'],
    topics: ['lamb', 'mutton', 'veal', 'sweetbreads', 'kidneys'],
  },
  { title: 'Pork and Ham', kinds: ['meat'], topics: ['pork', 'ham', 'bacon', 'lard', 'sausages'] },
  {
    title: 'Poultry and Game Birds',
    kinds: ['poultry'],
    topics: ['chickens', 'turkeys', 'ducks', 'geese', 'game', 'venison'],
  },
  {
    title: 'Sauces for Fish, Meat, and Vegetables',
    head: 'Sauces for Fish and Meat',
    kinds: ['sauce'],
    topics: ['sauces', 'butter', 'browned flour', 'seasonings'],
  },
  {
    title: 'Vegetables',
    kinds: ['vegetable'],
    topics: [
      'asparagus',
      'beans',
      'cabbages',
      'celery',
      'peas',
      'squashes',
      'tomatoes',
      'onions',
      'beets',
      'carrots',
      'mushrooms',
      'corn',
      'cauliflower',
      'spinach',
    ],
  },
  { title: 'The Potato', kinds: ['vegetable'], topics: ['potatoes', 'sweet potatoes', 'tubers'] },
  {
    title: 'Salads and their Dressings',
    kinds: ['salad'],
    topics: ['lettuce', 'olive oil', 'salads', 'vinegar', 'salad greens'],
  },
  { title: 'Entrées and Fritters', kinds: ['entree'], topics: ['frying', 'batters', 'croquettes', 'lard'] },
  { title: 'Hot Puddings', kinds: ['steamedPudding'], topics: ['puddings', 'suet', 'raisins', 'moulds'] },
  { title: 'Pudding Sauces', kinds: ['sauce', 'frosting'], topics: ['sugar', 'vanilla', 'spices'] },
  {
    title: 'Jellies and Cold Desserts',
    kinds: ['coldDessert'],
    topics: ['gelatine', 'cream', 'isinglass', 'whipped cream'],
  },
  { title: 'Ices and Ice Creams', kinds: ['ice'], topics: ['freezing', 'ice', 'rock salt', 'sherbets'] },
  { title: 'Pastry and Pies', kinds: ['pastry'], topics: ['pastry', 'lard', 'puff paste', 'mince meat'] },
  { title: 'Gingerbreads and Cookies', kinds: ['gingerbread'], topics: ['molasses', 'ginger', 'soda'] },
  { title: 'Cake', kinds: ['cake'], topics: ['cake', 'sponge cake', 'baking', 'pastry flour', 'sugar'] },
  {
    title: 'Fillings and Frostings',
    kinds: ['frosting', 'cake'],
    topics: ['frosting', "confectioners' sugar", 'fondant'],
  },
  {
    title: 'Confections',
    kinds: ['candy'],
    topics: ['sugar', 'maple sugar', 'chocolate', 'nuts', 'candied fruits'],
  },
  { title: 'Sandwiches and Canapés', kinds: ['sandwich'], topics: ['sandwiches', 'sliced bread', 'caviare'] },
  { title: 'The Chafing-Dish', kinds: ['chafing'], topics: ['the chafing-dish', 'cheese', 'alcohol lamps'] },
  {
    title: 'Cooked Fruits',
    kinds: ['coldDessert', 'preserve'],
    topics: ['apples', 'dried fruits', 'oranges', 'fresh fruit'],
  },
  {
    title: 'Preserving and Pickling',
    kinds: ['preserve'],
    topics: ['jellies', 'canning', 'sugar', 'pickles', 'glass jars'],
  },
  {
    title: 'Cooking for the Sick',
    kinds: ['invalid'],
    topics: ['diet', 'gruels', 'milk', 'beef tea', 'invalid trays'],
  },
];
