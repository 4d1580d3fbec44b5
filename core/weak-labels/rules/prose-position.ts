import { positionOf } from '../position.ts';
import { type Rule, type Vote, vote } from '../rule.ts';

const WEIGHTS = { full: 2.2, first: 1.6, last: 1.2, inset: 0.2, centred: -3, other: -1.5 } as const;

/** Justified lines, indented first lines and short last lines are prose: directions or an essay. */
export const prosePosition: Rule = {
  name: 'prose-position',
  votes: ({ row }): Vote[] => {
    const position = positionOf(row);
    const weight = WEIGHTS[position];
    const evidence = `stands as ${position === 'other' ? 'no line of a paragraph does' : `a ${position} line`}`;
    return [vote('step', weight, evidence), vote('essay', weight, evidence)];
  },
};
