import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallTokenizer } from './testing/small-tokenizer.ts';
import { trainBpe } from './train-bpe.ts';

describe('trainBpe', () => {
  it('merges the most frequent pair first, ties by the older pieces', () => {
    // " aaab" twice and " ab": (a a) 4 times; then (a b) 3; then (aa ab) and (Ġ aa) twice each, Ġ being older.
    const { merges } = trainBpe(['aaab', 'ab', 'aaab'], { vocabSize: 264 }).spec;
    expect(merges).toEqual([
      ['a', 'a'],
      ['a', 'b'],
      ['Ġ', 'aa'],
    ]);
  });

  it('lays ids out as RoBERTa does', () => {
    const tokenizer = smallTokenizer();
    expect(tokenizer.ids).toEqual({ cls: 0, pad: 1, sep: 2, unk: 3, mask: tokenizer.vocabSize - 1 });
    expect(tokenizer.vocabSize).toBe(360);
    expect(new Set(tokenizer.spec.vocab.values()).size).toBe(360);
  });

  it('does not depend on the order of the words, and every merge builds a known piece', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '½'), maxLength: 8 }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(words, (list) => {
        fc.pre(list.some((word) => word !== ''));
        const options = { vocabSize: 300, minFrequency: 1 };
        const tokenizer = trainBpe(list, options);
        expect(trainBpe([...list].reverse(), options).spec.merges).toEqual(tokenizer.spec.merges);
        for (const word of list)
          expect(tokenizer.decode(tokenizer.encodeWord(word))).toBe(
            word === '' || word.startsWith(' ') ? word : ` ${word}`,
          );
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a vocabulary without room, and no words', () => {
    expect(() => trainBpe(['a'], { vocabSize: 260 })).toThrow(/at least 261/);
    expect(() => trainBpe([''], { vocabSize: 300 })).toThrow(/no words/);
  });
});
