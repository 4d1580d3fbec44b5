import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recipe } from '../grammar/recipe.ts';
import { labelWords } from '../grammar/spans.ts';
import { Random } from '../random.ts';
import { widthOf } from './faces.ts';
import { setIngredients } from './ingredients.ts';
import { type SetLine, setCentred, setParagraph } from './lines.ts';

const WIDTH = 446;
const style = { face: 'body', width: WIDTH, first: 17, left: 0, pitch: 20 } as const;
const end = (line: SetLine) => Math.max(...line.words.map((word) => word.x + widthOf(word.text, word.face)));

/** The words again, divided ones joined where the line broke. */
function joined(lines: readonly SetLine[]): string {
  return lines
    .map((line) => line.words.map(({ text }) => text).join(' '))
    .join('\n')
    .replace(/-\n/g, '-~')
    .replace(/\n/g, ' ');
}

describe('setParagraph', () => {
  it('keeps every word in order, inside the measure, full lines flush right', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const text = recipe('cake', new Random(seed, 'lines')).paragraphs[0];
        const words = labelWords(text, 'INSTRUCTION_STEP');
        const lines = setParagraph(words, style);
        const plain = words.map(({ text }) => text).join(' ');
        expect(joined(lines).replace(/[-~]/g, '')).toBe(plain.replace(/-/g, ''));
        for (const [i, line] of lines.entries()) {
          expect(line.words[0].x).toBe(i === 0 ? 17 : 0);
          expect(end(line)).toBeLessThan(WIDTH + 2);
          if (i < lines.length - 1) expect(end(line)).toBeGreaterThan(WIDTH - 2);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives both halves of a divided word its label', () => {
    const words = labelWords(
      '{M:minutes minutes minutes minutes minutes minutes minutes minutes minutes minutes}',
      'INSTRUCTION_STEP',
    );
    // Room for two words, and for one part of a third.
    const lines = setParagraph(words, { ...style, first: 0, width: 2.95 * widthOf('minutes', 'body') });
    expect(lines.flatMap((line) => line.words).every(({ label }) => label === 'TIME')).toBe(true);
    expect(joined(lines)).toContain('min-~utes');
  });

  it('lets no page begin with a last line', () => {
    const lines = setParagraph(labelWords('word '.repeat(80).trim(), 'O'), style);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.map(({ keep }) => keep)).toEqual(lines.map((_, i) => i === 0 || i === lines.length - 2));
  });
});

describe('setCentred', () => {
  it('centres, and breaks what is too wide', () => {
    const lines = setCentred(
      labelWords('a title too long for one narrow line of print', 'TITLE'),
      'title',
      120,
      20,
    );
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.words[0].x + end(line)).toBeCloseTo(120, 3);
  });
});

describe('setIngredients', () => {
  it('keeps every word of every item, inside the measure, each row a line', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const items = recipe('cake', new Random(seed, 'list')).ingredients.map((line) =>
          labelWords(line, 'INGREDIENT_LINE'),
        );
        const lines = setIngredients(items, WIDTH, new Random(seed, 'set'));
        const set = lines.flatMap((line) => line.words);
        expect(set.map(({ text }) => text).sort()).toEqual(
          items
            .flat()
            .map(({ text }) => text)
            .sort(),
        );
        for (const line of lines) {
          expect(line.keep).toBe(true);
          for (const word of line.words) {
            expect(word.x).toBeGreaterThanOrEqual(-0.01);
            expect(word.x + widthOf(word.text, word.face)).toBeLessThan(WIDTH + 1);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
