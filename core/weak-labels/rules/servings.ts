import type { SpanRule } from '../spans.ts';

const OPENING =
  /^(this|these|the|above)( \w+){0,4}? (will make|makes?|will serve|serves|is enough for|is sufficient for|yields?)\b/;
const SHORT = /^(serves|yields?|makes) (about |from )?(\w+-?\w*|\d+)/;
const QUANTITY =
  /\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirty|twenty|forty|fifty|dozen|\d+)\b/;

/** What a recipe yields: the whole clause, from "This recipe makes" to its full stop. */
export const servings: SpanRule = {
  name: 'servings',
  label: 'SERVINGS',
  spans: (tokens) => {
    const found = [];
    let start = 0;
    for (let i = 0; i < tokens.length; i++) {
      if (!tokens[i].ends && i < tokens.length - 1) continue;
      const clause = tokens.slice(start, i + 1);
      const text = clause.map((token) => token.plain.replace(/^phis$/, 'this')).join(' ');
      const opens = OPENING.exec(text) ?? SHORT.exec(text);
      const names =
        opens !== null &&
        /^(this|these|the|above)( \w+)?? (recipe|mixture|quantity|receipt|amount|proportions?)\b/.test(text);
      if (opens && (names || QUANTITY.test(text.slice(opens[0].length - 12))) && clause.length <= 40)
        found.push({
          start,
          end: i + 1,
          confidence: 0.85,
          evidence: clause.map((token) => token.text).join(' '),
        });
      start = i + 1;
    }
    return found;
  },
};
