import { FOODS, fold, MEASURES } from '../lexicon.ts';
import { positionOf } from '../position.ts';
import { type Rule, vote } from '../rule.ts';

const PROCESS = new Set(
  `minute minutes hour hours oven pan saucepan stewpan kettle boiler mould mold boiling mixture sieve strainer fat dish
  brown browned soft smooth stiff tender thickened season taste batter dough paste paper`
    .split(/\s+/)
    .map(fold),
);

/** Directions go from food to food and minute to minute; advice on carving or on the larder does not. */
export const kitchenMatter: Rule = {
  name: 'kitchen-matter',
  votes: ({ row, folded }) => {
    const position = positionOf(row);
    if (position === 'centred' || position === 'other' || folded.length < 5) return [];
    const found = folded.filter((word) => FOODS.has(word) || MEASURES.has(word) || PROCESS.has(word)).length;
    if (found === 0) return [vote('step', -0.35, 'no food, time or vessel')];
    return [vote('step', Math.min(0.5, 0.15 * found), `${found} foods, times or vessels`)];
  },
};
