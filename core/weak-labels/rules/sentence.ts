import { SENTENCE_WORDS } from '../lexicon.ts';
import { type Rule, type Vote, vote } from '../rule.ts';

/** Articles, conjunctions and auxiliaries make a sentence; lists and titles do without. */
export const sentence: Rule = {
  name: 'sentence',
  votes: ({ folded, words, row, cells }): Vote[] => {
    const found: Vote[] = [];
    const small = folded.filter((word) => SENTENCE_WORDS.has(word)).length;
    if (small > 0) {
      const weight = Math.min(2.4, 0.8 * small);
      const evidence = `${small} words of a sentence`;
      found.push(
        vote('ingredient', -weight, evidence),
        vote('title', -0.4 * weight, evidence),
        vote('table', -0.5 * weight, evidence),
      );
    } else if (words.length >= 7) found.push(vote('ingredient', 0.5, 'no word of a sentence'));
    const last = row.words[row.words.length - 1] ?? '';
    if (/\p{L}[-—]$/u.test(last) && words.length >= 5 && cells.length === 1)
      found.push(
        vote('ingredient', -2, 'a word divided at the line end'),
        vote('title', -2, 'a divided word'),
        vote('table', -1, 'a divided word'),
      );
    if (/;/.test(row.text) && words.length >= 5)
      found.push(vote('ingredient', -1.2, 'a semicolon'), vote('step', 0.4, 'a semicolon'));
    return found;
  },
};
