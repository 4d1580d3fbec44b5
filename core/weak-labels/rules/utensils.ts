import { fold } from '../lexicon.ts';
import { type Rule, vote } from '../rule.ts';

const UTENSILS = new Set(
  `pan pans saucepan saucepans stewpan kettle kettles teakettle boiler boilers basin basins bowl bowls pitcher pitchers
  mould moulds mold molds tins spoon spoons knife knives fork forks board boards brush brushes broom brooms mop mops
  cloth cloths towel towels soap grater graters sieve sieves strainer strainers rolling-pin skimmer ladle funnel scales
  mashers masher corkscrew can-opener whisk whisks beater beaters freezer griddle gridiron broiler toaster coffeepot
  teapot coffee-pot tea-pot colander dishes plates platter crocks pails pail bucket barrel barrels bag bags matches
  cutters cutter skewers tongs poker shovel hod scuttle dredger dredgers ramekins casserole earthen enamel agate ware
  tinware granite cover covers`
    .split(/\s+/)
    .map(fold),
);

/** Lists of tools and stores count and measure as lists of ingredients do. */
export const utensils: Rule = {
  name: 'utensils',
  votes: ({ row, folded, words }) => {
    const found = folded.filter((word) => UTENSILS.has(word));
    if (found.length === 0 || !/^[^\p{L}]*\d/u.test(row.text) || words.length > 14) return [];
    const evidence = `tools: ${found.length}`;
    return [vote('table', 1.5 * Math.min(2, found.length), evidence), vote('ingredient', -1.5, evidence)];
  },
};
