import { FOODS, fold } from '../weak-labels/lexicon.ts';
import { noteAfter, tidy, withoutBrackets } from './ingredient-name.ts';
import { amountAt, plain, splitRanges, VULGAR_CLASS } from './numbers.ts';
import type { Amount, Doubt, Ingredient } from './types.ts';
import { type FoundUnit, nearUnit, unitAt, unitOf } from './units.ts';

/** Longest line that is read; what is longer is no line of a list. */
const LONGEST = 400;

const SIZES = new Set(
  `heaping heaped rounding rounded level scant generous large small medium medium-sized good-sized big thin thick thinner
  full short slight`.split(/\s+/),
);
const VAGUE = new Set(['few', 'several', 'some', 'little', 'plenty', 'additional', 'more']);
const PART_NOUN = '(?:yolks?|whites?|juice|rinds?|peel|pulp)';
const PART_ADJECTIVE = '(?:(?:grated|shaved|strained)\\s+)*';
/** What of an egg or a fruit: "Yolks 3 eggs", "Grated rind of 1 lemon", "Juice and rind 2 oranges"; not "White Sauce". */
const PART = new RegExp(
  `^(${PART_ADJECTIVE}${PART_NOUN}(?:\\s+(?:and|or)\\s+${PART_ADJECTIVE}${PART_NOUN})?|whip from)(?:\\s+of\\s+|\\s+(?=\\S*[\\d${VULGAR_CLASS}{]|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|an?)\\b))`,
  'iu',
);
const SIZE_OF = /[,\s]*\b(?:the\s+)?size\s+of\s+(an?\s+[\p{L}-]+(?:\s+(?:nut|bean|pea|egg))?|[\p{L}-]+)/iu;

const nothing: Ingredient = {
  quantity: null,
  vague: null,
  unit: null,
  size: null,
  part: null,
  name: null,
  note: null,
  optional: false,
  alternatives: [],
  doubt: null,
};

