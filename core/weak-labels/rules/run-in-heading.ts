import { fold, IMPERATIVES, TITLE_PARTICLES } from '../lexicon.ts';
import { positionOf } from '../position.ts';
import { type RowView, type Rule, vote } from '../rule.ts';

const TO = fold('to');

/** The opening of a paragraph up to its first full stop, where its words are capitalised like a heading. */
function opening({ words, folded }: RowView): string[] | null {
  const end = words.findIndex(
    (word, i) => i > 0 && /[.:]$|[.:]—/.test(word) && !/^[IVXLT1l]{1,4}[.,]$/.test(word),
  );
  if (end < 1 || end > 7 || end === words.length - 1) return null;
  const head = words.slice(0, end + 1);
  const headed = head.every(
    (word, i) =>
      /^[^\p{L}\d]*[\p{Lu}\d]/u.test(word) || TITLE_PARTICLES.has(folded[i]) || word.startsWith('('),
  );
  return headed ? head : null;
}

/**
 * Collections of hints give each paragraph a heading of its own on its first line: "To Clarify Butter. Melt ...".
 * They stand under the heading of a section, not under the title of a recipe.
 */
export const runInHeading: Rule = {
  name: 'run-in-heading',
  votes: (view) => {
    const position = positionOf(view.row);
    if (position !== 'first' && position !== 'inset') return [];
    const head = opening(view);
    if (!head) return [];
    const evidence = `a heading on the paragraph's first line: "${head.join(' ')}"`;
    const to = view.folded[0] === TO;
    const howTo = to && head.length > 2 && /^\p{Lu}/u.test(head[1]);
    if (howTo)
      return [vote('essay', 2.2, evidence), vote('step', -1.2, evidence), vote('ingredient', -2, evidence)];
    if (head.length >= 2 && !to && !IMPERATIVES.has(view.folded[0])) return [vote('essay', 0.8, evidence)];
    return [];
  },
};
