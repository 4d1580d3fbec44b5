import { amountAt, plain, splitRanges } from './numbers.ts';
import type { TemperatureLine } from './types.ts';

type Temperature = Pick<TemperatureLine, 'degrees' | 'scale' | 'words'>;

const HEAT =
  /^(?:very|quite|rather|too|extremely|moderately|slow|hot|quick|cool|warm|moderate|brisk|fierce|gentle|low|medium|high)$/;
const none: Temperature = { degrees: null, scale: null, words: null };

/**
 * "350° F.", "95° to 100° F.", "350 degrees", "a very hot oven". Words for heat stay words: what a "quick oven" is in
 * degrees differs from book to book.
 */
export function parseTemperature(text: string): Temperature {
  const words = splitRanges(text.slice(0, 200).split(/\s+/).filter(Boolean));
  const bare = words.map((word) => word.replace(/[°º].*$/u, ''));
  for (const at of words.keys()) {
    const number = amountAt(bare, at);
    if (!number) continue;
    const rest = words.slice(at).join(' ');
    if (!/[°º]|\bdegrees?\b/iu.test(rest) && !/\d\s*[FC]\b/.test(rest)) continue;
    const scale = /(?:[°º]|degrees?|\d)\s*\.?\s*(F|C)(?:\b|ahr|ent|elsius)/iu.exec(rest)?.[1]?.toUpperCase();
    return { degrees: number.amount, scale: scale === 'F' || scale === 'C' ? scale : null, words: null };
  }
  // "aslow oven" is "a slow oven".
  const heat = words
    .map((word) => plain(word).replace(/^a(?=slow$|hot$|quick$|moderate$|very$)/, ''))
    .filter((word) => HEAT.test(word));
  return heat.length > 0 ? { ...none, words: heat.join(' ') } : none;
}
