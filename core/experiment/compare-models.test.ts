import { describe, expect, it } from 'vitest';
import { LabelMap } from '../labels/labels.ts';
import { compareModels, comparisonSentence, modelComparisonMarkdown } from './compare-models.ts';

const map = new LabelMap(['O', 'TITLE', 'STEP', 'NOTE']);
const page = (pageNum: number, labels: number[]) => ({ pageNum, labels });

const reference = [page(1, [1, 1, 2, 2]), page(2, [0, 2, -100, 2]), page(3, [1, 0, 0, 0])];
const before = [page(1, [1, 0, 2, 0]), page(2, [0, 2, 0, 2]), page(3, [1, 0, 0, 0])];
const after = [page(3, [1, 0, 0, 0]), page(2, [0, 0, 1, 2]), page(1, [1, 1, 2, 2])];

describe('two models on the same pages', () => {
  const found = compareModels(before, after, reference, map);
  const of = (label: string) => found.labels.find((l) => l.label === label)!;

  it('says per label what became of precision, recall and F1', () => {
    expect(of('TITLE')).toMatchObject({
      support: 3,
      before: { precision: 1, recall: 2 / 3, f1: 0.8 },
      after: { precision: 1, recall: 1, f1: 1 },
      verdict: 'better',
    });
    // Three of four found by both models, not the same three.
    expect(of('STEP')).toMatchObject({ support: 4, before: { recall: 0.75 }, after: { recall: 0.75 } });
    expect(of('STEP').verdict).toBe('same');
    expect(of('NOTE').verdict).toBe('not in these pages');
  });

  it('leaves undecided words out of the scores', () => {
    expect(found.words).toBe(11);
    expect(found.accuracy).toEqual({ before: 9 / 11, after: 10 / 11 });
  });

  it('calls a lower F1 worse', () => {
    const back = compareModels(after, before, reference, map);
    expect(back.labels.find((l) => l.label === 'TITLE')!.verdict).toBe('worse');
    expect(back.macro_f1.verdict).toBe('worse');
    expect(comparisonSentence(back)).toMatch(/worse\. Better: none\. Worse: .*TITLE/);
  });

  it('lists pages that changed, best first, and no others', () => {
    expect(found.changed_pages).toEqual([
      { page_num: 1, words: 2, mended: 2, spoilt: 0, mended_words: [1, 3], spoilt_words: [] },
      { page_num: 2, words: 2, mended: 0, spoilt: 1, mended_words: [], spoilt_words: [1] },
    ]);
  });

  it('writes what a person reads', () => {
    const text = modelComparisonMarkdown(found);
    expect(text).toMatch(
      /\| TITLE +\| +1\.000 → 1\.000 \| 0\.667 → 1\.000 \| 0\.800 → 1\.000 \| +3 \| +better \|/,
    );
    expect(text).toMatch(/\| NOTE +\| +n\/a/);
    expect(modelComparisonMarkdown(compareModels(after, after, reference, map))).toMatch(/None\./);
  });
});
