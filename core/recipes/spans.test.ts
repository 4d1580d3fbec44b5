import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDuration, parseDuration } from './duration.ts';
import { parseTemperature } from './temperature.ts';
import { parseYield } from './yield.ts';

const shownTime = (text: string) => {
  const found = parseDuration(text);
  if (!found) return null;
  return found.min === found.max
    ? isoDuration(found.max)
    : `${isoDuration(found.min)}..${isoDuration(found.max)}`;
};

describe('durations', () => {
  it.each([
    ['twenty minutes', 'PT20M'],
    ['twenty-five minutes.', 'PT25M'],
    ['one hour', 'PT1H'],
    ['an hour', 'PT1H'],
    ['one-half hour;', 'PT30M'],
    ['half an hour', 'PT30M'],
    ['one half-hour', 'PT30M'],
    ['half-hour', 'PT30M'],
    ['a quarter of an hour', 'PT15M'],
    ['three-quarters of an hour', 'PT45M'],
    ['one and one-half hours,', 'PT1H30M'],
    ['one and one fourth hours', 'PT1H15M'],
    ['two and a half hours', 'PT2H30M'],
    ['1½ hours', 'PT1H30M'],
    ['1 hour 20 minutes', 'PT1H20M'],
    ['one hour and twenty minutes', 'PT1H20M'],
    ['45min', 'PT45M'],
    ['twelve to fifteen minutes', 'PT12M..PT15M'],
    ['10-15 min.', 'PT10M..PT15M'],
    ['three or four hours', 'PT3H..PT4H'],
    ['one to one and a half hours', 'PT1H..PT1H30M'],
    ['thirty minutes to one hour', 'PT30M..PT1H'],
    ['thirty seconds', 'PT30S'],
    ['twenty-four hours', 'PT24H'],
    ['three days', 'P3D'],
    ['two weeks', 'P14D'],
    ['about twenty minnites', 'PT20M'],
    ['several hours', null],
    ['minutes', null],
    ['', null],
  ])('%s is %s', (text, expected) => expect(shownTime(text)).toBe(expected));

  it('are written so that they can be read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
        const found = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(
          isoDuration(seconds),
        )!;
        const [d, h, m, s] = found.slice(1).map((v) => Number(v ?? 0));
        expect(((d * 24 + h) * 60 + m) * 60 + s).toBe(seconds);
      }),
    );
  });
});

describe('temperatures', () => {
  it.each([
    ['350° F.', { degrees: { min: 350, max: 350 }, scale: 'F', words: null }],
    ['95° to 100° F.', { degrees: { min: 95, max: 100 }, scale: 'F', words: null }],
    ['180 degrees C', { degrees: { min: 180, max: 180 }, scale: 'C', words: null }],
    ['two hundred degrees Fahrenheit', { degrees: { min: 200, max: 200 }, scale: 'F', words: null }],
    ['175°', { degrees: { min: 175, max: 175 }, scale: null, words: null }],
    ['very hot oven.', { degrees: null, scale: null, words: 'very hot' }],
    ['aslow oven', { degrees: null, scale: null, words: 'slow' }],
    ['oven', { degrees: null, scale: null, words: null }],
  ])('%s', (text, expected) => expect(parseTemperature(text)).toEqual(expected));
});

describe('yields', () => {
  it.each([
    ['This recipe makes thirty muffins.', 30, 'muffins'],
    ['Serves 6', 6, 'servings'],
    ['This quantity will serve fifty.', 50, 'servings'],
    ['Serves four to six people.', 6, 'servings'],
    ['Yield: 2 loaves', 2, 'loaves'],
    ['makes three small plum cakes, if cut thin', 3, 'small plum cakes'],
    ['makes one pie with two crusts', 1, 'pie'],
    ['makes a great many', null, null],
  ])('%s', (text, max, what) => {
    const found = parseYield(text);
    expect([found.amount?.max ?? null, found.what]).toEqual([max, what]);
  });
});

it('spans of any text are read without throwing', () => {
  const word = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      '1',
      '½',
      '1/0',
      'one',
      'and',
      'or',
      'to',
      'a',
      'half',
      'hour',
      'minutes',
      '°',
      '350°',
      'F',
    ),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const text = words.join(' ');
      const time = parseDuration(text);
      if (time) expect(time.max).toBeGreaterThanOrEqual(time.min);
      parseTemperature(text);
      parseYield(text);
    }),
    { numRuns: 1000 },
  );
});
