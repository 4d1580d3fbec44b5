import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box, Page } from '../page/page.ts';
import { smallTokenizer } from './testing/small-tokenizer.ts';
import { windowSpans } from './window-spans.ts';
import { encodePage, IGNORED_LABEL, lineBoxes, mergeWindows } from './windows.ts';

const tokenizer = smallTokenizer();

const box: fc.Arbitrary<Box> = fc
  .tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 1000 })))
  .map(([a, b, c, d]) => [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]);

const page: fc.Arbitrary<Page> = fc
  .array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 20 }), box), { maxLength: 40 })
  .map((words) => ({
    pageNum: 3,
    width: 500,
    height: 870,
    words: words.map(([word]) => word),
    bboxes: words.map(([, b]) => b),
    imagePath: null,
  }));

const lengths = fc
  .integer({ min: 3, max: 40 })
  .chain((maxLength) => fc.tuple(fc.constant(maxLength), fc.integer({ min: 0, max: maxLength - 3 })));

const rule = fc.constantFrom('v4' as const, 'v5' as const);
const labelsOf = (p: Page) => p.words.map((_, i) => i + 1);

describe('windowSpans', () => {
  it('cover every piece, share `stride` pieces, and stop at the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), lengths, (count, [maxLength, stride]) => {
        const spans = windowSpans(count, maxLength, stride);
        expect(spans[0][0]).toBe(0);
        expect(spans.at(-1)?.[1]).toBe(count);
        for (const [i, [start, end]] of spans.entries()) {
          expect(end - start).toBeLessThanOrEqual(maxLength - 2);
          if (i > 0) expect(spans[i - 1][1] - start).toBe(stride);
        }
      }),
    );
  });

  it('refuse windows that could not move on', () => {
    expect(() => windowSpans(9, 2, 0)).toThrow(/at least 3/);
    expect(() => windowSpans(9, 10, 8)).toThrow(/from 0 to 7/);
    expect(() => windowSpans(9, 10, -1)).toThrow(/stride/);
  });
});

describe('encodePage and mergeWindows', () => {
  it('give every word back once, from its own first piece', () => {
    fc.assert(
      fc.property(page, lengths, rule, (p, [maxLength, stride], labelRule) => {
        const windows = encodePage(p, null, tokenizer, { maxLength, stride, labelRule });
        // Logits that name their word and piece: what comes back must be the word's first piece.
        const seen = new Map<number, number>();
        const logits = windows.map((w) =>
          Float32Array.from({ length: w.length * 2 }, (_, i) => {
            const at = i >> 1;
            const word = w.wordIndex[at];
            return i % 2 ? w.inputIds[at] : word;
          }),
        );
        for (const w of windows)
          for (let i = 0; i < w.heads.length; i += 2) {
            const word = w.heads[i];
            seen.set(word, (seen.get(word) ?? 0) + 1);
            expect(w.wordIndex[w.heads[i + 1]]).toBe(word);
          }
        const merged = mergeWindows(windows, logits, p.words.length, 2);
        for (const [word, text] of p.words.entries()) {
          const ids = tokenizer.encodeWord(text);
          expect(seen.get(word) ?? 0).toBe(ids.length > 0 ? 1 : 0);
          expect(merged.own[word]).toBe(ids.length > 0 ? 1 : 0);
          if (ids.length > 0)
            expect([...merged.logits.slice(word * 2, word * 2 + 2)]).toEqual([word, ids[0]]);
        }
      }),
    );
  });

  it('carry every piece of every word, in order', () => {
    fc.assert(
      fc.property(page, lengths, (p, [maxLength, stride]) => {
        const windows = encodePage(p, null, tokenizer, { maxLength, stride });
        const expected = p.words.flatMap((text, word) => tokenizer.encodeWord(text).map((id) => [word, id]));
        const found: number[][] = [];
        for (const [w, { inputIds, wordIndex, bbox, length }] of windows.entries()) {
          expect([inputIds[0], inputIds[length - 1]]).toEqual([tokenizer.ids.cls, tokenizer.ids.sep]);
          for (let at = 1 + (w > 0 ? stride : 0); at < length - 1; at++)
            found.push([wordIndex[at], inputIds[at]]);
          for (let at = 1; at < length - 1; at++)
            expect([...bbox.slice(at * 4, at * 4 + 4)]).toEqual([...p.bboxes[wordIndex[at]]]);
        }
        expect(found).toEqual(expected);
      }),
    );
  });

  it('label each word once over all windows, at its first piece', () => {
    fc.assert(
      fc.property(page, lengths, (p, [maxLength, stride]) => {
        const labelled: number[] = [];
        for (const w of encodePage(p, labelsOf(p), tokenizer, { maxLength, stride })) {
          const here = [...w.labels].filter((label) => label !== IGNORED_LABEL);
          expect(w.labelled).toBe(here.length);
          labelled.push(...here);
        }
        const withPieces = labelsOf(p).filter((_, word) => tokenizer.encodeWord(p.words[word]).length > 0);
        expect(labelled.sort((a, b) => a - b)).toEqual(withPieces);
      }),
    );
  });
});

const simple = (words: string[]): Page => ({
  pageNum: 1,
  width: 100,
  height: 100,
  words,
  bboxes: words.map((_, i) => [i, i, i + 1, i + 1]),
  imagePath: null,
});

