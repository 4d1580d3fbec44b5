import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box, Page } from '../page/page.ts';
import { groupLines, textLines } from './lines.ts';
import { recipePage } from './testing/pages.ts';
import { ingredients, paragraph, typesetPage } from './testing/typeset-page.ts';

const texts = (page: Page) =>
  textLines(groupLines(page)).map(({ words }) => words.map((i) => page.words[i]).join(' '));
const rowTexts = (page: Page) =>
  groupLines(page).rows.map(({ words }) => words.map((i) => page.words[i]).join(' '));

const LIST = ingredients(['2 cups flour.', '1 teaspoon salt.'], ['4 eggs well beaten.', '3 pints of milk.']);
const PROSE = paragraph(
  'Beat the eggs until they are light, then add the milk and the flour by turns, and stir all the while with a wooden spoon that it may not burn.',
);

describe('groupLines', () => {
  it('keeps the columns of a list apart and in one row', () => {
    const page = typesetPage(LIST);
    expect(texts(page)).toEqual([
      '2 cups flour.',
      '1 teaspoon salt.',
      '4 eggs well beaten.',
      '3 pints of milk.',
    ]);
    expect(rowTexts(page)).toEqual([
      '2 cups flour. 1 teaspoon salt.',
      '4 eggs well beaten. 3 pints of milk.',
    ]);
  });

  it('does not take the gaps of a justified line for columns', () => {
    const page = typesetPage(PROSE);
    expect(texts(page)).toEqual(PROSE.map((row) => row.columns[0]));
  });

  it('puts every word into exactly one row and one column, wherever the boxes are', () => {
    const box = fc
      .tuple(fc.nat(990), fc.nat(990), fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 60 }))
      .map(([x, y, w, h]): Box => [x, y, Math.min(1000, x + w), Math.min(1000, y + h)]);
    const word = fc.tuple(fc.constantFrom('salt', '2', '.', '~', 'I', 'and'), box);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (entries) => {
        const page: Page = {
          pageNum: 1,
          width: 500,
          height: 870,
          words: entries.map(([text]) => text),
          bboxes: entries.map(([, b]) => b),
          imagePath: null,
        };
        const { rows } = groupLines(page);
        const all = rows.flatMap((row) => row.words);
        expect([...all].sort((a, b) => a - b)).toEqual(entries.map((_, i) => i));
        for (const row of rows) {
          expect(row.cells.flat()).toEqual(row.words);
          for (const [k, i] of row.words.entries())
            if (k > 0) expect(page.bboxes[i][0]).toBeGreaterThanOrEqual(page.bboxes[row.words[k - 1]][0]);
        }
      }),
    );
  });

  it('finds the same lines on a skewed page', () => {
    const straight = rowTexts(recipePage());
    const rows = [...LIST, ...PROSE.map((row, i) => (i === 0 ? { ...row, lead: 1.5 } : row)), ...LIST];
    fc.assert(
      fc.property(
        fc.double({ min: -0.035, max: 0.035, noNaN: true }),
        fc.double({ min: -0.05, max: 0.05, noNaN: true }),
        (shear, lean) => {
          expect(rowTexts(typesetPage(rows, { shear, lean }))).toEqual(rowTexts(typesetPage(rows)));
        },
      ),
    );
    expect(straight.length).toBeGreaterThan(10);
  });

  it('is not disturbed by specks', () => {
    const clean = typesetPage([...LIST, ...PROSE]);
    const before = rowTexts(clean);
    const speck = fc.tuple(
      fc.constantFrom('.', '~', '|', '*', '‘'),
      fc.nat(990),
      fc.nat(980),
      fc.integer({ min: 1, max: 4 }),
    );
    fc.assert(
      fc.property(fc.array(speck, { minLength: 1, maxLength: 12 }), (specks) => {
        const page: Page = {
          ...clean,
          words: [...clean.words, ...specks.map(([text]) => text)],
          bboxes: [...clean.bboxes, ...specks.map(([, x, y, s]): Box => [x, y, x + s, y + s])],
        };
        const rows = groupLines(page)
          .rows.map(({ words }) => words.filter((i) => i < clean.words.length).map((i) => page.words[i]))
          .filter((words) => words.length > 0)
          .map((words) => words.join(' '));
        expect(rows).toEqual(before);
      }),
    );
  });

  it('gives nothing for an empty page', () => {
    expect(groupLines({ words: [], bboxes: [], width: 500, height: 870 }).rows).toEqual([]);
  });
});
