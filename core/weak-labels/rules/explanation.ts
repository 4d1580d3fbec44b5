import { ESSAY_WORDS, fold } from '../lexicon.ts';
import { positionOf } from '../position.ts';
import { type Rule, vote } from '../rule.ts';

const MARKET = new Set(
  `market obtainable obtained procurable imported season variety varieties belong belongs family species native cultivated
  nutritive nutriment digested digestible composed classed raised grown`
    .split(/\s+/)
    .map(fold),
);

/** Essays say what things are, where they come from and what they are good for. */
export const explanation: Rule = {
  name: 'explanation',
  votes: (view) => {
    const position = positionOf(view.row);
    if (position === 'centred' || view.words.length < 3) return [];
    const found = view.folded.filter((word) => ESSAY_WORDS.has(word)).length;
    const strong = view.folded.filter((word) => MARKET.has(word)).length;
    if (found === 0 && strong === 0) return [vote('essay', -0.2, 'explains nothing')];
    const weight = Math.min(2, 0.3 * found + 0.7 * strong);
    const evidence = `${found + strong} words of explanation`;
    const votes = [vote('essay', weight, evidence), vote('ingredient', -1.2 * weight, evidence)];
    if (position === 'first' && view.folded.slice(1, 7).some((word) => BE.has(word)))
      votes.push(
        vote(
          'essay',
          view.previous && positionOf(view.previous.row) === 'centred' ? 1.6 : 0.8,
          'a paragraph opens by stating something',
        ),
      );
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
