import { describe, expect, it } from 'vitest';
import { type TextRun, textLayer } from './pdf-text.ts';

const run = (str: string, x: number, y: number, length = str.length * 10): TextRun => ({
  str,
  transform: [20, 0, 0, -20, x, y],
  length,
});
const lines = (texts: readonly string[]) => texts.map((text, i) => run(text, 100, 100 + 40 * i));

describe('text layer of a PDF page', () => {
  it('parts runs into words with boxes along their length', () => {
    const layer = textLayer(lines(['two cups flour', 'one egg and milk']), 1000, 1000);
    expect(layer.problem).toBeNull();
    expect(layer.words).toEqual(['two', 'cups', 'flour', 'one', 'egg', 'and', 'milk']);
    expect(layer.bboxes[1]).toEqual([140, 84, 180, 104]);
  });

  it('follows a run that is turned', () => {
    const turned: TextRun = { str: 'abcd', transform: [0, 20, 20, 0, 300, 100], length: 80 };
    expect(textLayer([turned], 1000, 1000).bboxes).toEqual([[296, 100, 316, 180]]);
  });

  it('refuses layers that cannot be trusted, with the reason', () => {
    const problem = (texts: readonly string[]) => textLayer(lines(texts), 1000, 1000).problem;
    expect(problem([])).toMatch(/no text layer/);
    expect(problem(['page 7'])).toMatch(/2 words only/);
    expect(problem(['\uFFFD\uFFFDa b\uFFFD c d e f \uE000'])).toMatch(/cannot be printed/);
    expect(problem(['䴀甀氀 琀椀挀 漀氀漀爀 䈀氀愀 㐀㔀'])).toMatch(/bytes swapped/);
    expect(problem(['-- .. ;; == ++ ##'])).toMatch(/hardly letters/);
    const off = Array.from({ length: 8 }, (_, i) => run('word', 2000, 100 + 40 * i));
    expect(textLayer(off, 1000, 1000).problem).toMatch(/off the page/);
    const heap = Array.from({ length: 8 }, () => run('word', 100, 100));
    expect(textLayer(heap, 1000, 1000).problem).toMatch(/on one another/);
  });
});
