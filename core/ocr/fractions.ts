import { normalisedToPixels } from '../page/coordinates.ts';
import type { Box } from '../page/page.ts';
import { inkPatch, seenFraction } from './fraction-shape.ts';

/** A word that was changed, and why: enough to show it and to take it back. */
export interface Repair {
  /** Index of the word on its page. */
  readonly index: number;
  readonly before: string;
  readonly after: string;
  readonly rule: 'seen-fraction' | 'misread-stroke';
}

/** A picture of the page the words were read from. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Units as they stand in cookbooks, and as OCR of old print spells them ("eup", "1b.", "Ibs."). */
const UNIT =
  /^(?:c|e)ups?(?:fuls?)?$|^tea-?spoons?(?:fuls?)?$|^table-?spoons?(?:fuls?)?$|^[lI1]bs?$|^pounds?$|^oz$|^ounces?$|^pints?$|^pts?$|^quarts?$|^qts?$|^gills?$|^gallons?$|^inch(?:es)?$|^hours?$|^cans?$|^bo[xt](?:es|tles?)?$|^pack(?:age|et)s?$|^ts?ps?$|^tbsps?$|^yards?$|^dozen$|^doz$|^lemons?$|^onions?$/i;
/** Characters that no number of a quantity has, and that strokes of a fraction are read as. */
const DEBRIS = /[¢£%{}[\]|\\/;'‘’°§*]/;
/** Digits with a letter for the last, as fractions are read: 1g, 13s. */
const DIGITS_OF_FRACTION = /^[1-9]?[1-57][gGsSz]$/;
const STROKE = /^([1-9])?([1357])[/\\|{}⁄]([2348])$/;
const SIGNS: Readonly<Record<string, string>> = {
  '1/2': '½',
  '1/3': '⅓',
  '2/3': '⅔',
  '1/4': '¼',
  '3/4': '¾',
  '1/8': '⅛',
  '3/8': '⅜',
  '5/8': '⅝',
  '7/8': '⅞',
};
/** White kept around a word's box, share of its height. */
const PAD = 0.05;
const MOST_LENGTH = 5;

const bare = (word: string) => word.replace(/[.,;:!)]+$/, '');

/** Whether the next word stands after this one on the same line. */
const follows = (a: Box, b: Box) => b[0] >= a[0] && b[1] < a[3] && b[3] > a[1];

/** A word that may be a fraction: short, no word of a language, and where a quantity stands or looking like one. */
function mayBeFraction(words: readonly string[], bboxes: readonly Box[], i: number): boolean {
  const word = words[i];
  if (word.length > MOST_LENGTH || /[½⅓⅔¼¾⅛⅜⅝⅞]/.test(word)) return false;
  if (/\p{L}{2}/u.test(word) && !/\d/.test(word)) return false;
  if (i + 1 >= words.length || !follows(bboxes[i], bboxes[i + 1])) return false;
  if (UNIT.test(bare(words[i + 1]))) return true;
  const odd = /\d/.test(word) && (DEBRIS.test(word) || DIGITS_OF_FRACTION.test(bare(word)));
  return odd && /^\p{L}{3}/u.test(words[i + 1]);
}

/**
 * Finds broken fractions ("3{", "14", "J¢" where the page has ¾, ¼, ½) and what to put in their place. A word is
 * changed only where its picture shows a fraction (`seen-fraction`), or, without a picture, where nothing but the
 * stroke was misread (`misread-stroke`); what cannot be told stays as it was read.
 * @param read words with boxes 0..1000 @param picture what the boxes were found on, null where there is none
 */
export function repairFractions(
  read: { readonly words: readonly string[]; readonly bboxes: readonly Box[] },
  picture: Picture | null,
): Repair[] {
  const repairs: Repair[] = [];
  for (const [index, before] of read.words.entries()) {
    if (!mayBeFraction(read.words, read.bboxes, index)) continue;
    const found = picture === null ? fromStroke(before) : fromPicture(before, read.bboxes[index], picture);
    if (found !== null && found.after !== before) repairs.push({ index, before, ...found });
  }
  return repairs;
}

function fromStroke(word: string): Pick<Repair, 'after' | 'rule'> | null {
  const match = STROKE.exec(word);
  const sign = match && SIGNS[`${match[2]}/${match[3]}`];
  return sign ? { after: `${match[1] ?? ''}${sign}`, rule: 'misread-stroke' } : null;
}

function fromPicture(word: string, box: Box, picture: Picture): Pick<Repair, 'after' | 'rule'> | null {
  const [x0, y0, x1, y1] = normalisedToPixels(box, picture.width, picture.height);
  const pad = Math.max(0.5, (y1 - y0) * PAD);
  const patch = inkPatch(picture, x0 - pad, y0 - pad, x1 + pad, y1 + pad);
  const seen = patch && seenFraction(patch, bare(word));
  if (!seen) return null;
  const tail = /[.,;:!)]+$/.exec(word)?.[0] ?? '';
  // A stroke's end read as a semicolon belongs to the fraction.
  return { after: seen.text + tail.replaceAll(';', ''), rule: 'seen-fraction' };
}

/** The words with repairs applied. */
export function applyRepairs(words: readonly string[], repairs: readonly Repair[]): string[] {
  const out = [...words];
  for (const { index, after } of repairs) out[index] = after;
  return out;
}

/** The words as they were read. */
export function undoRepairs(words: readonly string[], repairs: readonly Repair[]): string[] {
  const out = [...words];
  for (const { index, before } of repairs) out[index] = before;
  return out;
}
