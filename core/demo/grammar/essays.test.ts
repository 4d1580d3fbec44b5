import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { essayParagraph, glossary, hint, howToName, method, sectionName } from './essays.ts';
import { composition, contentsRows, epigraph, indexEntries, menu, table } from './furniture.ts';
import { CHAPTERS } from './kinds.ts';
import { labelWords } from './spans.ts';

const topics = CHAPTERS.flatMap((chapter) => chapter.topics);

describe('essays', () => {
  it('are sentences without marks, for every topic and seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...topics), (seed, topic) => {
        const random = new Random(seed, 'essay');
        for (const text of [
          essayParagraph(topic, 4, 0.3, random),
          hint(random),
          method(topic, random),
          ...glossary(5, random),
        ]) {
          expect(labelWords(text, 'O').every(({ label }) => label === 'O')).toBe(true);
          expect(text).toMatch(/^\p{L}.*\.\}?$/su);
          expect(text).not.toMatch(/~| {2}|undefined|\ba a\b/);
        }
        expect(sectionName(topic, random) + howToName(topic, random)).not.toMatch(/[#~[\]]/);
      }),
      { numRuns: 300 },
    );
  });

  it('do not repeat themselves', () => {
    const random = new Random(2, 'essays');
    const sentences = Array.from({ length: 200 }, () =>
      essayParagraph(random.pick(topics), 4, 0.2, random).split('. '),
    ).flat();
    expect(new Set(sentences).size / sentences.length).toBeGreaterThan(0.9);
  });
});

describe('tables, menus and lists', () => {
  it('have rows and cells', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(seed, 'furniture');
      const { head, rows } = table(random);
      for (const row of rows) expect(row[0], JSON.stringify(row)).toMatch(/\S/);
      if (head.length > 0)
        expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(head.length);
      expect(
        menu(random)
          .courses.flat()
          .every((dish) => dish.endsWith('.')),
      ).toBe(true);
      expect(composition(random).length).toBeGreaterThan(1);
      expect(contentsRows(random).rows.length).toBeGreaterThan(9);
      expect(epigraph(random).length).toBeGreaterThan(1);
    }
  });

  it('index in alphabetical order', () => {
    const heads = indexEntries(50, 100, new Random(1, 'index')).filter(({ level }) => level === 0);
    expect(heads).toHaveLength(50);
    const texts = heads.map(({ text }) => text.replace(/,.*/, ''));
    expect(texts).toEqual([...texts].sort((a, b) => a.localeCompare(b, 'en')));
  });
});
