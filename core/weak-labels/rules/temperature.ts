import { fold } from '../lexicon.ts';
import { isNearly } from '../near-word.ts';
import type { SpanRule, Token } from '../spans.ts';

const words = (text: string) => new Set(text.split(' ').map(fold));
const OVEN = words('oven ovens');
const HEATS = words('hot slow moderate quick cool warm brisk medium fast moderately steady gentle');
/** Long enough that a misread letter leaves no doubt. */
const LONG_HEATS = ['moderate', 'moderately', 'brisk', 'quick', 'steady', 'gentle'];
const STRENGTH = words('very rather too quite pretty moderately');
const DEGREES = words('degrees degree');

const isHeat = (token: Token | undefined) =>
  token !== undefined && (HEATS.has(token.folded) || isNearly(token.plain, LONG_HEATS, 5));
const isDegrees = (token: Token | undefined) =>
  token !== undefined && (DEGREES.has(token.folded) || isNearly(token.plain, ['degrees', 'degree'], 5));

/** How hot: "a moderate oven", "very hot oven", "238° F."; not a plain "in the oven". */
export const temperature: SpanRule = {
  name: 'temperature',
  label: 'TEMP',
  spans: (tokens) => {
    const found = [];
    const text = (start: number, end: number) =>
      tokens
        .slice(start, end)
        .map((token) => token.text)
        .join(' ');
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (OVEN.has(token.folded)) {
        let start = i;
        const article = tokens[i - 1]?.plain === 'an' || tokens[i - 1]?.plain === 'a';
        const from = article ? i - 1 : i;
        if (isHeat(tokens[from - 1])) {
          start = from - 1;
          while (STRENGTH.has(tokens[start - 1]?.folded ?? '') || isHeat(tokens[start - 1])) start--;
        }
        if (start < i) found.push({ start, end: i + 1, confidence: 0.97, evidence: text(start, i + 1) });
        continue;
      }
      const degree =
        /^\d[\dlo]{1,2}°/.test(token.plain) || (/^\d{2,3}$/.test(token.plain) && isDegrees(tokens[i + 1]));
      if (!degree) continue;
      let end = isDegrees(tokens[i + 1]) ? i + 2 : i + 1;
      if (/^f(ahr(enheit)?)?$/.test(tokens[end]?.plain ?? '')) end++;
      let start = i;
      if (/^(to|or)$/.test(tokens[i - 1]?.plain ?? '') && /^\d{2,3}°?$/.test(tokens[i - 2]?.plain ?? ''))
        start = i - 2;
      if (found.at(-1)?.end === start + 1) found.pop();
      found.push({ start, end, confidence: 0.95, evidence: text(start, end) });
    }
    return found;
  },
};
