import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { altoFormat } from './alto.ts';
import { funsdFormat } from './funsd.ts';
import { hocrFormat } from './hocr.ts';
import { labelStudioFormat } from './label-studio.ts';
import { pageXmlFormat } from './page-xml.ts';
import { anyPage, comesBackAs, readBack } from './testing/pages.ts';
import { tokensCsvFormat } from './tokens-csv.ts';
import { writeAlto } from './write-alto.ts';
import { writeTokensCsv } from './write-csv.ts';
import { writeFunsd } from './write-funsd.ts';
import { writeHocr } from './write-hocr.ts';
import { writeLabelStudio } from './write-label-studio.ts';
import { writePageXml } from './write-page-xml.ts';

const runs = { numRuns: 80 };

describe('what goes out and comes back in is equal', () => {
  it('as hOCR', () =>
    fc.assert(
      fc.property(anyPage, (page) => {
        expect(readBack(hocrFormat, writeHocr(page))).toEqual([comesBackAs(page)]);
      }),
      runs,
    ));
  it('as ALTO', () =>
    fc.assert(
      fc.property(anyPage, (page) => {
        expect(readBack(altoFormat, writeAlto(page))).toEqual([comesBackAs(page)]);
      }),
      runs,
    ));
  it('as PAGE-XML', () =>
    fc.assert(
      fc.property(anyPage, (page) => {
        expect(readBack(pageXmlFormat, writePageXml(page))).toEqual([comesBackAs(page)]);
      }),
      runs,
    ));
  it('as CSV of tokens, many pages', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(anyPage, { minLength: 1, maxLength: 4, selector: ({ pageNum }) => pageNum }),
        (pages) => {
          expect(readBack(tokensCsvFormat, writeTokensCsv(pages))).toEqual(pages.map(comesBackAs));
        },
      ),
      { numRuns: 40 },
    ));
  it('as FUNSD JSON, whatever scheme is asked for', () =>
    fc.assert(
      fc.property(anyPage, fc.constantFrom('bio' as const, 'io' as const), (page, labelScheme) => {
        expect(readBack(funsdFormat, writeFunsd(page), { labelScheme })).toEqual([comesBackAs(page)]);
      }),
      runs,
    ));
  it('as Label Studio JSON, many tasks', () =>
    fc.assert(
      fc.property(fc.array(anyPage, { minLength: 1, maxLength: 4 }), (pages) => {
        expect(readBack(labelStudioFormat, writeLabelStudio(pages))).toEqual(pages.map(comesBackAs));
      }),
      { numRuns: 40 },
    ));
});
