/** Words of late nineteenth-century cookery, as anybody who has read a few old cook books knows them. */
const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim().replace(/\s+/g, ' '))
    .filter(Boolean);

export const FISH =
  list(`cod, haddock, halibut, salmon, mackerel, bluefish, whitefish, shad, smelts, flounder, trout,
  pickerel, perch, bass, sturgeon, sole, turbot, herring, eels, pike, hake, cusk, pollock, sardines, swordfish,
  butterfish, weakfish, red snapper, sheepshead, pompano, tautog, scup, brook trout, salt codfish, finnan haddie,
  frogs' legs, Spanish mackerel, lake trout, carp, kingfish, tilefish`);
export const SHELLFISH =
  list(`oysters, clams, lobster, shrimps, crabs, scallops, crab meat, mussels, crawfish, terrapin,
  soft-shell crabs, prawns, quahogs, periwinkles`);
export const BEEF =
  list(`beef, round of beef, tenderloin, sirloin, corned beef, flank of beef, rump steak, beef heart,
  smoked beef, brisket, chuck ribs, shin of beef, tongue, beef liver, tripe, marrow bones, suet, ox joints,
  Hamburg steak, porterhouse steak, skirt steak`);
export const MEAT =
  list(`veal, lamb, mutton, leg of lamb, loin of veal, saddle of mutton, lamb chops, veal cutlets, kidneys,
  sweetbreads, calf's liver, calf's head, forequarter of lamb, breast of veal, knuckle of veal, pork, spareribs,
  pork tenderloin, ham, bacon, sausages, salt pork, pigs' feet, lamb kidneys, mutton chops, shoulder of mutton,
  fresh pork, boiled ham, deviled ham, pork chops, souse, tongue, brains, minced veal`);
export const POULTRY =
  list(`chicken, fowl, turkey, duck, goose, capon, guinea fowl, squabs, spring chicken, chickens' livers,
  broilers, cold roast turkey, giblets, duckling, gosling, pullet`);
export const GAME =
  list(`partridge, quail, grouse, venison, rabbit, hare, wild duck, woodcock, snipe, plover, pigeons,
  reed birds, larks, prairie chicken, pheasant, wild turkey, squirrel, teal, canvasback, bear steak, opossum`);
export const VEGETABLES =
  list(`potatoes, carrots, turnips, parsnips, beets, onions, cabbage, cauliflower, spinach, celery,
  asparagus, peas, string beans, Lima beans, corn, tomatoes, cucumbers, squash, egg-plant, artichokes, Brussels sprouts,
  kohl-rabi, leeks, salsify, okra, radishes, lettuce, mushrooms, sweet potatoes, chicory, endive, kale, dandelions,
  sorrel, Swiss chard, pumpkin, beet greens, shell beans, cress, peppers, green peppers, hominy, lentils, split peas,
  dried beans, succotash, rhubarb, vegetable marrow, oyster plant, samp, borecole, cardoons, summer squash`);
export const FRUITS =
  list(`apples, pears, peaches, plums, cherries, strawberries, raspberries, blackberries, blueberries,
  currants, gooseberries, grapes, oranges, lemons, bananas, pineapple, quinces, apricots, figs, dates, prunes, raisins,
  cranberries, citron, melons, huckleberries, crab apples, grape fruit, damsons, nectarines, mulberries, limes,
  sour apples, tart apples, Concord grapes, elderberries, barberries, greengages, pomegranates, dried peaches,
  watermelon, red currants, preserved ginger, candied cherries, persimmons`);
export const NUTS =
  list(`almonds, walnuts, pecans, chestnuts, hickory nuts, filberts, butternuts, pistachio nuts, peanuts,
  English walnuts, cocoanut, Brazil nuts, black walnuts, pine nuts, hazel nuts`);
