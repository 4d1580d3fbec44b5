import { fold } from '../lexicon.ts';
import { type Rule, vote } from '../rule.ts';

const PHRASES =
  /^(how to|to |ways of|ways to|care of|methods? of|rules? for|hints|about|table|composition|list of|time ?table|general|directions for|the art of|preparation of|classification|selection of|choice of|uses? of|cooking of|baking of|value of|contents|index|chapter|part|preface|introduction|measur)/i;
const FOLDED_CHAPTER = fold('chapter');

/** Headings that announce an explanation, in any cookbook. */
export const headingPhrase: Rule = {
  name: 'heading-phrase',
  votes: ({ words, folded, row }) => {
    if (row.indentLeft < 0.06 || words.length > 9) return [];
    const text = words.join(' ').replace(/^[^\p{L}]+/u, '');
    if (folded[0] === FOLDED_CHAPTER) return [vote('heading', 4, 'numbers a chapter')];
    const found = PHRASES.exec(text);
    if (found)
      return [
        vote('heading', 2.5, `opens with "${found[1].trim()}"`),
        vote('title', -2, 'announces a how-to'),
      ];
    const last = words[words.length - 1] ?? '';
    if (
      /^(making|cooking|baking|preserving|canning|pickling|serving|carving|trussing|dressing birds)[.,]?$/i.test(
        last,
      ) &&
      words.length <= 3
    )
      return [vote('heading', 1, 'names an activity')];
    return [];
  },
};
