import { isNearly } from '../near-word.ts';
import type { SpanRule } from '../spans.ts';

const OPENING =
  /^(this|these|the|above)( \w+){0,4}? (will make|makes?|will serve|serves?|is enough for|is sufficient for|yields?)\b/;
const SHORT =
  /^(serves|yields?|makes|will serve|will make|enough for|sufficient for|enough to serve) (about |from )?[\w-]+/;
const NAMED = /^(this|these|the|above)( \w+)?? (recipe|mixture|quantity|receipt|amount|proportions?)\b/;
const QUANTITY =
  /\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|dozen|\d+)/;
/** What OCR makes of the words that open the clause. */
const OPENERS = ['this', 'these', 'enough', 'sufficient', 'recipe', 'mixture', 'quantity'];

const mend = (word: string) => OPENERS.find((opener) => isNearly(word, [opener])) ?? word;

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
      const text = clause.map((token) => mend(token.plain.replace(/8/g, 's').replace(/^rn/, 'm'))).join(' ');
      const opens = OPENING.exec(text) ?? SHORT.exec(text);
      const says =
        opens && (NAMED.test(text) || QUANTITY.test(text.slice(Math.max(0, opens[0].length - 14))));
      if (says && clause.length <= 40)
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
