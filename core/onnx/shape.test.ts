import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcast, productOf, quotientOf, sizeOf, sumOf } from './shape.ts';

const length = fc.integer({ min: 1, max: 6 });
const dim = fc.oneof(length, fc.constantFrom('B', 'T', 'T+5', '2*(T+1)'));

describe('broadcast', () => {
  it('gives the shape itself with anything that is ones', () => {
    fc.assert(
      fc.property(fc.array(dim), fc.nat(4), (shape, n) => {
        const ones = new Array(Math.min(n, shape.length)).fill(1);
        expect(broadcast(shape, ones, 'x')).toEqual(shape);
        expect(broadcast(ones, shape, 'x')).toEqual(shape);
      }),
    );
  });

  it('does not depend on the order, also where it refuses', () => {
    const attempt = (a: (number | string)[], b: (number | string)[]) => {
      try {
        return broadcast(a, b, 'x');
      } catch {
        return 'refused';
      }
    };
    fc.assert(
      fc.property(fc.array(dim, { maxLength: 3 }), fc.array(dim, { maxLength: 3 }), (a, b) => {
        expect(attempt(a, b)).toEqual(attempt(b, a));
      }),
    );
  });

  it('refuses lengths that differ, naming both shapes', () => {
    expect(() => broadcast([2, 3], [4], 'Add of a and b')).toThrow('Add of a and b: [2, 3] and [4]');
    expect(() => broadcast(['T'], [4], 'Add')).toThrow('[T] and [4]');
  });
});

describe('symbolic lengths', () => {
  it('multiply and divide back', () => {
    fc.assert(
      fc.property(fc.array(dim), fc.array(dim), (a, b) => {
        expect(quotientOf([...a, productOf(b)], b)).toBe(productOf(a));
      }),
    );
  });

  it('agree with numbers where there are no names', () => {
    fc.assert(
      fc.property(fc.array(length), (a) => {
        expect(productOf(a)).toBe(sizeOf(a));
      }),
    );
  });

  it('keep sums whole in products', () => {
    expect(productOf([2, 'T+5', 3])).toBe('6*(T+5)');
    expect(productOf(['6*(T+5)'])).toBe('6*(T+5)');
    expect(quotientOf(['B', '6*(T+5)'], ['T+5', 'B'])).toBe(6);
    expect(productOf([sumOf(['6*(T+5)', 1]), 2])).toBe('2*(6*(T+5)+1)');
  });

  it('have no quotient that is not whole', () => {
    expect(quotientOf([6], [4])).toBeNull();
    expect(quotientOf(['T'], ['B'])).toBeNull();
    expect(quotientOf([0, 3], [0])).toBeNull();
  });

  it('add up', () => {
    expect(sumOf([2, 3])).toBe(5);
    expect(sumOf(['T', 197])).toBe('T+197');
    expect(sumOf(['T', 0])).toBe('T');
  });
});
