import { fold, IMPERATIVES, STEP_OPENERS } from '../lexicon.ts';
import { positionOf } from '../position.ts';
import { type RowView, type Rule, type Vote, vote } from '../rule.ts';

/** How a recipe ends. */
const SERVE = new Set(['serve', 'garnish'].map(fold));
const AND = new Set(['and', 'then', 'or'].map(fold));

/** Verbs in the imperative: at the start of a sentence, or after a comma, semicolon or "and". */
function imperatives({ words, folded, previous }: RowView): {
  opening: number;
  inside: number;
  verbs: string[];
} {
  let opening = 0;
  let inside = 0;
  const verbs: string[] = [];
  const before = previous?.row.words.at(-1) ?? '.';
  for (const [i, word] of folded.entries()) {
    if (!IMPERATIVES.has(word)) continue;
    const prior = i === 0 ? before : words[i - 1];
    const capital = /^[^\p{L}]*\p{Lu}/u.test(words[i]);
    if (/[.:!?]["”’)]*$/.test(prior) ? capital : i > 0 && capital) opening++;
    else if (/[;,]$/.test(prior) || AND.has(i === 0 ? fold(before) : folded[i - 1])) inside++;
    else continue;
    verbs.push(words[i]);
  }
  return { opening, inside, verbs };
}

/** Directions tell what to do: verbs of the kitchen in the imperative. */
export const directions: Rule = {
  name: 'directions',
  votes: (view): Vote[] => {
    const { opening, inside, verbs } = imperatives(view);
    const position = positionOf(view.row);
    const found: Vote[] = [];
    const weight = Math.min(1.2, 0.4 * opening + 0.2 * inside);
    if (weight > 0 && view.words.length >= 3) {
      const evidence = `directs: ${verbs.slice(0, 4).join(', ')}`;
      found.push(vote('step', weight, evidence));
      if (view.words.length >= 5) found.push(vote('ingredient', -1.5 * weight, evidence));
    }
    if ((position === 'first' || position === 'inset') && view.words.length >= 3) {
      const underHeading = view.previous !== undefined && positionOf(view.previous.row) === 'centred';
      if (IMPERATIVES.has(view.folded[0]))
        found.push(vote('step', underHeading ? 2.2 : 0.8, `a paragraph opens with "${view.words[0]}"`));
      else if (STEP_OPENERS.has(view.folded[0]))
        found.push(vote('step', 0.4, `opens with "${view.words[0]}"`));
    }
    if (view.folded.some((word) => SERVE.has(word))) found.push(vote('step', 0.8, 'serves or garnishes'));
    return found;
  },
};