describe('label rules of transformers', () => {
  const labelsIn = (words: string[], options: object) =>
    encodePage(simple(words), labelsOf(simple(words)), tokenizer, { overlapLabels: 'every', ...options }).map(
      (w) => [...w.labels],
    );
  const _ = IGNORED_LABEL;

  it('v5 labels the first piece of a word, and again where a window opens inside one', () => {
    const word = 'zqzqzq';
    expect(tokenizer.encodeWord(word).length).toBe(7);
    expect(labelsIn([word], { maxLength: 6, stride: 0, labelRule: 'v5' })).toEqual([
      [_, 1, _, _, _, _],
      [_, 1, _, _, _],
    ]);
  });

  it('v4 goes by offsets: no label where a window opens inside a word, several on a cut-up first character', () => {
    expect(labelsIn(['zqzqzq'], { maxLength: 6, stride: 0, labelRule: 'v4' })).toEqual([
      [_, 1, _, _, _, _],
      [_, _, _, _, _],
    ]);
    // A space piece with the offset (0, 0), then three bytes of one character: the one after the space is skipped.
    expect(labelsIn(['漢'], { labelRule: 'v4' })).toEqual([[_, 1, _, 1, 1, _]]);
    expect(labelsIn(['漢'], { labelRule: 'v5' })).toEqual([[_, 1, _, _, _, _]]);
  });
});

describe('edge cases', () => {
  it('lets a word without pieces take a neighbour’s row', () => {
    const p = simple(['', 'salt', '', '', 'milk', '']);
    const windows = encodePage(p, null, tokenizer);
    const logits = windows.map((w) => Float32Array.from(w.wordIndex));
    const merged = mergeWindows(windows, logits, 6, 1);
    expect([...merged.logits]).toEqual([1, 1, 1, 1, 4, 4]);
    expect([...merged.own]).toEqual([0, 1, 0, 0, 1, 0]);
  });

  it('gives one window of specials for a page without text', () => {
    for (const words of [[], ['', '']]) {
      const windows = encodePage(simple(words), null, tokenizer);
      expect(windows.map((w) => [...w.inputIds])).toEqual([[tokenizer.ids.cls, tokenizer.ids.sep]]);
      expect(mergeWindows(windows, [new Float32Array(4)], words.length, 2).logits).toHaveLength(
        words.length * 2,
      );
    }
  });

  it('replaces boxes by those of the lines', () => {
    const p = simple(['a', 'b', 'c']);
    expect(lineBoxes(p.bboxes, [7, -1, 7])).toEqual([
      [0, 0, 3, 3],
      [1, 1, 2, 2],
      [0, 0, 3, 3],
    ]);
    const [window] = encodePage(p, null, tokenizer, { lines: [0, 0, 0] });
    expect([...window.bbox.slice(4, 8)]).toEqual([0, 0, 3, 3]);
    expect(() => encodePage(p, null, tokenizer, { lines: [0] })).toThrow(/one line id per word/);
  });

  it('names lists that do not fit', () => {
    expect(() => encodePage(simple(['a']), [1, 2], tokenizer)).toThrow(/one label per word, found 2 for 1/);
    expect(() => mergeWindows([], [new Float32Array(1)], 0, 1)).toThrow(/0 windows/);
    const windows = encodePage(simple(['a']), null, tokenizer);
    expect(() => mergeWindows(windows, [new Float32Array(1)], 1, 7)).toThrow(/\[\d+, 7\], found 1/);
  });
});

describe('the end of the page before', () => {
  const before = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 30 });

  it('stands ahead of the first window, in the room of a window, and changes no word of the page', () => {
    fc.assert(
      fc.property(
        page,
        before,
        lengths,
        fc.integer({ min: 0, max: 40 }),
        (p, words, [maxLength, stride], n) => {
          const windows = encodePage({ ...p, precedingWords: words }, labelsOf(p), tokenizer, {
            maxLength,
            stride,
            contextWords: n,
          });
          const wanted = n > 0 ? words.slice(-n).flatMap((word) => [...tokenizer.encodeWord(word)]) : [];
          const [first, ...rest] = windows;
          const ahead = [...first.wordIndex.slice(1, -1)].findIndex((word) => word >= 0);
          const context = ahead < 0 ? first.length - 2 : ahead;
          if (context > 0) {
            expect(first.inputIds[context]).toBe(tokenizer.ids.sep);
            expect([...first.inputIds.slice(1, context)]).toEqual(wanted.slice(-(context - 1)));
            expect(context).toBeLessThanOrEqual(maxLength / 4);
            for (let at = 1; at <= context; at++)
              expect([...first.bbox.slice(at * 4, at * 4 + 4)]).toEqual([0, 0, 1000, 0]);
          } else expect(wanted.length === 0 || maxLength < 8 || stride >= maxLength - 4).toBe(true);
          for (const window of windows) expect(window.length).toBeLessThanOrEqual(maxLength);
          for (const window of rest) expect([...window.wordIndex.slice(1, -1)]).not.toContain(-1);
          const owned = windows.flatMap((w) => [...w.heads].filter((_, i) => i % 2 === 0));
          const withPieces = p.words.flatMap((word, i) => (tokenizer.encodeWord(word).length > 0 ? [i] : []));
          expect(owned.sort((a, b) => a - b)).toEqual(withPieces);
          for (const window of windows)
            for (let i = 0; i < window.heads.length; i += 2) {
              expect(window.wordIndex[window.heads[i + 1]]).toBe(window.heads[i]);
              expect(window.labels[window.heads[i + 1]]).toBe(window.heads[i] + 1);
            }
        },
      ),
    );
  });

  it('is left out unless asked for', () => {
    const p: Page = {
      pageNum: 2,
      width: 9,
      height: 9,
      words: ['a'],
      bboxes: [[0, 0, 1, 1]],
      imagePath: null,
    };
    const plain = encodePage(p, null, tokenizer, { maxLength: 40 });
    expect(encodePage({ ...p, precedingWords: ['b', 'c'] }, null, tokenizer, { maxLength: 40 })).toEqual(
      plain,
    );
  });
});
