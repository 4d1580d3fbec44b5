import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { hours, inWords, isPlural, minutes, oven, roman } from './amounts.ts';

describe('amounts', () => {
  it('writes numbers in words and in Roman', () => {
    expect([1, 12, 13, 20, 45, 99].map(inWords)).toEqual([
      'one',
      'twelve',
      'thirteen',
      'twenty',
      'forty-five',
      'ninety-nine',
    ]);
    expect([1, 4, 9, 14, 39, 1896].map(roman)).toEqual(['I', 'IV', 'IX', 'XIV', 'XXXIX', 'MDCCCXCVI']);
    expect(['½', '1', '1½', '2', '¾', '12'].map(isPlural)).toEqual([false, false, true, true, false, true]);
  });

  it('marks durations and heats, and nothing else, as spans', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new Random(seed, 'amounts');
        for (const text of [minutes(random), hours(random)])
          expect(text).toMatch(/^\{M:[a-z -]*(?:seconds?|minutes?|hours?|half-hour|days?|weeks?)\}$/);
        expect(oven(random)).toMatch(
          /^(?:(?:in|on)[a-z ]*oven(?: grate)?|(?:[a-z]+ )+\{P:[^}]*(?:oven|degrees|F\.)\})$/,
        );
      }),
    );
  });
});
