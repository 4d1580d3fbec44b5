import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv, writeCsv } from './csv.ts';

describe('CSV', () => {
  it('follows RFC 4180', () => {
    expect(
      writeCsv([
        ['a', 'b,c', 'say "no"', 'two\r\nlines'],
        [null, 1.5, true, ''],
      ]),
    ).toBe('a,"b,c","say ""no""","two\r\nlines"\r\n,1.5,true,\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '＝1'])('%j is no formula any more', (text) => {
    expect(writeCsv([[text]]).replace(/^"/, '')).toMatch(/^'/);
    expect(parseCsv(writeCsv([[text]]))).toEqual([[text]]);
  });

  it('gives back every text', () => {
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', "'", '=', 'a') }),
    );
    const width = fc.integer({ min: 1, max: 5 });
    const rows = width.chain((n) =>
      fc.array(fc.array(value, { minLength: n, maxLength: n }), { maxLength: 6 }),
    );
    fc.assert(
      fc.property(rows, (table) => {
        expect(parseCsv(writeCsv(table))).toEqual(table);
      }),
      { numRuns: 500 },
    );
  });
});
