import { ESSAY_WORDS, fold } from '../lexicon.ts';
import { positionOf } from '../position.ts';
import { type Rule, vote } from '../rule.ts';

/** Essays say what things are, where they come from and what they are good for. */
export const explanation: Rule = {
  name: 'explanation',
  votes: (view) => {
    const position = positionOf(view.row);
    if (position === 'centred' || view.words.length < 3) return [];
    const found = view.folded.filter((word) => ESSAY_WORDS.has(word)).length;
    if (found === 0) return [vote('essay', -0.3, 'explains nothing')];
    const weight = Math.min(1.8, 0.55 * found);
    const evidence = `${found} words of explanation`;
    const votes = [vote('essay', weight, evidence), vote('ingredient', -0.7 * weight, evidence)];
    if (position === 'first' && view.folded.slice(1, 7).some((word) => BE.has(word)))
      votes.push(vote('essay', 0.8, 'a paragraph opens by stating something'));
    return votes;
  },
};

const BE = new Set(
  [
    'is',
    'are',
    'may',
    'was',
    'were',
    'has',
    'have',
    'should',
    'contain',
    'contains',
    'belong',
    'consists',
  ].map(fold),
);
