import { fold } from '../weak-labels/lexicon.ts';
import type { Amount } from './types.ts';

/** Unicode's vulgar fractions. */
export const VULGAR: Readonly<Record<string, number>> = {
  '½': 1 / 2,
  '⅓': 1 / 3,
  '⅔': 2 / 3,
  '¼': 1 / 4,
  '¾': 3 / 4,
  '⅕': 1 / 5,
  '⅖': 2 / 5,
  '⅗': 3 / 5,
  '⅘': 4 / 5,
  '⅙': 1 / 6,
  '⅚': 5 / 6,
  '⅐': 1 / 7,
  '⅛': 1 / 8,
  '⅜': 3 / 8,
  '⅝': 5 / 8,
  '⅞': 7 / 8,
  '⅑': 1 / 9,
  '⅒': 1 / 10,
};
export const VULGAR_CLASS = Object.keys(VULGAR).join('');

const list = (text: string, from: number): [string, number][] =>
  text.split(' ').map((word, k) => [word, from + k]);
const ONES = new Map([
  ...list('one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen', 1),
  ...list('sixteen seventeen eighteen nineteen', 16),
]);
const TENS = new Map(
  list('twenty thirty forty fifty sixty seventy eighty ninety', 2).map(([word, n]) => [word, n * 10]),
);
/** The same as an OCR might have misread them ("cight"). */
const FOLDED = new Map(
  [...ONES, ...TENS].filter(([word]) => word.length >= 4).map(([word, n]) => [fold(word), n]),
);
/** Fractions as nouns: one third, three-fourths, a quarter. */
const PARTS = new Map([
  ['half', 2],
  ['halves', 2],
  ['third', 3],
  ['thirds', 3],
  ['fourth', 4],
  ['fourths', 4],
  ['quarter', 4],
  ['quarters', 4],
  ['fifth', 5],
  ['fifths', 5],
  ['sixth', 6],
  ['sixths', 6],
  ['eighth', 8],
  ['eighths', 8],
]);

/** A word in lower case without the punctuation around it; fraction signs and degrees stay. */
export const plain = (word: string): string =>
  word
    .toLowerCase()
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/[^\p{L}\p{N}°]+$/u, '');

/** A number and the place after its last word. */
export interface Found {
  readonly value: number;
  readonly next: number;
  /** Written as a fraction or with one. */
  readonly fraction: boolean;
  readonly inWords: boolean;
}

const MIXED = new RegExp(`^(\\d{1,6})?([${VULGAR_CLASS}])$`, 'u');

/** A number in digits that is one word: 2, 1.5, 1/2, 1-1/2, 1½. */
function digits(word: string): { value: number; fraction: boolean } | null {
  if (/^\d{1,6}$/.test(word)) return { value: Number(word), fraction: false };
  if (/^\d{1,3}(,\d{3})+$/.test(word)) return { value: Number(word.replaceAll(',', '')), fraction: false };
  if (/^\d{0,6}\.\d{1,4}$/.test(word)) return { value: Number(word), fraction: false };
  const mixed = MIXED.exec(word);
  if (mixed) return { value: Number(mixed[1] ?? 0) + VULGAR[mixed[2]], fraction: true };
  const over = /^(?:(\d{1,4})-)?(\d{1,3})[/⁄](\d{1,3})$/u.exec(word);
  if (!over || Number(over[3]) === 0) return null;
  return { value: Number(over[1] ?? 0) + Number(over[2]) / Number(over[3]), fraction: true };
}

/** A number word, hyphens allowed: seven, twenty-five, one-half, three-fourths. */
function inWords(word: string): { value: number; fraction: boolean } | null {
  const whole = ONES.get(word) ?? TENS.get(word) ?? (word.length >= 4 ? FOLDED.get(fold(word)) : undefined);
  if (whole !== undefined) return { value: whole, fraction: false };
  if (word === 'half') return { value: 1 / 2, fraction: true };
  const [first, second, more] = word.split('-');
  if (second === undefined || more !== undefined) return null;
  const ten = TENS.get(first);
  const one = ONES.get(second);
  if (ten !== undefined && one !== undefined && one < 10) return { value: ten + one, fraction: false };
  const part = PARTS.get(second);
  const count = ONES.get(first);
  return part !== undefined && count !== undefined && count < 10
    ? { value: count / part, fraction: true }
    : null;
}

