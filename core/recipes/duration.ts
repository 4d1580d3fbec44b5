import { amountAt, plain, splitRanges } from './numbers.ts';
import type { Amount } from './types.ts';

const SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};

/** The unit of time a word names, usual misreadings of "minutes" allowed. */
function timeUnit(word: string | undefined): number | null {
  const bare = plain(word ?? '').replace(/['’]s?$/, '');
  if (/^(secs?|seconds?)$/.test(bare)) return SECONDS.second;
  if (/^(mins?|minutes?|m[a-z]{2,6}tes?)$/.test(bare)) return SECONDS.minute;
  if (/^(hrs?|h|[hb]ours?)$/.test(bare)) return SECONDS.hour;
  if (/^days?$/.test(bare)) return SECONDS.day;
  if (/^weeks?$/.test(bare)) return SECONDS.week;
  return null;
}

interface Piece {
  readonly seconds: Amount;
  readonly next: number;
}

const times = ({ min, max }: Amount, unit: number): Amount => ({ min: min * unit, max: max * unit });

/** "an hour", "half an hour", "one half-hour", "a quarter of an hour", "one and one-half hours", "five to six minutes". */
function pieceAt(words: readonly string[], at: number): Piece | null {
  const word = plain(words[at] ?? '');
  const half = /^(?:half|one-half)-(.+)$/.exec(word);
  const halfUnit = half && timeUnit(half[1]);
  if (halfUnit) return { seconds: times({ min: 0.5, max: 0.5 }, halfUnit), next: at + 1 };
  if (/^(an?|one)$/.test(word)) {
    const after = /^half-(.+)$/.exec(plain(words[at + 1] ?? ''));
    const unit = after && timeUnit(after[1]);
    if (unit) return { seconds: times({ min: 0.5, max: 0.5 }, unit), next: at + 2 };
    const own = timeUnit(words[at + 1]);
    if (own && word !== 'one') return { seconds: { min: own, max: own }, next: at + 2 };
  }
  const number = amountAt(words, at);
  if (!number) return null;
  // "a quarter of an hour", "half an hour" (its article is part of the number)
  const link = /^of$/.test(words[number.next] ?? '') && /^an?$/.test(words[number.next + 1] ?? '') ? 2 : 0;
  const unit = timeUnit(words[number.next + link]);
  if (unit) return { seconds: times(number.amount, unit), next: number.next + link + 1 };
  const hyphened = /^(half)-(.+)$/.exec(plain(words[number.next] ?? ''));
  const both = hyphened && timeUnit(hyphened[2]);
  return both ? { seconds: times({ min: 0.5, max: 0.5 }, both), next: number.next + 1 } : null;
}

/**
 * A duration as cookbooks print it, both ends in seconds. "one hour and twenty minutes" is added up, "thirty minutes to
 * one hour" is a range. Words before it are passed over; null where no number is given ("several hours", "minutes").
 */
export function parseDuration(text: string): Amount | null {
  const words = splitRanges(text.slice(0, 400).split(/\s+/).filter(Boolean)).flatMap((word) => {
    const glued = /^(\d+)([a-z]{1,8}\.?)$/i.exec(word);
    return glued && timeUnit(glued[2]) ? [glued[1], glued[2]] : [word];
  });
  for (let at = 0; at < words.length; at++) {
    const first = pieceAt(words, at);
    if (!first) continue;
    let { seconds, next } = first;
    const and = /^and$/i.test(words[next] ?? '') ? 1 : 0;
    const second = pieceAt(words, next + and);
    if (second && second.seconds.max < seconds.min && !/[.;]$/.test(words[next - 1])) {
      seconds = { min: seconds.min + second.seconds.min, max: seconds.max + second.seconds.max };
      next = second.next;
    }
    if (/^(to|or|[-–—])$/i.test(words[next] ?? '')) {
      const end = pieceAt(words, next + 1);
      if (end && end.seconds.max > seconds.max) seconds = { min: seconds.min, max: end.seconds.max };
    }
    return seconds;
  }
  return null;
}

/** Seconds as an ISO 8601 duration; whole days only are written as days, so that "twenty-four hours" is PT24H. */
export function isoDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole > 0 && whole % SECONDS.day === 0 && whole > SECONDS.day) return `P${whole / SECONDS.day}D`;
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return `PT${h ? `${h}H` : ''}${m ? `${m}M` : ''}${s || whole === 0 ? `${s}S` : ''}`;
}
