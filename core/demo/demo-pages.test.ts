import { describe, expect, it } from 'vitest';
import { validatePage } from '../page/page.ts';
import { inkBox } from './aging/ocr.ts';
import { scanPage } from './aging/scan.ts';
import { randomWarp } from './aging/warp.ts';
import { DEMO_LABELS, generateText, readBook } from './demo-pages.ts';
import { Random } from './random.ts';
import { setBook } from './typeset/paginate.ts';

const PAGES = 120;
const pages = readBook(21, PAGES);

describe('readBook', () => {
  it('gives every word a box on the page and a label of ours', () => {
    expect(pages).toHaveLength(PAGES);
    for (const page of pages) {
      validatePage({ ...page, imagePath: null });
      expect(page.labels).toHaveLength(page.words.length);
      const empty = page.bboxes.findIndex(([x0, y0, x1, y1]) => x1 <= x0 || y1 <= y0);
      expect(page.words[empty], `page ${page.pageNum}: a box without area`).toBeUndefined();
      expect(page.words.filter((word) => !/^\S+$/.test(word))).toEqual([]);
      expect(page.labels.filter((label) => !DEMO_LABELS.names.includes(label))).toEqual([]);
    }
  });

  it('has the shares of labels that real pages have, all of them present', () => {
    const all = pages.flatMap((page) => page.labels);
    const share = (label: string) => (100 * all.filter((name) => name === label).length) / all.length;
    // Real pages (near-gold): O 32, TITLE 2.7, INGREDIENT_LINE 12, INSTRUCTION_STEP 50, TIME 1.4, TEMP 0.3.
    const bounds: [string, number, number][] = [
      ['O', 22, 45],
      ['TITLE', 1.8, 4],
      ['INGREDIENT_LINE', 8, 17],
      ['INSTRUCTION_STEP', 38, 62],
      ['TIME', 0.8, 3],
      ['TEMP', 0.2, 0.9],
      ['SERVINGS', 0.15, 1.2],
    ];
    for (const [label, low, high] of bounds) {
      expect(share(label), label).toBeGreaterThan(low);
      expect(share(label), label).toBeLessThan(high);
    }
    const allOutside = pages.filter((page) => page.labels.every((label) => label === 'O')).length / PAGES;
    expect(allOutside).toBeGreaterThan(0.12);
    expect(allOutside).toBeLessThan(0.42);
    const words = all.length / PAGES;
    expect(words).toBeGreaterThan(190);
    expect(words).toBeLessThan(280);
  });

  it('is the same for the same seed, another for another, and no page depends on how many are asked', () => {
    expect(readBook(21, 20)).toEqual(readBook(21, 20));
    expect(readBook(22, 20)[5].words).not.toEqual(readBook(21, 20)[5].words);
    expect(generateText(21, PAGES)).toEqual(pages.map(({ words }) => words));
  });

  it('holds errors of recognition: broken fractions, confused letters, specks', () => {
    const words = pages.flatMap((page) => page.words);
    const clean = setBook(21, PAGES).flatMap((page) => page.lines.flat().map(({ text }) => text));
    const printed = new Set(clean);
    const unread = words.filter((word) => !printed.has(word)).length / words.length;
    expect(unread).toBeGreaterThan(0.02);
    expect(unread).toBeLessThan(0.12);
    const fractions = (list: readonly string[]) => list.filter((word) => /[½¼¾⅓⅔⅛]/.test(word)).length;
    expect(fractions(words)).toBeLessThan(0.2 * fractions(clean));
  });
});

describe('scan', () => {
  it('is dark where the word boxes are and light in the margins', () => {
    const seed = 21;
    const page = setBook(seed, 30)[20];
    const warp = randomWarp(new Random(seed, 'warp', page.pageNum));
    const { levels, width, height } = scanPage(page, warp, new Random(seed, 'scan', page.pageNum));
    const covered = new Uint8Array(width * height);
    for (const word of page.lines.flat()) {
      const [x0, y0, x1, y1] = inkBox(word, warp).map(Math.round);
      for (let y = y0; y < y1; y++) covered.fill(1, y * width + x0, y * width + x1);
    }
    const mean = (where: number) => {
      const found = levels.filter((_, i) => covered[i] === where);
      return found.reduce((sum, level) => sum + level, 0) / found.length;
    };
    let darkOutside = 0;
    let darkInside = 0;
    for (let i = 0; i < levels.length; i++) if (levels[i] < 150) covered[i] ? darkInside++ : darkOutside++;
    expect(mean(1)).toBeLessThan(mean(0) - 12);
    expect(darkInside).toBeGreaterThan(1000);
    // Specks of dirt and rounding, no print, outside the boxes.
    expect(darkOutside / darkInside).toBeLessThan(0.06);
  });
});
