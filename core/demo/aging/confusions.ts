import type { Random } from '../random.ts';

const list = (text: string) => text.split(' ');

/** What small fractions of worn type were read as: rarely as themselves. */
const FRACTIONS: Readonly<Record<string, readonly string[]>> = {
  '½': list('4g 4g 4g 4g 3g 3g 3g 1g 1g 1g 46 36 4 Jg 4¢ 3¢ % Ag 14 { 1/2 44 /g 34 4 ¥ - Ng'),
  '¼': list('44 44 44 44 14 14 14 14 4 34 34 { 1/4 }4 24 + \\4 4{'),
  '¾': list('34 34 3/4 % 24 94 3 84 %/ #4'),
  '⅓': list('4 14 3g 1g 44 34 35 \\ 1/3 36 4g'),
  '⅔': list('24 34 3g % 2 23 36 2/3 %g'),
  '⅛': list('4g 1g % 14 46 3 4 1/8 + lg'),
};
/** The same after a whole number: "13g" for 1½. */
const MIXED: Readonly<Record<string, readonly string[]>> = {
  '½': list('3g 3g 3g 4g 34 14g 36 14 3¢ % 1/2 ¢ 4 g'),
  '¼': list('34 14 4 44 1/4 {'),
  '¾': list('34 3¢ % 84'),
  '⅓': list('3g 14 4 34'),
  '⅔': list('24 3g %'),
  '⅛': list('46 4'),
};

/** "1½" as it was read, or null where it was not read at all. */
export function readFraction(text: string, random: Random): string | null {
  const match = /^(\d*)([½¼¾⅓⅔⅛])(.*)$/u.exec(text);
  if (!match) return text;
  const [, whole, part, rest] = match;
  if (!whole) return random.chance(0.05) ? null : random.pick(FRACTIONS[part]) + rest;
  return whole + (random.chance(0.03) ? '' : random.pick(MIXED[part])) + rest;
}

/** Letters and pairs that worn type confuses. */
const LETTERS: Readonly<Record<string, readonly string[]>> = {
  c: ['e', 'e', 'e', 'o'],
  e: ['c', 'o', 'é'],
  h: ['b', 'li', 'n'],
  n: ['u', 'ii', 'm'],
  u: ['n', 'ii'],
  l: ['1', 'I', 'i', 't'],
  i: ['l', 'j', '1', 'ı'.normalize()],
  t: ['l', 'f', 'i'],
  f: ['t', 'i'],
  b: ['h', 'l'],
  m: ['in', 'rn', 'm'],
  o: ['e', 'c', '0'],
  a: ['n', 'u', 's', 'd'],
  s: ['a', 'x', '8'],
  r: ['v', 't', 'x'],
  g: ['q', 'y', 'e'],
  y: ['v', 'g'],
  d: ['il', 'a'],
  v: ['y', 'r'],
  w: ['v', 'm'],
  k: ['lc', 'h'],
  p: ['n', 'y'],
  C: ['G', 'O', 'e'],
  S: ['8', 'B', 's'],
  B: ['R', '8', 'H'],
  E: ['B', 'F', 'K'],
  I: ['T', 'l', '1', 'J'],
  O: ['0', 'Q', 'C'],
  T: ['‘T', 'I', 'F', 'Y'],
  P: ['F', 'R'],
  R: ['K', 'B'],
  M: ['N', 'H'],
  L: ['1', 'I', 'T'],
  H: ['N', 'M'],
  W: ['V', "\\'"],
  A: ['‘A', '4'],
  D: ['1)', 'B'],
  G: ['C', '('],
  '1': ['l', 'I', '{', 'L'],
  '3': ['8', '5'],
  '8': ['3', 'S'],
  '2': ['9', '%'],
  '5': ['6', '3'],
  '0': ['O', 'o'],
  '4': ['1', 't'],
  '6': ['8', 'G'],
  '7': ['1', '%'],
  '9': ['2', '0'],
};
const OFTEN: Readonly<Record<string, number>> = { lb: 0.5, etc: 0.4 };
const PAIRS: readonly (readonly [string, string])[] = [
  ['fi', 'ti'],
  ['fl', 'tl'],
  ['ff', 'tf'],
  ['ffi', 'tli'],
  ['rn', 'm'],
  ['cl', 'd'],
  ['li', 'h'],
  ['ri', 'n'],
  ['in', 'm'],
  ['lb', 'Ib'],
  ['etc', 'ete'],
  ['th', 'tb'],
  ['cu', 'eu'],
  ['ca', 'ea'],

  ['ll', 'U'],
];

/**
 * A word as the software read it. `rate` is the chance that one letter goes wrong; a few pairs go wrong more often.
 */
export function misread(word: string, rate: number, random: Random): string {
  let out = word;
  for (const [pair, wrong] of PAIRS)
    if (out.includes(pair) && random.chance(OFTEN[pair] ?? rate * 5)) out = out.replace(pair, wrong);
  let changed = '';
  for (const letter of out) {
    const wrong = LETTERS[letter];
    const weight = letter === 'c' ? 6 : /\d/.test(letter) ? 6 : 1;
    changed += wrong && random.chance(rate * weight) ? random.pick(wrong) : letter;
  }
  if (random.chance(rate * 2)) changed = cut(changed, random);
  return changed || word;
}

/** A word that lost its end to a smear or a fold. */
const cut = (word: string, random: Random): string =>
  word.length > 4 ? word.slice(0, word.length - random.int(1, 3)) : word;

/** What specks of dirt were read as. */
export const SPECKS = [
  '.',
  '.',
  "'",
  '-',
  '~',
  '|',
  '_',
  ':',
  '‘',
  ',',
  '*',
  '«',
  '»',
  '^',
  '+',
  'ee',
  'a',
  'i',
  '¢',
  '/',
  ';',
  '4',
  '7',
  '=',
  '>',
  '\\',
  'J',
  'ae',
  '“',
  '!',
  '°',
];
/** What rows of leaders were read as. */
export const LEADERS = ['.', '.', '.', '.', '.', '-', '+', '6', 'ee', '...', '|', '4', ':', '«', '/', 'se'];
/** What pictures were read as. */
export const NONSENSE = [
  'ee',
  'Re',
  'Sy',
  'oe',
  '—',
  'wy',
  'Ee',
  '~',
  'ES',
  'ae',
  'po',
  '|',
  'rs',
  '=',
  'iS',
  'Wt',
  '“',
  'a',
  'eS',
  '<',
  'ae:',
  'Y',
  'fe',
];
