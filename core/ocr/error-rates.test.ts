import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, characterErrors, wordErrors } from './error-rates.ts';

describe('error rates', () => {
  it('counts substitutions, insertions and deletions', () => {
    expect(wordErrors(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual({ errors: 2, length: 3 });
    expect(wordErrors(['a', 'b'], [])).toEqual({ errors: 2, length: 2 });
    expect(characterErrors(['¾', 'cup'], ['34', 'cup'])).toEqual({ errors: 2, length: 5 });
  });

  it('is a distance: none for equals, the same both ways, and every item stands once', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(wordErrors(a, a).errors).toBe(0);
        expect(wordErrors(a, b).errors).toBe(wordErrors(b, a).errors);
        const steps = align(a, b);
        expect(steps.flatMap((s) => s.reference ?? [])).toEqual(a.map((_, i) => i));
        expect(steps.flatMap((s) => s.found ?? [])).toEqual(b.map((_, i) => i));
      }),
    );
  });
});
