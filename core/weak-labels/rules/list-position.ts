import { positionOf } from '../position.ts';
import { type Rule, type Vote, vote } from '../rule.ts';

/** Lists stand inset from the margins, line under line. */
export const listPosition: Rule = {
  name: 'list-position',
  votes: ({ row, words }): Vote[] => {
    const position = positionOf(row);
    if (position === 'full')
      return [
        vote('ingredient', -1.2, 'from margin to margin'),
        vote('table', -0.5, 'from margin to margin'),
      ];
    if (position === 'last') return [vote('ingredient', -0.8, 'at the left margin')];
    if (position === 'first') return [vote('ingredient', -0.2, 'to the right margin')];
    const found = [vote('ingredient', 0.7, 'inset')];
    if (words.length > 10) found.push(vote('ingredient', -0.8, 'a long line'));
    return found;
  },
};