export const SWEETS =
  list(`chocolate, vanilla, caramel, maple, coffee, lemon, orange, cocoanut, ginger, almond, honey,
  molasses, cinnamon, spice, nut, fruit, raspberry, strawberry, peach, pineapple, banana, apple, prune, fig, date,
  marshmallow, macaroon, pistachio, peppermint, wintergreen, rose, brandy, sherry, Madeira, rum, cider, cocoa, tapioca,
  rice, sago, farina, bread, cracker, Indian, Graham, oatmeal, corn-starch, arrowroot, sponge, cream, custard, butter,
  sugar, sour milk, buttermilk, pumpkin, squash, carrot, plum, cherry, currant, mocha, nutmeg, clove, butterscotch,
  praline, mint, lime, quince, apricot, rhubarb, cranberry, grape, blackberry, huckleberry, mince, citron, walnut`);
export const CEREALS =
  list(`rice, oatmeal, hominy, corn meal, barley, wheat, cracked wheat, rolled oats, sago, tapioca,
  farina, macaroni, vermicelli, spaghetti, rye meal, Graham flour, entire wheat flour, buckwheat, arrowroot, pearl barley,
  Indian meal, semolina, wheat germ, corn-starch, graham, cracker crumbs, bran, noodles, hulled corn`);
export const CHEESES =
  list(`mild cheese, Parmesan cheese, cottage cheese, Edam cheese, Gruyère cheese, cream cheese,
  Neufchâtel cheese, dairy cheese, Roquefort cheese, sage cheese, Swiss cheese, pineapple cheese`);
export const HERBS =
  list(`parsley, thyme, sage, bay leaf, marjoram, summer savory, tarragon, chives, mint, chervil, dill,
  celery tips, sweet basil, rosemary, sorrel, cress, fennel, borage`);
export const SPICES =
  list(`salt, pepper, paprika, cayenne, mustard, nutmeg, mace, cinnamon, cloves, allspice, ginger,
  curry powder, celery salt, white pepper, cardamom, caraway seeds, turmeric, anise, coriander, mixed spice`);
export const SAUCES =
  list(`White Sauce, Brown Sauce, Cream Sauce, Tomato Sauce, Egg Sauce, Hollandaise Sauce, Caper Sauce,
  Mushroom Sauce, Oyster Sauce, Mint Sauce, Horseradish Sauce, Bread Sauce, Parsley Butter, Drawn Butter, Tartar Sauce,
  Currant Jelly Sauce, Hard Sauce, Foamy Sauce, Vanilla Sauce, Lemon Sauce, Wine Sauce, Brandy Sauce, Custard Sauce,
  Caramel Sauce, Sherry Sauce, Orange Sauce, Anchovy Sauce, Shrimp Sauce, Onion Sauce, Celery Sauce, Maître d'Hôtel Butter,
  Sauce Tartare, Sauce Piquante, Velvet Sauce, Molasses Sauce, Fruit Sauce, Mustard Sauce, Olive Sauce, Port Wine Sauce`);
export const PLACES =
  list(`Lenox, Concord, Savoy, Vienna, Berlin, Geneva, Madras, Newport, Salem, Baltimore, Virginia,
  Normandy, Devon, Dresden, Swiss, German, French, English, Scotch, Irish, Italian, Spanish, Russian, Dutch, Danish,
  Creole, Turkish, Hungarian, Swedish, Mexican, Canadian, Southern, Rhode Island, Cape Ann, Nantucket, Dedham, Hingham,
  Amherst, Oxford, Windsor, Bristol, Lisbon, Genoa, Delmonico, Waldorf, Shaker, Quaker, Brookline, Plymouth, Andover,
  Portland, Vermont, Berkshire, Philadelphia, Saratoga, Lyons, Naples, Bombay, Cuban, Colonial, Bermuda, Parisian`);
