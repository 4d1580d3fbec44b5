import { fold } from '../lexicon.ts';
import { type Rule, type Vote, vote } from '../rule.ts';

const set = (text: string) => new Set(text.split(/\s+/).filter(Boolean).map(fold));
const PREPARED = set(`
  baked boiled braised breaded broiled browned buttered caramel chilled coddled creamed curried devilled deviled dressed
  dried dropped fried frosted frozen fricassee glazed grilled jellied larded mashed melted minced mock molded moulded
  panned pickled planked plain poached potted pressed preserved roast roasted salted sauteed sautéd scalloped scrambled
  shirred simple smothered spiced spun steamed stewed stuffed sugared sweet toasted whipped
`);
const DISHES = set(`
  soup soups sauce gravy pudding puddings cake cakes pie pies tart tarts salad bread rolls biscuit biscuits muffins
  griddle-cakes waffles toast omelet omelette fritters croquettes cutlets souffle soufflé sherbet ice sorbet frappe
  jelly custard cream charlotte cookies gingerbread doughnuts dumplings hash stew ragout chowder bisque broth consomme
  bouillon puree stuffing dressing mayonnaise frosting icing filling meringue paste patties punch lemonade cocktail
  tea coffee cocoa chocolate sandwiches canapes candy caramels creams fudge taffy drops wafers macaroons jam marmalade
  pickles relish catsup ketchup timbales loaf pot-pie hollandaise stock hash fricassee gruel water shortcake snaps balls
`);
const JOINING = set('with in on and au aux a la à');

/** Names of dishes say how a thing is prepared, what kind of dish it is, and number their variants. */
export const dishName: Rule = {
  name: 'dish-name',
  votes: ({ row, words, folded }): Vote[] => {
    if (words.length > 9 || row.offCentre > 0.1 || row.offCentre < -0.1 || row.width > 0.85) return [];
    const found: Vote[] = [];
    if (PREPARED.has(folded[0]) && words.length > 1) found.push(vote('title', 2, `prepared: "${words[0]}"`));
    const dish = folded.findIndex((word) => DISHES.has(word));
    if (dish > 0) found.push(vote('title', 0.7, `a kind of dish: "${words[dish]}"`));
    if (folded.slice(1, -1).some((word) => JOINING.has(word))) found.push(vote('title', 0.5, 'joined names'));
    if (words.length > 1 && /^[IVl1T]{1,4}[.,]?$/.test(words[words.length - 1]))
      found.push(vote('title', 1.2, `a numbered variant: "${words[words.length - 1]}"`));
    if (words.length === 1 && /^[^\p{L}]*\p{Lu}\p{Ll}{2,}s[.,]?$/u.test(words[0]))
      found.push(vote('heading', 0.8, 'a class of things by itself'));
    return found;
  },
};
