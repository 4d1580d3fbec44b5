import { describe, expect, it } from 'vitest';
import { readBook } from '../demo/demo-pages.ts';
import { LabelMap } from '../labels/labels.ts';
import type { Page } from '../page/page.ts';
import { evaluatePages } from '../training/metrics/evaluate.ts';
import { labelBook, labelPage } from './label-pages.ts';
import { essayPage, PORRIDGE, recipePage } from './testing/pages.ts';
import { directions, head, paragraph, section, typesetPage } from './testing/typeset-page.ts';
import type { WeakPage } from './types.ts';

const names = (weak: WeakPage) => weak.labels.map((id) => LabelMap.default.nameOf(id));
const labelled = (weak: WeakPage, label: string) =>
  weak.page.words.filter((_, i) => weak.labels[i] === LabelMap.default.idOf(label)).join(' ');
const SPANS = ['TIME', 'TEMP', 'SERVINGS'];
/** Labels with spans counted as the directions they stand in. */
const structure = (weak: WeakPage) =>
  names(weak).map((name) => (SPANS.includes(name) ? 'INSTRUCTION_STEP' : name));

describe('labelPage', () => {
  it('labels a page of recipes', () => {
    const page = recipePage();
    const weak = labelPage(page);
    expect(structure(weak)).toEqual(page.expected);
    expect(labelled(weak, 'TIME')).toBe('twenty minutes; one-half hour.');
    expect(labelled(weak, 'TEMP')).toBe('moderate oven.');
    expect(labelled(weak, 'SERVINGS')).toBe('This recipe makes twelve dumplings.');
  });

  it('leaves running heads, section heads and essays out', () => {
    const weak = labelPage(essayPage());
    expect(new Set(names(weak))).toEqual(new Set(['O']));
    expect(weak.lines.map((line) => line.kind)).toEqual(
      expect.arrayContaining(['running-head', 'heading', 'essay']),
    );
  });

  it('keeps every signal with its evidence, and columns as lines of their own', () => {
    const weak = labelPage(recipePage());
    const line = weak.lines.find(({ text }) => text === '2 cups rolled barley.')!;
    expect(line).toMatchObject({ label: 'INGREDIENT_LINE', kind: 'ingredient' });
    expect(line.signals).toContainEqual(
      expect.objectContaining({ rule: 'quantity', label: 'INGREDIENT_LINE', evidence: '"2 cups"' }),
    );
    expect(weak.lines.filter(({ row }) => row === line.row)).toHaveLength(2);
    const step = weak.lines.find(({ text }) => text.includes('twenty'))!;
    expect(step.signals.some(({ rule }) => rule === 'time')).toBe(true);
    const words = weak.lines.flatMap(({ wordIndices }) => wordIndices);
    expect([...words].sort((a, b) => a - b)).toEqual(weak.page.words.map((_, i) => i));
  });

  it('is surer of what speaks for itself than of what does not', () => {
    const clear = labelPage(recipePage());
    const doubtful = labelPage(
      typesetPage(
        paragraph('The second part is much like the first and the third like both of them together.'),
      ),
    );
    const mean = (weak: WeakPage) =>
      weak.wordConfidence.reduce((a, b) => a + b, 0) / weak.wordConfidence.length;
    expect(mean(clear)).toBeGreaterThan(0.95);
    expect(mean(doubtful)).toBeLessThan(0.8);
    for (const value of [...clear.wordConfidence, ...doubtful.wordConfidence])
      expect(value >= 0 && value <= 1).toBe(true);
  });

  it('survives pages of one word and of specks', () => {
    const page = (words: string[]): Page => ({
      pageNum: 1,
      width: 500,
      height: 870,
      words,
      bboxes: words.map((_, i) => [i * 10, 500, i * 10 + 4, 504]),
      imagePath: null,
    });
    expect(names(labelPage(page(['~'])))).toEqual(['O']);
    expect(labelPage(page(['.', '*', '|'])).labels).toHaveLength(3);
    expect(labelPage(page([])).lines).toEqual([]);
  });
});

describe('labelBook', () => {
  // Nothing in these lines says whether they are directions: only the page before can.
  const rest = paragraph(
    'until the whole of it has come together again as it was at first, and the colour of it is even all through and of a pale gold.',
  ).map((row, i) => (i === 0 ? { ...row, as: 'full' as const } : row));
  const onward = (pageNum: number) =>
    typesetPage([head('89 THE HARBOUR COOK BOOK.'), ...rest.map((r, i) => (i ? r : { ...r, lead: 2 }))], {
      pageNum,
    });

  it('goes on with a recipe, or an essay, over the page break', () => {
    const [, afterRecipe] = labelBook([recipePage(12), onward(13)]);
    expect(new Set(structure(afterRecipe).slice(6))).toEqual(new Set(['INSTRUCTION_STEP']));
    const [, afterEssay] = labelBook([essayPage(12), onward(13)]);
    expect(new Set(structure(afterEssay))).toEqual(new Set(['O']));
  });

  it('answers in the order given, reads in the order of the page numbers', () => {
    const [last, first] = labelBook([onward(13), essayPage(12)]);
    expect([last.page.pageNum, first.page.pageNum]).toEqual([13, 12]);
    expect(new Set(structure(last))).toEqual(new Set(['O']));
  });

  it('finds a duration that a page break divides', () => {
    const [before, after] = labelBook([
      typesetPage(
        [
          head('88 THE HARBOUR COOK BOOK.'),
          ...PORRIDGE,
          ...directions('Boil it all again for at least forty-'),
        ],
        { pageNum: 4 },
      ),
      typesetPage(
        [
          head('89 THE HARBOUR COOK BOOK.'),
          { columns: ['five minutes, then strain and serve with thick cream.'], as: 'full', lead: 2 },
        ],
        { pageNum: 5 },
      ),
    ]);
    expect(labelled(before, 'TIME')).toContain('forty-');
    expect(labelled(after, 'TIME')).toBe('five minutes,');
  });

  it('takes no menu for a recipe', () => {
    const dishes = [
      'Baked Apples. Cream.',
      'Fried Smelts. Rye Bread.',
      'Boiled Eggs. Radishes.',
      'Coffee. Tea.',
      'Cold Tongue. Pickles.',
      'Rolls. Butter. Jam.',
    ];
    const page = typesetPage([
      head('501 MENUS.'),
      section('BREAKFAST MENUS.'),
      ...dishes.map((text, i) => ({ columns: [text], as: 'centre' as const, lead: i ? 1 : 1.6 })),
    ]);
    expect(new Set(names(labelPage(page)))).toEqual(new Set(['O']));
  });

  it('stops when asked to', () => {
    const controller = new AbortController();
    controller.abort();
    expect(() => labelBook([recipePage()], { signal: controller.signal })).toThrow(/stopped/);
  });

  it('labels the built-in cookbook well', () => {
    const pages = readBook(5, 40).map((page) => ({ ...page, imagePath: null }));
    const { accumulator } = evaluatePages(
      labelBook(pages).map(({ page, labels }) => ({ pageNum: page.pageNum, labels })),
      pages.map((page) => ({
        pageNum: page.pageNum,
        labels: page.labels.map((name) => LabelMap.default.idOf(name)),
      })),
      LabelMap.default,
    );
    const { per_label } = accumulator.record();
    for (const label of ['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP'])
      expect(per_label[label].f1, label).toBeGreaterThan(0.93);
    expect(per_label.TIME.f1).toBeGreaterThan(0.85);
  });
});
