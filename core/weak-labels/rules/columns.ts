import { SENTENCE_WORDS } from '../lexicon.ts';
import { type Rule, type Vote, vote } from '../rule.ts';

/** Rows of two columns are lists. */
export const columns: Rule = {
  name: 'columns',
  votes: ({ cells, folded, row }): Vote[] => {
    const sentence = folded.filter((word) => SENTENCE_WORDS.has(word)).length;
    if (cells.length < 2 || sentence > 1) return [];
    if (cells.length === 2 && row.widestGap > 1.8) {
      const weight = folded.length <= 9 ? 1.2 : 0.6;
      return [
        vote('ingredient', weight, 'two columns'),
        vote('step', -0.8 * weight, 'two columns'),
        vote('essay', -0.8 * weight, 'two columns'),
        vote('title', -1, 'two columns'),
      ];
    }
    if (cells.length > 2)
      return [
        vote('table', 0.8, `${cells.length} columns`),
        vote('ingredient', 0.5, `${cells.length} columns`),
      ];
    return [];
  },
};
