import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitPages } from './splits.ts';

const pages = (numbers: readonly number[]) => numbers.map((pageNum) => ({ pageNum }));
const book = pages(Array.from({ length: 485 }, (_, i) => i + 2));

describe('splitPages', () => {
  it('keeps every page once, in order, with neither side empty from two pages on', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(300), { minLength: 0, maxLength: 120 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.integer(),
        fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        (numbers, validationFraction, seed, blockSize) => {
          const options = { validationFraction, seed, blockSize };
          const { train, validation } = splitPages(pages(numbers), options);
          const order = (list: { pageNum: number }[]) => list.map(({ pageNum }) => pageNum);
          const sorted = [...numbers].sort((a, b) => a - b);
          expect([...order(train), ...order(validation)].sort((a, b) => a - b)).toEqual(sorted);
          for (const side of [train, validation])
            expect(order(side)).toEqual(order(side).sort((a, b) => a - b));
          if (numbers.length >= 2) expect(Math.min(train.length, validation.length)).toBeGreaterThan(0);
          const target = Math.min(
            numbers.length - 1,
            Math.max(1, Math.round(numbers.length * validationFraction)),
          );
          if (numbers.length >= 2)
            expect(Math.abs(validation.length - target)).toBeLessThanOrEqual((blockSize ?? 8) / 2);
          expect(splitPages(pages(numbers), options)).toEqual({ train, validation });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('depends on the seed', () => {
    const held = (seed: number) => splitPages(book, { validationFraction: 0.1, seed }).validation;
    expect(held(1)).not.toEqual(held(2));
  });

  it('keeps neighbours together, so that few recipes run over the cut', () => {
    const cuts = (blockSize: number) => {
      const { validation } = splitPages(book, { validationFraction: 0.1, seed: 42, blockSize });
      const held = new Set(validation.map(({ pageNum }) => pageNum));
      return book.filter(({ pageNum }) => held.has(pageNum) !== held.has(pageNum + 1)).length;
    };
    expect(splitPages(book, { validationFraction: 0.1, seed: 42 }).validation).toHaveLength(48);
    expect(cuts(1)).toBeGreaterThan(70);
    expect(cuts(8)).toBeLessThan(20);
  });

  it('holds out nothing only when asked for nothing', () => {
    expect(splitPages(book, { validationFraction: 0, seed: 1 })).toEqual({ train: book, validation: [] });
    expect(splitPages(book.slice(0, 1), { validationFraction: 0.5, seed: 1 }).train).toHaveLength(1);
  });

  it('refuses what is no fraction and no block', () => {
    for (const validationFraction of [1, -0.1, Number.NaN])
      expect(() => splitPages(book, { validationFraction, seed: 1 })).toThrow(/val_fraction/);
    expect(() => splitPages(book, { validationFraction: 0.5, seed: 1, blockSize: 0 })).toThrow(/block size/);
  });
});
