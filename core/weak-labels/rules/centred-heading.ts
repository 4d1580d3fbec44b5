import { positionOf } from '../position.ts';
import { type Rule, type Vote, vote } from '../rule.ts';

/** Titles and headings stand alone in the middle, with white space above and a little less below. */
export const centredHeading: Rule = {
  name: 'centred-heading',
  votes: ({ row, words }): Vote[] => {
    const both = (weight: number, evidence: string) => [
      vote('title', weight, evidence),
      vote('heading', weight, evidence),
    ];
    const inMiddle = Math.abs(row.offCentre) < 0.06 && row.indentLeft > 0.06 && row.indentRight > 0.06;
    if (!inMiddle || words.length > 10) return both(-3.5, 'not a short line in the middle');
    const found = both(1.2, 'a short line in the middle');
    if (row.gapAbove > 1.45) found.push(...both(0.9, 'white space above'));
    else if (row.gapAbove < 1.15) found.push(...both(-0.9, 'no white space above'));
    if (row.gapBelow > 1.2) found.push(...both(0.6, 'white space below'));
    else if (row.gapBelow < 1.05) found.push(...both(-1, 'no white space below'));
    if (positionOf(row) === 'centred') found.push(vote('table', -0.5, 'a short line in the middle'));
    return found;
  },
};
