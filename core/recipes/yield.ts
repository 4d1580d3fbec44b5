import { amountAt, plain, splitRanges } from './numbers.ts';
import type { YieldLine } from './types.ts';

const PEOPLE = /^(people|persons?|guests|portions?|covers)$/;
/** Words a name of what is made does not go beyond. */
const STOPS = /^(with|and|or|if|when|from|for|each|in|that|to|at|about)$/;

/**
 * "This recipe makes thirty muffins", "Serves 6", "will serve fifty", "Yield: 2 loaves": how many of what. "servings"
 * stands for people served. Both null where no number is given.
 */
export function parseYield(text: string): Pick<YieldLine, 'amount' | 'what'> {
  const words = splitRanges(text.slice(0, 400).split(/\s+/).filter(Boolean));
  const at = words.findIndex((_, k) => amountAt(words, k) !== null);
  if (at < 0) return { amount: null, what: null };
  const { amount, next } = amountAt(words, at)!;
  const serves = words.slice(0, at).some((word) => /^serv(e|es|ing|ings)$/.test(plain(word)));
  const name: string[] = [];
  for (let k = next; k < words.length && name.length < 4; k++) {
    if (STOPS.test(plain(words[k])) || plain(words[k]) === '') break;
    name.push(plain(words[k]));
    if (/[.,;:!)]$/.test(words[k])) break;
  }
  const what = name.join(' ');
  return { amount, what: PEOPLE.test(what) || (what === '' && serves) ? 'servings' : what || null };
}