export const PEOPLE =
  list(`Mrs. Harlow, Aunt Martha, Mrs. Whitcomb, Cousin Ruth, Mrs. Abbott, Grandmother Pell, Mrs. Tilden,
  Miss Leland, Mrs. Osgood, Mrs. Farnham, Miss Thorne, Mrs. Winslow, Mrs. Alden, Miss Prescott, Mrs. Dwight, Mrs. Crane,
  Mrs. Huntley, Aunt Priscilla, Mrs. Barlow, Mrs. Ellery, Miss Gorham, Mrs. Sedgwick, Mrs. Pratt, Aunt Delia`);
export const PLAIN_ADJECTIVES =
  list(`plain, rich, quick, old-fashioned, simple, delicate, mock, favorite, every-day, Sunday,
  family, company, cheap, economical, sour cream, royal, imperial, golden, silver, white, dark, feather, velvet, snow,
  ribbon, election, harvest, birthday, wedding, afternoon, Christmas, Thanksgiving, Easter, emergency, surprise, cottage,
  farmer's, railroad, picnic, nursery, lightning, huntsman's, sailor, widow's, bachelor's, cold-water, one-egg`);
export const UTENSILS =
  list(`stew-pan, saucepan, frying-pan, double boiler, chafing-dish, granite kettle, iron spider,
  earthen dish, mixing bowl, agate basin, soup kettle, Scotch kettle, omelet pan, blazer, preserving kettle, casserole,
  shallow pan, dripping-pan, iron kettle, steamer, tin basin, porcelain-lined kettle, spider, copper kettle`);
export const BAKING_DISHES =
  list(`buttered pudding-dish, buttered baking-dish, shallow pan, buttered and floured cake pan,
  deep pan, buttered gem pans, ramequin dishes, individual moulds, buttered tin sheet, earthen pudding-dish, bread pan,
  pie plate, layer cake tins, muffin rings, buttered bread pans, angel-cake pan, dripping-pan, bean-pot, scallop shells,
  buttered timbale moulds, tube pan, patty tins, brick-shaped pan, jelly cake tins, buttered mould, custard cups`);
export const SERVING =
  list(`hot platter, serving-dish, toast, rounds of fried bread, bed of lettuce leaves, folded napkin,
  glass dish, slices of buttered toast, individual plates, warm dish, border of boiled rice, bed of water-cress, wafers,
  lace paper, nest of mashed potato, croûtons, squares of fried hominy, thin slices of brown bread, sherbet glasses,
  chilled plates, deep platter, silver dish, crackers, pastry shells, split crackers, finger strips of toast`);
export const GARNISHES =
  list(`parsley, water-cress, slices of lemon, hard-boiled eggs, olives, capers, toast points, whipped cream,
  candied cherries, celery tips, pickled beets, small radishes, lemon points, stuffed olives, lettuce hearts, blanched almonds,
  sprigs of mint, angelica, potato balls, truffles, gherkins, grated yolk of egg, nasturtium leaves, chopped nuts,
  currant jelly, asparagus tips, sections of orange, fried parsley, puff paste points, strips of red pepper, sifted sugar`);
export const MONTHS = list(
  `January, February, March, April, May, June, July, August, September, October, November, December`,
);
export const NUTRIENTS =
  list(`starch, proteid, fat, mineral matter, water, albumen, cellulose, sugar, potash salts, gluten,
  gelatine, phosphates, iron, vegetable acids, nitrogenous matter, pectose, carbohydrates, essential oil, tannin`);
export const REGIONS =
  list(`the South, California, Florida, Maine, New York State, the West Indies, Brazil, Ceylon, France,
  Italy, the Mediterranean, Spain, Germany, Holland, Canada, the Middle States, Japan, China, India, Java, Greece, Sicily,
  the Connecticut valley, Cape Cod, Long Island, Maryland, Louisiana, Bermuda, Turkey, Norway, Scotland, Jamaica`);
export const PIES =
  list(`apple, mince, squash, lemon, cream, custard, cherry, rhubarb, peach, blueberry, cranberry, raisin,
  pumpkin, cocoanut, prune, chocolate, plum, green-apple, currant, orange, sweet-potato, berry, transparent, vinegar`);
