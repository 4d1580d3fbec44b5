import { TITLE_PARTICLES } from '../lexicon.ts';
import { type Rule, type Vote, vote } from '../rule.ts';

/** Share of upper case among the letters. */
export function capitalShare(words: readonly string[]): number {
  const letters = words.join('').match(/\p{L}/gu) ?? [];
  return letters.length ? letters.filter((letter) => /\p{Lu}/u.test(letter)).length / letters.length : 0;
}

/** Words that a title would not print in lower case. */
export function lowerCaseWords(words: readonly string[], folded: readonly string[]): number {
  return words.filter(
    (word, i) =>
      /^[^\p{L}\d]*\p{Ll}{3,}/u.test(word) && !TITLE_PARTICLES.has(folded[i]) && !word.startsWith('('),
  ).length;
}

/** Section and chapter heads are all capitals; titles of recipes capitalise each word that matters. */
export const capitals: Rule = {
  name: 'capitals',
  votes: ({ words, folded }): Vote[] => {
    const letters = words.join('').replace(/[^\p{L}]/gu, '').length;
    if (letters < 3) return [];
    const share = capitalShare(words);
    const roman = words.filter((word) => !/^[IVX1l]{1,4}[.,]?$/.test(word));
    if (share > 0.75 && capitalShare(roman) > 0.75 && letters >= 4)
      return [
        vote('heading', 3, 'all capitals'),
        vote('title', -3.5, 'all capitals'),
        vote('ingredient', -3.5, 'all capitals'),
        vote('step', -1.5, 'all capitals'),
      ];
    const lower = lowerCaseWords(words, folded);
    const first = /^[^\p{L}\d]*\p{Lu}/u.test(words[0] ?? '');
    if (lower === 0 && first && words.length <= 9)
      return [vote('title', 1.6, 'every word capitalised'), vote('heading', 0.6, 'every word capitalised')];
    const evidence = `${lower} words in lower case`;
    return [
      vote('title', Math.max(-4, -1.2 * lower - (first ? 0 : 1)), evidence),
      vote('heading', Math.max(-4, -0.8 * lower - (first ? 0 : 1)), evidence),
    ];
  },
};
