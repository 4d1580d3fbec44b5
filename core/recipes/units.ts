import { fold } from '../weak-labels/lexicon.ts';
import { withinOneEdit } from '../weak-labels/near-word.ts';

/**
 * `measure` and `weight` are exact, and a number that disagrees with their form is doubted; `count` are pieces, which
 * are units only where a name follows ("1 clove garlic", but "6 cloves"); `bit` are small amounts, often without a number.
 */
export type UnitKind = 'measure' | 'weight' | 'count' | 'bit';

export interface Unit {
  /** Singular, in full. */
  readonly name: string;
  readonly kind: UnitKind;
  /** Most of it that a recipe for a household asks for; more is doubted. Infinity: no bound. */
  readonly most: number;
}

/** name | other spellings (plurals are made) | most */
const MEASURES: readonly (readonly [string, string, number])[] = [
  ['cup', 'cupful cupsful c', 12],
  ['teacup', 'teacupful', 16],
  ['coffeecup', 'coffeecupful coffee-cup', 16],
  ['tumbler', 'tumblerful', 16],
  ['wineglass', 'wineglassful wine-glass wine-glassful', 16],
  ['teaspoon', 'teaspoonful teaspoonsful tsp tea-spoon tea-spoonful', 8],
  ['tablespoon', 'tablespoonful tablespoonsful tbsp tbs tb table-spoon table-spoonful', 10],
  ['dessertspoon', 'dessertspoonful dessert-spoon dessert-spoonful', 12],
  ['saltspoon', 'saltspoonful salt-spoon salt-spoonful', 8],
  ['coffeespoon', 'coffeespoonful coffee-spoon', 12],
  ['spoonful', 'spoon', 12],
  ['gill', '', 12],
  ['pint', 'pt', 12],
  ['quart', 'qt', 12],
  ['gallon', 'gal', 20],
  ['peck', 'pk', 20],
  ['bushel', 'bu', 20],
  ['milliliter', 'millilitre ml', Number.POSITIVE_INFINITY],
  ['deciliter', 'decilitre dl', Number.POSITIVE_INFINITY],
  ['liter', 'litre l', 40],
];
const WEIGHTS: readonly (readonly [string, string, number])[] = [
  ['ounce', 'oz ozs', 40],
  // "Ib" and "1b" are what an OCR makes of "lb".
  ['pound', 'lb lbs ib ibs 1b 1bs', 20],
  ['dram', 'drachm dr', 40],
  ['gram', 'gramme gm g gr', Number.POSITIVE_INFINITY],
  ['kilogram', 'kilogramme kilo kg', 20],
];
const COUNTS = `can box bottle jar tin package packet envelope basket bunch head stalk sprig spray slice piece clove blade
  stick square cake sheet loaf dozen pair ear strip rasher lump cube bowl handful leaf inch knuckle shin bar ball bag glass`;
const BITS = 'drop dash pinch speck grain grating shaving bit suspicion scraping';

const plural = (word: string): string[] => {
  if (word.length < 3) return [];
  if (word.endsWith('loaf') || word.endsWith('leaf')) return [word.replace(/f$/, 'ves')];
  return [/(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`];
};

const BY_FORM = new Map<string, { unit: Unit; plural: boolean | null }>();
const BY_FOLD = new Map<string, { unit: Unit; plural: boolean | null }>();
function register(unit: Unit, forms: readonly string[]): void {
  for (const form of forms) {
    // Short forms are used for one and for many alike.
    const short = form.length <= 4 && form !== unit.name;
    const put = (spelling: string, many: boolean | null) => {
      BY_FORM.set(spelling, { unit, plural: many });
      if (spelling.length >= 3 && !BY_FOLD.has(fold(spelling)))
        BY_FOLD.set(fold(spelling), { unit, plural: many });
    };
    put(form, short ? null : false);
    for (const many of plural(form)) put(many, short ? null : true);
  }
}
const words = (text: string) => text.split(/\s+/).filter(Boolean);
for (const [name, others, most] of MEASURES)
  register({ name, kind: 'measure', most }, [name, ...words(others)]);
for (const [name, others, most] of WEIGHTS)
  register({ name, kind: 'weight', most }, [name, ...words(others)]);
for (const name of words(COUNTS)) register({ name, kind: 'count', most: Number.POSITIVE_INFINITY }, [name]);
for (const name of words(BITS)) register({ name, kind: 'bit', most: Number.POSITIVE_INFINITY }, [name]);

export interface FoundUnit {
  readonly unit: Unit;
  /** Whether the word is a plural; null for abbreviations. */
  readonly plural: boolean | null;
  /** Place after its last word. */
  readonly next: number;
}

/** The unit a word stands for, misread letters allowed ("eup", "Ibs."); null for any other word. */
export function unitOf(word: string): Omit<FoundUnit, 'next'> | null {
  const bare = word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  // "T" and "t" are an American short hand whose case matters.
  if (bare === 'T') return { unit: BY_FORM.get('tablespoon')!.unit, plural: null };
  if (bare === 't') return { unit: BY_FORM.get('teaspoon')!.unit, plural: null };
  const lower = bare.toLowerCase();
  const exact = BY_FORM.get(lower);
  if (exact) return exact;
  return lower.length >= 3 && lower.length <= 16 ? (BY_FOLD.get(fold(lower)) ?? null) : null;
}

/** Words that are one letter from "cup" and words of their own. */
const NO_CUP = new Set([
  'cap',
  'caps',
  'cop',
  'cut',
  'cuts',
  'sup',
  'up',
  'ups',
  'cusp',
  'cub',
  'cubs',
  'cur',
  'coup',
  'soup',
  'pup',
]);
const LONG_FORMS = [...BY_FORM.keys()].filter((form) => form.length >= 6 && isMeasure(form));

function isMeasure(form: string): boolean {
  const kind = BY_FORM.get(form)?.unit.kind;
  return kind === 'measure' || kind === 'weight';
}

/** A measure with one letter misread ("oup", "teaspcon"); only to be asked where a unit is expected. */
export function nearUnit(word: string): Omit<FoundUnit, 'next'> | null {
  const lower = word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  if (unitOf(lower)) return unitOf(lower);
  const cup =
    lower.length >= 3 && !NO_CUP.has(lower) && ['cups', 'cup'].find((form) => withinOneEdit(lower, form));
  const long = lower.length >= 5 ? LONG_FORMS.find((form) => withinOneEdit(lower, form)) : undefined;
  const form = cup || long;
  return form ? (BY_FORM.get(form) ?? null) : null;
}

/** The unit at a place, two words that make one included ("table spoons"). */
export function unitAt(tokens: readonly string[], at: number): FoundUnit | null {
  const token = tokens[at];
  if (token === undefined) return null;
  const next = tokens[at + 1];
  if (next !== undefined && /^(tea|table|salt|dessert|wine)$/i.test(token)) {
    const joined = unitOf(token + next);
    if (joined) return { ...joined, next: at + 2 };
  }
  const own = unitOf(token);
  return own && { ...own, next: at + 1 };
}
