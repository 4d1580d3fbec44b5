import { describe, expect, it } from 'vitest';
import { DEPTH, setBook } from './paginate.ts';

describe('setBook', () => {
  const book = setBook(11, 60);

  it('sets as many pages as asked, numbered from 1, none empty, none overfull', () => {
    expect(book.map(({ pageNum }) => pageNum)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    for (const page of book) {
      expect(page.lines.flat().length, `page ${page.pageNum}`).toBeGreaterThan(2);
      for (const word of page.lines.flat()) expect(word.y, `page ${page.pageNum}`).toBeLessThan(DEPTH + 40);
    }
    expect([1, 2, 7].map((pages) => setBook(3, pages).length)).toEqual([1, 2, 7]);
  });

  it('never parts a title from what it stands over', () => {
    for (const page of book) {
      const last = page.lines.findLast((line) => line[0].face !== 'tiny') ?? [];
      expect(
        last.every(({ label }) => label === 'TITLE'),
        `page ${page.pageNum}`,
      ).toBe(false);
    }
  });

  it('breaks recipes over pages, shows running heads and ends in an index', () => {
    const body = book.map((page) => page.lines.flat().filter(({ y }) => y >= 0));
    const broken = body.filter((words) => words[0]?.label === 'INSTRUCTION_STEP');
    expect(broken.length).toBeGreaterThan(5);
    expect(book.filter((page) => page.lines[0][0].y < 0).length).toBeGreaterThan(50);
    expect(book[59].lines.flat().every(({ label }) => label === 'O')).toBe(true);
    expect(book[59].lines.flat().filter(({ text }) => /^\d+\.$/.test(text)).length).toBeGreaterThan(20);
  });
});