/** A fraction that can follow a whole number: ½, 1/2, one-half, "a half", "three fourths". */
function fractionAt(words: readonly string[], at: number): Found | null {
  const word = plain(words[at] ?? '');
  const digit = digits(word);
  if (digit) return digit.fraction && digit.value < 1 ? { ...digit, next: at + 1, inWords: false } : null;
  const spelled = inWords(word);
  if (spelled?.fraction) return { ...spelled, next: at + 1, inWords: true };
  const part = PARTS.get(plain(words[at + 1] ?? ''));
  const count = word === 'a' || word === 'an' ? 1 : ONES.get(word);
  return part !== undefined && count !== undefined && count < 10
    ? { value: count / part, next: at + 2, fraction: true, inWords: true }
    : null;
}

/** A whole word is over where its own punctuation ends it: "1, 2" is not one number. */
const closes = (word: string) => /[,;:.)]$/.test(word);

/**
 * The number that begins at a word: digits, fractions, number words, and what they make together ("1 1/2", "one and
 * one-half", "two and a quarter", "half a", "twenty five"). An article alone is no number.
 */
export function numberAt(words: readonly string[], at: number): Found | null {
  const word = plain(words[at] ?? '');
  if (word === 'a' || word === 'an') return fractionAt(words, at);
  // "4{" is what is left of a fraction, not a four.
  if (/\d[{}¢%$£|#&@]/.test(words[at] ?? '')) return null;
  const digit = digits(word);
  const first = digit ?? inWords(word);
  if (!first) return null;
  const spelled = digit === null;
  const found: Found = { ...first, next: at + 1, inWords: spelled };
  if (closes(words[at]) && !/\.$/.test(words[at])) return found;
  if (first.fraction) {
    const half = plain(words[at]) === 'half' && /^an?$/.test(plain(words[at + 1] ?? ''));
    return half ? { ...found, next: at + 2 } : found;
  }
  const following = plain(words[at + 1] ?? '');
  if (spelled) {
    const part = PARTS.get(following);
    if (part !== undefined && first.value < 10)
      return { value: first.value / part, next: at + 2, fraction: true, inWords: true };
    const one = ONES.get(following);
    if (TENS.has(word) && one !== undefined && one < 10)
      return { ...found, value: first.value + one, next: at + 2 };
    if (following === 'hundred') return { ...found, value: first.value * 100, next: at + 2 };
  }
  const and = following === 'and' || following === '&' ? 1 : 0;
  const rest = fractionAt(words, at + 1 + and);
  // "1 half" is no mixed number, and "2 and 1/2" is one.
  if (!rest || (spelled && and === 0)) return found;
  return { value: first.value + rest.value, next: rest.next, fraction: true, inWords: spelled };
}

/** A number or range and the place after its last word. */
export interface FoundAmount {
  readonly amount: Amount;
  readonly next: number;
  readonly fraction: boolean;
}

/** "2-3" and "2–3" as three words, so that they read as "2 to 3"; "1-1/2" stays one. */
export function splitRanges(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const number = `(?:\\d+[${VULGAR_CLASS}]?|[${VULGAR_CLASS}]|\\d+/\\d+|\\d*\\.\\d+)`;
    const range = new RegExp(`^(${number})[-–—](${number}°?)([,.;:)]*)$`, 'u').exec(word);
    if (!range || (/^\d+$/.test(range[1]) && /^\d+\/\d+$/.test(range[2]))) return [word];
    return [range[1], 'to', range[2] + range[3]];
  });
}

/** A number, or two with "to", "or" or a dash between them where the second is larger. */
export function amountAt(words: readonly string[], at: number): FoundAmount | null {
  const start = /^(from|between)$/.test(plain(words[at] ?? '')) ? at + 1 : at;
  const first = numberAt(words, start);
  if (!first) return null;
  const one = {
    amount: { min: first.value, max: first.value },
    next: first.next,
    fraction: first.fraction,
  };
  const between = words[first.next] ?? '';
  if (!/^(to|or|[-–—])$/i.test(between)) return one;
  const second = numberAt(words, first.next + 1);
  if (!second || second.value <= first.value) return one;
  return {
    amount: { min: first.value, max: second.value },
    next: second.next,
    fraction: first.fraction || second.fraction,
  };
}
