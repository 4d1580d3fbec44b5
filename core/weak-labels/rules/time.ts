import { fold } from '../lexicon.ts';
import { isNearly } from '../near-word.ts';
import type { SpanRule, Token } from '../spans.ts';

const fold_ = (words: string) => new Set(words.split(' ').map(fold));
const UNITS = fold_(
  'minute minutes hour hours second seconds day days week weeks month months min mins hr hrs',
);
const SMALL = 'one two three four five six seven eight nine ten eleven twelve';
const TEENS = 'thirteen fourteen fifteen sixteen seventeen eighteen nineteen';
const TENS = 'twenty thirty forty fifty sixty ninety';
const NUMBERS = fold_(
  `${SMALL} ${TEENS} ${TENS} half one-half quarter one-quarter one-fourth three-fourths three-quarters`,
);
const VAGUE = fold_('several few');
/** Between two numbers of one duration. */
const CONNECTORS = fold_('to or and a an');
/** "the last half-hour", "every half-hour": no duration of its own. */
const ORDINALS = fold_('first last second every each');
const HALF_HOUR = fold_('half-hour half-an-hour');

const NUMBER_LIST = `${SMALL} ${TEENS} ${TENS} half quarter`.split(' ');
const FRACTIONS = 'half halves third thirds fourth fourths quarter quarters eighth'.split(' ');

function isNumber(token: Token | undefined): boolean {
  if (!token) return false;
  if (NUMBERS.has(token.folded)) return true;
  if (/^\d{1,3}([/-]\d{1,3})?$|^[½¼¾]$/.test(token.plain)) return true;
  if (isNearly(token.plain, NUMBER_LIST, 5)) return true;
  if (/[’'](ten|five|two|six|three|four|eight)$/.test(token.plain)) return true;
  const parts = token.plain.split('-').filter(Boolean);
  const numeral = (part: string) =>
    NUMBERS.has(fold(part)) ||
    isNearly(part, NUMBER_LIST, 5) ||
    isNearly(part, FRACTIONS, 5) ||
    part === 'tive';
  return parts.length > 1 && parts.every((part) => numeral(part) || numeral(part.replace(/s$/, '')));
}

/** "minutes" with its strokes miscounted: "minntes", "mmutes", "ininutes", or its front lost: "utes". */
const STROKES = /^m?[il1mnu]{1,5}tes?$/;
const isUnit = (token: Token | undefined): token is Token =>
  token !== undefined &&
  (UNITS.has(token.folded) || STROKES.test(token.plain) || isNearly(token.plain, ['hours'], 5));

/** Durations: number and unit, ranges with their connector, "several hours", "one hour and a half". */
export const time: SpanRule = {
  name: 'time',
  label: 'TIME',
  spans: (tokens) => {
    const found = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (HALF_HOUR.has(token.folded)) {
        if (ORDINALS.has(tokens[i - 1]?.folded ?? '')) continue;
        found.push({ start: i, end: i + 1, confidence: 0.85, evidence: token.text });
        continue;
      }
      if (!isUnit(token)) continue;
      if (/^half-?$/.test(tokens[i - 1]?.plain ?? '') && ORDINALS.has(tokens[i - 2]?.folded ?? '')) continue;
      let start = i;
      // Backwards over "thirty to forty-five", "one and one-half", "a few".
      while (start > 0) {
        const before = tokens[start - 1];
        if (before.ends) break;
        const comma = /[,;:]$/.test(before.text) && !isNumber(before);
        if (comma) break;
        if (token.plain === 'utes' && start === i && /^(m|min|mine|mln)$/.test(before.plain)) start--;
        else if (isNumber(before) || VAGUE.has(before.folded)) start--;
        else if (
          CONNECTORS.has(before.folded) &&
          start < i &&
          (isNumber(tokens[start - 2]) ||
            isUnit(tokens[start - 2]) ||
            CONNECTORS.has(tokens[start - 2]?.folded ?? ''))
        )
          start--;
        else if (isUnit(before) && CONNECTORS.has(tokens[start]?.folded ?? '')) start--;
        else break;
      }
      const plain = (back: number) => tokens[i - back]?.plain ?? '';
      if (start === i && /^an?$/.test(plain(1))) {
        if (/^half$/.test(plain(2))) start = i - 2;
        else if (plain(2) === 'of' && /^quarters?$/.test(plain(3)))
          start = isNumber(tokens[i - 4]) || plain(4) === 'a' ? i - 4 : i - 3;
      }
      if (start > 0 && start < i && fold('a') === tokens[start - 1].folded && VAGUE.has(tokens[start].folded))
        start--;
      let end = i + 1;
      if (
        tokens[end]?.folded === fold('and') &&
        tokens[end + 1]?.folded === fold('a') &&
        /^half$/.test(tokens[end + 2]?.plain ?? '')
      )
        end += 3;
      const bare = start === i;
      if (bare) {
        // A number that was misread leaves "minutes" alone; "hour", "day", "second" alone are too common.
        const plural = /^m.*s$/.test(token.plain);
        const prior = tokens[i - 1];
        if (!plural && !(i === 0 && /s$/.test(token.plain))) continue;
        const misread =
          prior && !prior.ends && /^(thirt|fift|fort|twent|ten|five|six|f.{1,2}e)/.test(prior.plain);
        found.push({ start: misread ? i - 1 : i, end, confidence: 0.8, evidence: token.text });
      } else
        found.push({
          start,
          end,
          confidence: 0.97,
          evidence: tokens
            .slice(start, end)
            .map((t) => t.text)
            .join(' '),
        });
    }
    return found;
  },
};
