import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confidentThresholds, likelyLabelErrors } from './confident-learning.ts';
import { type ReviewPage, reviewQueue } from './queue.ts';

const NAMES = ['O', 'TITLE', 'STEP'];

/** One word a line; each row of probabilities is given whole. */
const pageOf = (pageNum: number, labels: number[], rows: number[][], settled?: boolean[]): ReviewPage => ({
  pageNum,
  words: labels.map((_, i) => `word${i}`),
  lines: labels.map((_, i) => [i]),
  labels,
  probabilities: rows.flat(),
  settled,
});

describe('confident learning', () => {
  it('takes the mean of a label’s own words as its threshold', () => {
    const thresholds = confidentThresholds({
      labels: [0, 0, 1, -100],
      probabilities: [0.9, 0.1, 0.7, 0.3, 0.4, 0.6, 0.5, 0.5],
      labelCount: 2,
    });
    expect([...thresholds].map((t) => Number(t.toFixed(6)))).toEqual([0.8, 0.6]);
  });

  it('names a word that passes another label’s threshold, and leaves one that passes only its own', () => {
    const probabilities = [0.95, 0.05, 0.9, 0.1, 0.1, 0.9, 0.05, 0.95, 0.03, 0.97];
    // The last word is called 0, and looks like 1 more than the words called 1 do on average.
    expect([...likelyLabelErrors({ labels: [0, 0, 1, 1, 0], probabilities, labelCount: 2 })]).toEqual([
      -1, -1, -1, -1, 1,
    ]);
  });

  it('never guesses a label that no word carries', () => {
    expect([
      ...likelyLabelErrors({ labels: [0, 0], probabilities: [0, 1, 0.2, 0.8], labelCount: 2 }),
    ]).toEqual([-1, -1]);
  });
});

describe('the review queue', () => {
  const sure = [0.98, 0.01, 0.01];
  const page = pageOf(
    7,
    [0, 0, 1, 2, 2, 2],
    [sure, [0.02, 0.03, 0.95], [0.1, 0.85, 0.05], [0.45, 0.05, 0.5], [0, 0.02, 0.98], [0.01, 0.01, 0.98]],
  );

  it('puts what is most probably wrong first and says why', () => {
    const queue = reviewQueue([page], { names: NAMES });
    expect(queue[0]).toMatchObject({ pageNum: 7, line: 1, current: [0], suggested: [2] });
    expect(queue[0].reason).toBe('label-error');
    expect(queue[0].because).toBe('“word1” is O, probably STEP (95 %)');
    const unsure = queue.find((item) => item.line === 3);
    expect(unsure?.reason).toBe('uncertain');
    expect(queue.some((item) => item.line === 0)).toBe(false);
  });

  it('calls a word whose label the model does not share a disagreement', () => {
    const doubtful = pageOf(
      1,
      [1, 1, 0, 0, 2],
      [[0.3, 0.6, 0.1], [0.5, 0.45, 0.05], sure, sure, [0.1, 0.1, 0.8]],
    );
    const queue = reviewQueue([doubtful], { names: NAMES });
    expect(queue[0]).toMatchObject({ line: 1, reason: 'disagreement', suggested: [0] });
  });

  it('never asks about what a person decided', () => {
    const settled = pageOf(1, [0, 0], [[0.01, 0.98, 0.01], sure], [true, false]);
    expect(reviewQueue([settled, page], { names: NAMES }).every((item) => item.pageNum === 7)).toBe(true);
  });

  it('serves other pages before a third line of one', () => {
    const rows = [1, 2, 3, 4].map(() => [0.05, 0.05, 0.9]);
    const many = pageOf(1, [0, 0, 0, 0], rows);
    const other = pageOf(
      2,
      [0, 2],
      [
        [0.4, 0.1, 0.5],
        [0.01, 0.01, 0.98],
      ],
    );
    const queue = reviewQueue([many, other], { names: NAMES, perPage: 2, limit: 3 });
    expect(queue.map((item) => item.pageNum)).toEqual([1, 1, 2]);
  });

  it('is an order by worth over lines of the pages, whatever the probabilities', () => {
    const row = fc
      .array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 })
      .map((w) => w.map((x) => x / w.reduce((a, b) => a + b, 0)));
    const words = fc.array(fc.tuple(fc.constantFrom(-100, 0, 1, 2), row), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), (book) => {
        const pages = book.map((w, k) =>
          pageOf(
            k,
            w.map(([label]) => label),
            w.map(([, p]) => p),
          ),
        );
        const queue = reviewQueue(pages, { names: NAMES });
        for (const [k, item] of queue.entries()) {
          expect(item.because.length).toBeGreaterThan(0);
          expect(item.worth).toBeGreaterThanOrEqual(queue[k + 1]?.worth ?? 0);
          expect(item.suggested).toHaveLength(item.wordIndices.length);
        }
        expect(new Set(queue.map((q) => `${q.pageNum}/${q.line}`)).size).toBe(queue.length);
      }),
      { numRuns: 60 },
    );
  });
});
