import { FOODS, fold, MEASURES, NUMBER_WORDS, QUANTITY_OPENERS, UNITS } from '../lexicon.ts';
import { positionOf } from '../position.ts';
import { type Rule, type Vote, vote } from '../rule.ts';

/** A number, or a fraction as OCR leaves it: "2", "1/2", "½", "44", "3g", "14g", "1¢", "134". */
const NUMBER = /^[^\p{L}\d]{0,2}(\d{1,3}[g¢¥%s]?|\d{0,2}[¼½¾⅓⅔⅛⅜⅝⅞]|\d+[/-]\d+|[lI1]{0,2}[/¢%])[.,]?$/u;
/** "Legg", "leup": a one that was read into the word after it. */
const JOINED_ONE = /^[lI1](egg|cup|eup|tea|tab|lb|oz|pint|qt|quart|slice|can|box|onion|lemon)/i;

const startsWithNumber = (word: string) => NUMBER.test(word) || JOINED_ONE.test(word);
const SMALL_FOLDED = new Set(['of', 'and', 'or', 'a'].map(fold));

/** Each column of a list opens with a quantity: a number, a fraction however it was misread, "Few grains", "Salt". */
export const quantity: Rule = {
  name: 'quantity',
  votes: ({ row, cells, page }): Vote[] => {
    const position = positionOf(row);
    const printed = row.cells
      .map((cell) => cell.map((i) => page.page.words[i]).filter((word) => /[\p{L}\d¢%½¼¾]/u.test(word)))
      .filter((cell) => cell.length > 0);
    const found: Vote[] = [];
    for (const [c, cell] of printed.entries()) {
      const folded = cell.map(fold);
      const unitAt = folded.findIndex((word) => UNITS.has(word));
      if (startsWithNumber(cell[0])) {
        if (c === 0 && unitAt >= 1 && unitAt <= 3)
          found.push(vote('step', -1.2, 'opens with a measure'), vote('essay', -1.2, 'opens with a measure'));
        if (unitAt >= 0 && unitAt <= 3)
          found.push(vote('ingredient', c === 0 ? 3 : 2.4, `"${cell.slice(0, unitAt + 1).join(' ')}"`));
        else if (/[a-z]/i.test(cell.slice(1).join('')) && cell.length <= 8)
          found.push(vote('ingredient', 1.3, `opens with "${cell[0]}"`));
      } else if (unitAt === 1 && cell[0].length <= 3) {
        found.push(vote('ingredient', 1.8, `"${cell.slice(0, 2).join(' ')}"`));
      } else if (unitAt === 0 && cell.length <= 5) {
        found.push(vote('ingredient', 1.2, `opens with the unit "${cell[0]}"`));
      } else if (QUANTITY_OPENERS.has(folded[0]) && cell.length <= 5 && /^[^\p{L}]*\p{Lu}/u.test(cell[0])) {
        found.push(vote('ingredient', 1, `opens with "${cell[0]}"`));
      } else if (
        c > 0 &&
        cell.length <= 3 &&
        folded.every((word) => FOODS.has(word) || SMALL_FOLDED.has(word))
      ) {
        found.push(vote('ingredient', 0.8, `a food by itself: "${cell.join(' ')}"`));
      }
    }
    const last = printed.at(-1) ?? [];
    if (printed.length === 2 && last.length === 2 && startsWithNumber(last[0]) && UNITS.has(fold(last[1])))
      found.push(
        vote('table', 2, 'a measure stands alone'),
        vote('ingredient', -1.5, 'a measure stands alone'),
      );
    if (found.length > 6) found.length = 6;
    const words = cells.flat();
    const spelled = words.some((word, i) => NUMBER_WORDS.has(word) && MEASURES.has(words[i + 1] ?? ''));
    if (spelled && (position === 'full' || position === 'first' || position === 'last'))
      found.push(vote('step', 0.9, 'a measure in words'), vote('ingredient', -0.8, 'a measure in words'));
    return found;
  },
};
