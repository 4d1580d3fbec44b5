import type { Random } from '../random.ts';

const SMALL = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const TEENS = ['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** 1 to 99 in words, hyphenated as print does: twenty-five. */
export function inWords(n: number): string {
  if (n <= 12) return SMALL[n - 1];
  if (n < 20) return TEENS[n - 13];
  return n % 10 === 0 ? TENS[n / 10] : `${TENS[Math.floor(n / 10)]}-${SMALL[(n % 10) - 1]}`;
}

/** 1 to 3999 in Roman capitals. */
export function roman(n: number): string {
  const signs: [number, string][] = [
    [1000, 'M'],
    [900, 'CM'],
    [500, 'D'],
    [400, 'CD'],
    [100, 'C'],
    [90, 'XC'],
    [50, 'L'],
    [40, 'XL'],
    [10, 'X'],
    [9, 'IX'],
    [5, 'V'],
    [4, 'IV'],
    [1, 'I'],
  ];
  let out = '';
  for (const [value, sign] of signs)
    while (n >= value) {
      out += sign;
      n -= value;
    }
  return out;
}

const COMMON_MINUTES = [
  1, 2, 3, 4, 5, 5, 5, 6, 8, 8, 10, 10, 10, 12, 15, 15, 15, 18, 20, 20, 20, 20, 25, 25, 30, 30, 30, 35, 40,
  45, 50,
];
const COMMON_HOURS = [1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8, 10, 12, 24];
const PARTS = ['one-half', 'one-fourth', 'three-fourths'];

const plural = (n: number, unit: string) => (n === 1 ? unit : `${unit}s`);

/** A stretch of minutes as directions give it, span marks around it: `{M:twenty to twenty-five minutes}`. */
export function minutes(random: Random): string {
  const n = random.pick(COMMON_MINUTES);
  const roll = random.next();
  if (roll < 0.84) return `{M:${inWords(n)} ${plural(n, 'minute')}}`;
  if (roll < 0.94 || n < 3) {
    const more = n < 10 ? n + random.int(1, 2) : n + 5 * random.int(1, 2);
    return `{M:${inWords(n)} ${random.chance(0.85) ? 'to' : 'or'} ${inWords(more)} minutes}`;
  }
  return random.pick([
    '{M:a few minutes}',
    '{M:one minute}',
    '{M:several minutes}',
    '{M:a few seconds}',
    '{M:two or three minutes}',
    '{M:thirty seconds}',
    '{M:a minute}',
    '{M:ten seconds}',
    '{M:a quarter of an hour}',
  ]);
}

/** A stretch of hours: `{M:one and one-half hours}`, `{M:several hours}`. */
export function hours(random: Random): string {
  const n = random.pick(COMMON_HOURS);
  const roll = random.next();
  if (roll < 0.5) return `{M:${inWords(n)} ${plural(n, 'hour')}}`;
  if (roll < 0.68)
    return random.pick([
      '{M:one-half hour}',
      '{M:half an hour}',
      '{M:one half-hour}',
      '{M:three-fourths hour}',
    ]);
  if (roll < 0.82) return `{M:${inWords(Math.min(n, 5))} and ${random.pick(PARTS)} hours}`;
  if (roll < 0.92)
    return `{M:${inWords(n)} ${random.chance(0.6) ? 'to' : 'or'} ${inWords(n + random.int(1, 3))} hours}`;
  return random.pick([
    '{M:several hours}',
    '{M:thirty minutes to one hour}',
    '{M:forty-five minutes to one hour}',
    '{M:twenty-four hours}',
    '{M:one hour}',
    '{M:two days}',
    '{M:three days}',
    '{M:one week}',
    '{M:a week}',
    '{M:two weeks}',
    '{M:an hour}',
    '{M:one to one and one-half hours}',
    '{M:a few hours}',
  ]);
}

const HEATS = [
  'hot',
  'hot',
  'hot',
  'moderate',
  'moderate',
  'moderate',
  'slow',
  'slow',
  'very hot',
  'very slow',
  'quick',
  'moderately hot',
  'rather hot',
  'brisk',
  'cool',
  'steady',
  'rather quick',
  'very moderate',
];

/** Where a thing bakes, heat marked as TEMP where it is one: "in a {P:hot oven}", "in oven". */
export function oven(random: Random): string {
  const roll = random.next();
  if (roll < 0.07) return random.pick(['in the oven', 'in oven', 'on oven grate', 'on centre grate of oven']);
  if (roll < 0.11) return `in an oven heated to {P:${random.int(25, 45) * 10} degrees}`;
  if (roll < 0.13) return `at {P:${random.int(25, 45) * 10}° F.}`;
  if (roll < 0.145) return `taking care not to have {P:too ${random.pick(['hot', 'slow', 'quick'])} an oven}`;
  const article = random.chance(0.55) ? 'a ' : '';
  return `in ${article}{P:${random.pick(HEATS)} oven}`;
}

/** A heat in degrees: "{P:238° F.}". */
export function degrees(random: Random): string {
  const n = random.int(15, 40) * 10 + random.pick([0, 0, 5, 8]);
  return random.pick([
    `{P:${n}° F.}`,
    `{P:${n} degrees}`,
    `{P:${n}° F.}`,
    `{P:${n}° to ${n + 10}° F.}`,
    `{P:${n} degrees F.}`,
  ]);
}

const CUPS = '½ ½ ½ ¼ ¼ ¼ ⅓ ⅓ ¾ ⅔ 1 1 1 1 1 1 2 2 2 3 4 1½ 1¼ 2½ 1¾ 1⅓ 3½ 6'.split(' ');
const SPOONS = '½ ½ ½ ¼ ¼ ¼ 1 1 1 1 1 1½ 2 2 2 3 4 ⅛ ¾ 2½ 1¼ 3½ 5 6 ⅓'.split(' ');

export const cups = (random: Random): string => random.pick(CUPS);
export const spoons = (random: Random): string => random.pick(SPOONS);

/** Whether an amount as printed ("1½") asks for the plural of its unit. */
export const isPlural = (amount: string): boolean => !/^(?:1|[½¼⅓¾⅔⅛])$/.test(amount);

/** A measure as prose writes it: "one and one-half cups", "one-third cup". */
export function cupsInWords(random: Random): string {
  const part = random.pick([
    'one-half',
    'one-fourth',
    'one-third',
    'three-fourths',
    'two-thirds',
    'one-eighth',
  ]);
  const roll = random.next();
  if (roll < 0.45) return `${part} cup`;
  const n = random.int(1, 4);
  if (roll < 0.75) return `${inWords(n)} ${plural(n, 'cup')}`;
  return `${inWords(n)} and ${random.pick(['one-half', 'one-fourth', 'one-third'])} cups`;
}

export function spoonsInWords(random: Random): string {
  const unit = random.pick(['teaspoon', 'tablespoon', 'tablespoon']);
  if (random.chance(0.3)) return `one-half ${unit}`;
  const n = random.int(1, 6);
  return `${inWords(n)} ${plural(n, unit)}`;
}