const GLUED_NUMBER = new RegExp(
  `^(\\d{1,2}[${VULGAR_CLASS}]?|[${VULGAR_CLASS}]|\\d/\\d)(\\p{L}{2,}.*)$`,
  'u',
);
/** An OCR's "Legg" and "lcup" for "1 egg" and "1 cup". */
const ONE_GLUED = /^[“"‘'«]*[lLITJ|](\p{Ll}{2,}.*)$/u;
const knownWord = (word: string) => unitOf(word) !== null || FOODS.has(fold(word));

/** Words of a line; what print or an OCR ran together ("2eggs", "Legg.") comes apart where both parts are sure. */
function tokensOf(text: string): string[] {
  const words = text.split(/\s+/).filter(Boolean);
  return splitRanges(
    words.flatMap((word, k) => {
      const glued = GLUED_NUMBER.exec(word);
      if (glued && !/^(st|nd|rd|th)\b/i.test(glued[2])) return [glued[1], glued[2]];
      const one = k === 0 ? ONE_GLUED.exec(word) : null;
      return one && knownWord(plain(one[1])) && !knownWord(plain(word)) ? ['1', one[1]] : [word];
    }),
  );
}

const isDebris = (token: string) => !new RegExp(`[\\p{L}\\p{N}${VULGAR_CLASS}]`, 'u').test(token);
const isExact = (found: FoundUnit | null) => found !== null && /^(measure|weight)$/.test(found.unit.kind);

/** What the number of a line is, its unit, and where the name begins. */
interface Head {
  readonly quantity: Amount | null;
  readonly vague: string | null;
  readonly unit: string | null;
  readonly size: string | null;
  readonly doubt: Doubt | null;
  readonly next: number;
}

/** Why a number cannot be what was printed, or null. */
function doubtOf(
  amount: Amount,
  fraction: boolean,
  found: FoundUnit | null,
  rest: readonly string[],
): Doubt | null {
  // "46 lemon": more than a dozen of a thing whose name has no plural.
  if (!found)
    return !fraction && amount.max > 12 && rest.length > 0 && !rest.some((word) => /(s|en)\W*$/i.test(word))
      ? 'number-and-unit'
      : null;
  const agrees = fraction || found.plural === null || found.plural === amount.max > 1;
  if (!agrees) return 'number-and-unit';
  return amount.max > found.unit.most ? 'too-much' : null;
}

/** "heaping", "level", "large" before a unit or a name. */
function sizeAt(tokens: readonly string[], at: number): { size: string | null; next: number } {
  const found: string[] = [];
  let next = at;
  while (next < tokens.length && SIZES.has(plain(tokens[next])) && !/[,;]$/.test(tokens[next]))
    found.push(plain(tokens[next++]));
  return { size: found.length > 0 ? found.join(' ') : null, next };
}

/**
 * The unit at a place, unless it is a piece that nothing follows: "6 cloves" are cloves.
 * @param afterNumber allow a misread letter in it
 */
function unitFor(tokens: readonly string[], at: number, afterNumber = false): FoundUnit | null {
  const near = afterNumber && at + 1 < tokens.length ? nearUnit(tokens[at]) : null;
  const found = unitAt(tokens, at) ?? (near && { ...near, next: at + 1 });
  if (!found || isExact(found)) return found;
  const named = tokens.slice(found.next).some((token) => /\p{L}{2,}/u.test(token));
  return named && !/[,;(]$/.test(tokens[found.next - 1]) ? found : null;
}

/** "3g": grams where it could be ("250g"), else what is left of a fraction. */
const GRAMS = /^(\d+)g$/i;

/** Debris, or a short word with a digit or a sign in it, right before an exact unit: a fraction nobody can read. */
function brokenBefore(tokens: readonly string[], at: number): FoundUnit | null {
  const token = tokens[at] ?? '';
  const looksBroken = isDebris(token) || token.length <= 2 || /[\d{}¢%$£&@#|]/.test(token);
  if (!looksBroken || token.length > 6 || /^(an?|or|of)$/i.test(token)) return null;
  const found = unitFor(tokens, sizeAt(tokens, at + 1).next);
  return found && (isExact(found) || /\d/.test(token)) ? found : null;
}

function headOf(tokens: readonly string[]): Head {
  let at = 0;
  const broken = (at: number): Head | null => {
    const found = brokenBefore(tokens, at);
    const size = sizeAt(tokens, at + 1).size;
    return (
      found && {
        quantity: null,
        vague: null,
        unit: found.unit.name,
        size,
        doubt: 'unreadable',
        next: found.next,
      }
    );
  };
  // "3g cup" is no three grams, and "{ cup" no speck before a word.
  while (at < tokens.length && isDebris(tokens[at])) {
    const found = broken(at);
    if (found) return found;
    at++;
  }
  const number = amountAt(tokens, at);
  if (!number) {
    const found = broken(at);
    if (found) return found;
    const grams = GRAMS.exec(tokens[at] ?? '');
    if (grams) {
      const value = Number(grams[1]);
      const sure = value >= 5 && value % 5 === 0;
      const quantity = sure ? { min: value, max: value } : null;
      return {
        quantity,
        vague: null,
        unit: sure ? 'gram' : null,
        size: null,
        doubt: sure ? null : 'unreadable',
        next: at + 1,
      };
    }
    const article = /^an?$/i.test(tokens[at] ?? '') ? 1 : 0;
    const vague = plain(tokens[at + article] ?? '');
    if (VAGUE.has(vague)) {
      const unit = unitFor(tokens, at + article + 1);
      const name = tokens
        .slice(at, at + article + 1)
        .join(' ')
        .toLowerCase();
      const next = unit?.next ?? at + article + 1;
      return { quantity: null, vague: name, unit: unit?.unit.name ?? null, size: null, doubt: null, next };
    }
    const { size, next } = sizeAt(tokens, at + article);
    const unit = unitFor(tokens, next);
    const one = article === 1 ? { min: 1, max: 1 } : null;
    // "cups flour": the number is not there any more.
    if (unit && isExact(unit) && article === 0 && unit.next < tokens.length)
      return {
        quantity: null,
        vague: null,
        unit: unit.unit.name,
        size,
        doubt: 'unreadable',
        next: unit.next,
      };
    if (unit && (article === 1 || (unit.plural !== true && !isExact(unit))))
      return { quantity: one, vague: null, unit: unit.unit.name, size, doubt: null, next: unit.next };
    return {
      quantity: one,
      vague: null,
      unit: null,
      size: article ? size : null,
      doubt: null,
      next: article ? next : at,
    };
  }
  // "1 (14-ounce) can": the bracket is read with the notes.
  const { size, next } = sizeAt(tokens, number.next);
  const found = unitFor(tokens, next, true);
  if (found?.unit.name === 'inch') {
    const piece = unitAt(tokens, found.next);
    if (piece?.unit.kind === 'count')
      return {
        quantity: { min: 1, max: 1 },
        vague: null,
        unit: piece.unit.name,
        size: `${tokens.slice(at, number.next).join(' ')} inch`,
        doubt: null,
        next: piece.next,
      };
  }
  const doubt = doubtOf(number.amount, number.fraction, found, tokens.slice(next));
  return {
    quantity: doubt ? null : number.amount,
    vague: null,
    unit: found?.unit.name ?? null,
    size,
    doubt,
    next: found?.next ?? next,
  };
}

/** "butter, the size of an egg" */
function takeSizeOf(text: string): { text: string; size: string | null } {
  const found = SIZE_OF.exec(text);
  if (!found) return { text, size: null };
  const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`;
  return {
    text: rest.replace(/^\s*(?:a\s+)?(?:piece|lump|bit)\s+(?:of\s+)?/i, ''),
    size: `size of ${found[1]}`,
  };
}

/** Where the first " or " splits a line in two things, outside brackets and not inside a range of numbers. */
function splitAlternative(text: string): [string, string] | null {
  let depth = 0;
  for (const match of text.matchAll(/[([]|[)\]]|\s+or\s+/gi)) {
    if (/[([]/.test(match[0])) depth++;
    else if (/[)\]]/.test(match[0])) depth = Math.max(0, depth - 1);
    else if (depth === 0) {
      const [left, right] = [text.slice(0, match.index), text.slice(match.index + match[0].length)];
      const number = amountAt(tokensOf(left.split(/\s+/).at(-1) ?? ''), 0);
      // "two or three eggs" is a range; "one or the other" says nothing.
      const range = number !== null && number.next === 1 && amountAt(tokensOf(right), 0) !== null;
      if (!range && /\p{L}/u.test(left) && /\p{L}/u.test(right) && !/^more\b/i.test(right))
        return [left, right];
    }
  }
  return null;
}

/** Name before quantity, as lists of an older kind have it: "Flour, one pint", "Sugar 1 cup". */
function nameFirst(text: string): Ingredient | null {
  const found = /^(\p{L}[\p{L}\s'’-]{1,60}?)\s*(?:[,:]|[.…]{2,}|\s[-–—])\s*(\S.*)$/u.exec(text);
  if (!found) return null;
  const tokens = tokensOf(found[2]);
  const number = amountAt(tokens, 0);
  const head = headOf(tokens);
  const rest = tokens.slice(head.next).join(' ');
  if ((!number && !head.doubt) || head.unit === null || !/^each\b|^\W*$/i.test(rest)) return null;
  const { next: _, ...own } = head;
  return { ...nothing, ...own, name: tidy(found[1]), note: tidy(rest) };
}

function parseOne(given: string): Ingredient {
  const { text, size: sizeOf } = takeSizeOf(given);
  const { text: open, notes, optional } = withoutBrackets(text);
  const part = PART.exec(open);
  const reversed = part ? null : nameFirst(open);
  if (reversed) return { ...reversed, size: reversed.size ?? sizeOf, optional };
  let tokens = tokensOf(part ? open.slice(part[0].length) : open);
  const head = headOf(tokens);
  tokens = tokens.slice(head.next);
  if (/^of$/i.test(tokens[0] ?? '')) tokens = tokens.slice(1);
  const { name, note } = noteAfter(tokens.filter((token) => !isDebris(token)).join(' '));
  // "Grated rind 3 lemon"
  const one = head.quantity !== null && head.quantity.max > 1 && Number.isInteger(head.quantity.max);
  if (part && one && head.unit === null && name !== null && !/(s|en)$/i.test(name))
    return { ...nothing, part: tidy(part[1].toLowerCase()), name, note, doubt: 'number-and-unit', optional };
  // A number or an article alone measures nothing.
  if (name === null && head.unit === null) return { ...nothing, note: tidy(notes.join(', ')), optional };
  const { next: _, ...own } = head;
  return {
    ...nothing,
    ...own,
    size: head.size ?? sizeOf,
    part: part ? tidy(part[1].toLowerCase()) : null,
    name,
    note: tidy([note, ...notes].filter(Boolean).join(', ')),
    optional,
  };
}

/**
 * Reads a line of a list of ingredients. Never throws; what the text does not say stays null, and a number that cannot
 * be right is left out with the reason in `doubt`. Nothing is guessed beyond letters an OCR usually confuses in units.
 */
export function parseIngredient(line: string): Ingredient {
  const text = line.slice(0, LONGEST).replace(/\s+/g, ' ').trim();
  if (!/[\p{L}\p{N}]/u.test(text)) return nothing;
  const pieces: string[] = [];
  let rest = text;
  for (;;) {
    const split = pieces.length < 8 ? splitAlternative(rest) : null;
    if (!split) break;
    pieces.push(split[0]);
    rest = split[1];
  }
  pieces.push(rest);
  const [first, ...others] = pieces.map(parseOne);
  return { ...first, alternatives: others.filter((other) => other.name !== null) };
}
