import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakPoints } from './hyphenate.ts';

const divided = (word: string) => breakPoints(word).map((at) => `${word.slice(0, at)}|${word.slice(at)}`);

describe('breakPoints', () => {
  it.each([
    ['minutes,', ['min|utes,']],
    ['one-half', ['one-|half']],
    ['frying-pan', ['frying-|pan']],
    ['strength', []],
    ['packed', []],
    ['PUDDINGS', []],
    ['pudding', ['pud|ding']],
    ['half', []],
  ])('divides %s', (word, expected) => {
    expect(divided(word)).toEqual(expected);
  });

  it('keeps two letters before and three after', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zé]{1,14}[,.]?$/), (word) => {
        for (const at of breakPoints(word)) {
          expect(at).toBeGreaterThanOrEqual(2);
          expect(word.length - at).toBeGreaterThanOrEqual(3);
        }
      }),
    );
  });
});
