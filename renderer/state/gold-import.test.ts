import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf } from './gold-import.ts';

describe('a file in parts', () => {
  it('is cut between lines only', () => {
    expect(partsOf('aa\nbb\ncc\n', 6)).toEqual(['aa\nbb\n', 'cc\n']);
    expect(partsOf('aa\nbbbbbbbb\ncc', 5)).toEqual(['aa\n', 'bbbbbbbb\n', 'cc']);
    expect(partsOf('', 5)).toEqual([]);
  });

  it('loses nothing, whatever its lines', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 9 })), fc.integer({ min: 1, max: 12 }), (lines, most) => {
        const text = lines.join('\n');
        const parts = partsOf(text, most);
        expect(parts.join('')).toBe(text);
        for (const part of parts.slice(0, -1)) expect(part.endsWith('\n')).toBe(true);
      }),
    );
  });
});
