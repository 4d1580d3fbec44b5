import { MEASURES } from '../lexicon.ts';
import { positionOf } from '../position.ts';
import { type RowView, type Rule, vote } from '../rule.ts';
import { lowerCaseWords } from './capitals.ts';

const inList = (view: RowView | undefined): view is RowView => {
  if (!view) return false;
  const position = positionOf(view.row);
  if (position === 'inset' || position === 'other' || position === 'centred') return true;
  return view.words.length <= 9 && lowerCaseWords(view.words, view.folded) === 0;
};

const measured = (view: RowView) =>
  /(^|\s)[^\p{L}\d]?\d/u.test(view.row.text) || view.folded.some((word) => MEASURES.has(word));

/** A long list in which nothing is measured is a menu, a glossary, a list of tools; not what goes into a dish. */
export const unmeasuredList: Rule = {
  name: 'unmeasured-list',
  votes: (view) => {
    if (!inList(view)) return [];
    let rows = 0;
    let bare = 0;
    const look = (step: 'previous' | 'next') => {
      let at: RowView | undefined = step === 'previous' ? view : view.next;
      for (let k = 0; k < 5 && inList(at); k++, at = at[step]) {
        rows++;
        if (!measured(at)) bare++;
      }
    };
    look('previous');
    look('next');
    if (rows < 5 || bare / rows < 0.75) return [];
    const evidence = `${bare} of ${rows} lines of the list give no quantity`;
    return [vote('table', 2, evidence), vote('ingredient', -2, evidence), vote('title', -1.5, evidence)];
  },
};
