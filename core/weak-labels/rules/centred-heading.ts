import { positionOf } from '../position.ts';
import { type Rule, type Vote, vote } from '../rule.ts';
import { lowerCaseWords } from './capitals.ts';

/** Titles and headings stand alone in the middle, with white space above and a little less below. */
export const centredHeading: Rule = {
  name: 'centred-heading',
  votes: ({ row, words, folded, next }): Vote[] => {
    const both = (weight: number, evidence: string) => [
      vote('title', weight, evidence),
      vote('heading', weight, evidence),
    ];
    const inMiddle = Math.abs(row.offCentre) < 0.06 && row.indentLeft > 0.06 && row.indentRight > 0.06;
    const isolated = row.gapAbove > 1.45 && row.gapBelow > 1.2 && Math.abs(row.offCentre) < 0.04;
    const wide =
      isolated && row.indentLeft > -0.02 && words.length >= 5 && lowerCaseWords(words, folded) === 0;
    if (!(inMiddle || wide) || words.length > 10) return both(-3.5, 'not a short line in the middle');
    const found = both(1.2, 'a short line in the middle');
    if (row.gapAbove > 1.45) found.push(...both(1.3, 'white space above'));
    else if (row.gapAbove < 1.15) found.push(...both(-0.9, 'no white space above'));
    if (row.gapBelow > 1.2) found.push(...both(0.9, 'white space below'));
    else if (row.gapBelow < 1.05) found.push(...both(-1, 'no white space below'));
    if (wide && !inMiddle) found.push(...both(2.5, 'stands alone, every word capitalised'));
    if (row.gapAbove > 3.5 && row.index > 0)
      found.push(
        vote('heading', 2, 'under a picture or at the head of a chapter'),
        vote('title', -1.5, 'under a picture'),
      );
    if (next && row.gapBelow > 1.3 && positionOf(next.row) === 'centred' && next.row.gapBelow > 1.2)
      found.push(vote('heading', 1.2, 'over another heading'));
    if (positionOf(row) === 'centred') found.push(vote('table', -0.5, 'a short line in the middle'));
    return found;
  },
};
