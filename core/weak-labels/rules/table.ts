import { type Rule, type Vote, vote } from '../rule.ts';

const MEALS = /\b(breakfast|luncheon|dinner|supper|menus?|bill of fare)\b/i;

/** Dot leaders, percentages, columns of figures, page numbers at the line's end: tables, contents, indexes. */
export const table: Rule = {
  name: 'table',
  votes: ({ row, words }): Vote[] => {
    const found: Vote[] = [];
    const dots = (row.text.match(/(\.\s*){3,}|[.·«+-]( [.·«+-]){2,}/g) ?? []).length;
    const leaders = row.words.filter((word) => /^[.·…«+“”"'_~,|:;-]{1,4}$/.test(word)).length;
    if (dots > 0 || leaders >= 3)
      found.push(
        vote('table', dots > 0 ? 2.5 : 1.5, 'leaders of dots'),
        vote('ingredient', -1.5, 'leaders of dots'),
        vote('step', -1.5, 'leaders of dots'),
        vote('essay', -1, 'leaders of dots'),
      );
    const percent = words.filter((word) => /\d[%°]|^\d+\.\d+/.test(word)).length;
    if (percent > 0)
      found.push(
        vote('table', 1.2 * Math.min(2, percent), 'percentages'),
        vote('ingredient', -1.5, 'percentages'),
      );
    if (words.length > 1 && /^\d{2,3}[.,]?$/.test(words[words.length - 1]))
      found.push(
        vote('table', 1.5, 'ends with a number'),
        vote('ingredient', -0.8, 'ends with a number'),
        vote('step', -0.8, 'ends with a number'),
      );
    const numbers = words.filter((word) => /^\d{1,3}[.,;]?$/.test(word)).length;
    if (numbers >= 3 && numbers / words.length > 0.4) found.push(vote('table', 1.5, `${numbers} figures`));
    if (/ (=|equals?) /.test(row.text))
      found.push(vote('table', 2.5, 'an equation'), vote('ingredient', -2, 'an equation'));
    if (MEALS.test(row.text) && words.length <= 4)
      found.push(vote('table', 1.5, 'names a meal'), vote('title', -1, 'names a meal'));
    return found;
  },
};
