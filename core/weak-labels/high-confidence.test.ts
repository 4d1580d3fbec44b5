import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GalleyError } from '../errors/galley-error.ts';
import { LabelMap } from '../labels/labels.ts';
import { filterHighConfidence, rejectionsOf } from './high-confidence.ts';
import { highConfidenceMarkdown, highConfidenceRecord } from './high-confidence-report.ts';
import { labelPage } from './label-pages.ts';
import { measureQuality, type PageQuality } from './page-quality.ts';
import { regenerateHighConfidence } from './regenerate.ts';
import { recipePage } from './testing/pages.ts';
import { BOSTON_CLASSIC, relax, type Thresholds } from './thresholds.ts';

const good: PageQuality = {
  pageNum: 1,
  titleLines: 2,
  ingredientLines: 8,
  instructionLines: 12,
  lines: 24,
  meanConfidence: 0.9,
  outsideRatio: 0.1,
  tokens: 200,
  labelledRatio: 0.9,
  titleShare: 0.08,
  score: 0.9,
};
const page = (pageNum: number, change: Partial<PageQuality>): PageQuality => ({
  ...good,
  pageNum,
  ...change,
});

describe('a label set of its own', () => {
  it('is not held to lines of labels it does not have', () => {
    const map = new LabelMap(['O', 'QUESTION', 'ANSWER']);
    const source = recipePage();
    const quality = measureQuality({ ...source, labels: source.words.map((_, i) => 1 + (i % 2)) }, map);
    expect(quality.foreign).toEqual(['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP']);
    expect(rejectionsOf(quality, { ...BOSTON_CLASSIC, minTokens: 1 })).toEqual([]);
    const ours = measureQuality({ ...source, labels: source.words.map(() => 0) }, LabelMap.default);
    expect(rejectionsOf(ours, { ...BOSTON_CLASSIC, minTokens: 1 }).map(({ code }) => code)).toContain(
      'no_title',
    );
  });
});

const codes = (quality: PageQuality, thresholds = BOSTON_CLASSIC) =>
  rejectionsOf(quality, thresholds).map(({ code }) => code);

describe('thresholds', () => {
  it('are the origin’s', () => {
    expect(BOSTON_CLASSIC).toMatchObject({
      minTitleLines: 1,
      minIngredientLines: 2,
      minInstructionLines: 2,
      minMeanConfidence: 0.6,
      maxOutsideRatio: 0.92,
      minTokens: 80,
      minLabelledRatio: 0.03,
    });
  });

  it('relax in the origin’s steps to its floors, every level different, the title rule never', () => {
    const levels: Thresholds[] = [];
    for (let t: Thresholds | null = BOSTON_CLASSIC; t; t = relax(t)) levels.push(t);
    expect(levels).toHaveLength(4);
    const of = (key: keyof Thresholds) => levels.map((level) => level[key]);
    expect(of('minMeanConfidence')).toEqual([0.6, 0.55, 0.5, 0.5]);
    expect(of('minTokens')).toEqual([80, 70, 60, 50]);
    expect(of('maxOutsideRatio')).toEqual([0.92, 0.94, 0.96, 0.98]);
    expect(of('minIngredientLines')).toEqual([2, 1, 1, 1]);
    expect(of('minInstructionLines')).toEqual([2, 1, 1, 1]);
    expect(of('minLabelledRatio')).toEqual([0.03, 0.025, 0.02, 0.015]);
    expect(of('minTitleLines')).toEqual([1, 1, 1, 1]);
    expect(new Set(levels.map((level) => JSON.stringify(level))).size).toBe(levels.length);
  });

  it('never tighten what was given looser than the limit', () => {
    const loose = { ...BOSTON_CLASSIC, minTokens: 10, maxTitleShare: 0.9 };
    expect(relax(loose)).toMatchObject({ minTokens: 10, maxTitleShare: 0.9 });
  });
});

describe('filterHighConfidence', () => {
  it('gives every reason', () => {
    expect(codes(good)).toEqual([]);
    expect(codes(page(1, { titleLines: 0 }))).toEqual(['no_title']);
    expect(codes(page(1, { titleLines: 12, titleShare: 0.5 }))).toEqual(['many_titles']);
    expect(
      codes(
        page(1, {
          ingredientLines: 1,
          instructionLines: 1,
          meanConfidence: 0.59,
          outsideRatio: 0.93,
          tokens: 79,
          labelledRatio: 0.029,
        }),
      ),
    ).toEqual(['few_ing', 'few_instr', 'low_conf', 'high_o_ratio', 'too_short', 'low_labeled_ratio']);
  });

  it('keeps a page that just meets every threshold', () => {
    const exactly = page(1, {
      titleLines: 1,
      ingredientLines: 2,
      instructionLines: 2,
      meanConfidence: 0.6,
      outsideRatio: 0.92,
      tokens: 80,
      labelledRatio: 0.03,
      titleShare: 0.25,
    });
    expect(codes(exactly)).toEqual([]);
  });

  it('tells near misses from the rest', () => {
    const { verdicts } = filterHighConfidence(
      [page(1, { tokens: 75 }), page(2, { tokens: 60 }), page(3, { tokens: 75, titleLines: 0 }), good],
      BOSTON_CLASSIC,
    );
    expect(verdicts.map(({ nearMiss }) => nearMiss)).toEqual([true, false, false, false]);
  });

  it('adds up: the waterfall ends with what is kept', () => {
    const quality = fc.record({
      titleLines: fc.nat(3),
      ingredientLines: fc.nat(4),
      instructionLines: fc.nat(4),
      meanConfidence: fc.double({ min: 0.3, max: 1, noNaN: true }),
      outsideRatio: fc.double({ min: 0.5, max: 1, noNaN: true }),
      tokens: fc.integer({ min: 20, max: 150 }),
      titleShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(quality), (changes) => {
        const pages = changes.map((change, i) => page(i, change));
        const { kept, verdicts, waterfall } = filterHighConfidence(pages, BOSTON_CLASSIC);
        expect(kept.length).toBe(verdicts.filter(({ rejections }) => rejections.length === 0).length);
        expect(waterfall.reduce((left, { lost }) => left - lost, pages.length)).toBe(kept.length);
        expect(waterfall.at(-1)!.left).toBe(kept.length);
        for (const { lost, alone, rejects } of waterfall) expect(alone <= lost && lost <= rejects).toBe(true);
      }),
    );
  });
});

describe('regenerateHighConfidence', () => {
  const short = Array.from({ length: 10 }, (_, i) => page(i, { tokens: 61 }));

  it('relaxes until enough pages are kept, and reports the thresholds it used', () => {
    const { attempts, result, enough, stopped } = regenerateHighConfidence(short, {
      minPages: 5,
      maxIterations: 5,
    });
    expect(attempts.map(({ kept }) => kept.length)).toEqual([0, 0, 10]);
    expect(result.thresholds.minTokens).toBe(60);
    expect(result).toBe(attempts[2]);
    expect({ enough, stopped }).toEqual({ enough: true, stopped: 'enough' });
  });

  it('stops where nothing is left to relax, without trying the same again', () => {
    const { attempts, stopped, enough } = regenerateHighConfidence([good], {
      minPages: 5,
      maxIterations: 50,
    });
    expect(attempts).toHaveLength(4);
    expect({ enough, stopped }).toEqual({ enough: false, stopped: 'nothing left to relax' });
  });

  it('reports the last attempt made where attempts are used up', () => {
    const { result, stopped, attempts } = regenerateHighConfidence([...short, good], {
      minPages: 5,
      maxIterations: 2,
    });
    expect(attempts).toHaveLength(2);
    expect(result.thresholds).toEqual(relax(BOSTON_CLASSIC));
    expect(result.kept).toHaveLength(1);
    expect(stopped).toBe('attempts used up');
  });

  it('fails with the pages per reason where even the loosest thresholds keep nothing', () => {
    const bare = [page(1, { titleLines: 0, ingredientLines: 0 }), page(2, { titleLines: 0 })];
    expect(() => regenerateHighConfidence(bare, { minPages: 1, maxIterations: 5 })).toThrow(
      /no page of 2 .* 4 attempts: no_title 2 \(threshold 1\), few_ing 1 \(threshold 1\)/,
    );
    try {
      regenerateHighConfidence([], { minPages: 1, maxIterations: 5 });
      expect.unreachable();
    } catch (error) {
      expect((error as GalleyError).code).toBe('training');
    }
  });

  it('writes a report that agrees with itself', () => {
    const regeneration = regenerateHighConfidence([...short, good, page(20, { titleLines: 0 })], {
      minPages: 3,
      maxIterations: 5,
    });
    const context = {
      fullDataset: 'full',
      dataset: 'high',
      minPages: 3,
      preset: 'boston-classic',
      pages: { train: 11 },
    };
    const record = highConfidenceRecord(regeneration, context);
    expect(record.final_thresholds).toEqual(record.attempts.at(-1)!.thresholds);
    expect(record.kept_pages + record.rejected.length).toBe(record.total_pages);
    expect(record.final_thresholds.min_tokens).toBe(60);
    const markdown = highConfidenceMarkdown(regeneration, context);
    expect(markdown).toContain('11 of 12 pages kept');
    expect(markdown).toContain('page 20: no_title (title lines 0, threshold 1)');
    expect(markdown).toMatch(/words \(`too_short`\) \| 60 \|/);
  });
});

describe('measureQuality', () => {
  it('counts lines by what most of their words are, columns apart', () => {
    const weak = labelPage(recipePage());
    const quality = measureQuality(
      { ...weak.page, labels: weak.labels, extra: { token_confidence: weak.wordConfidence } },
      LabelMap.default,
    );
    expect(quality).toMatchObject({ titleLines: 2, ingredientLines: 6, tokens: weak.page.words.length });
    expect(quality.instructionLines).toBeGreaterThanOrEqual(9);
    expect(quality.meanConfidence).toBeCloseTo(
      weak.wordConfidence.reduce((a, b) => a + b, 0) / weak.wordConfidence.length,
    );
    expect(codes(quality)).toEqual([]);
  });

  it('leaves undecided words out and does without confidences', () => {
    const weak = labelPage(recipePage());
    const labels = weak.labels.map((id, i) => (i % 2 ? -100 : id));
    const quality = measureQuality({ ...weak.page, labels }, LabelMap.default);
    expect(quality.meanConfidence).toBe(1);
    expect(quality.tokens).toBe(Math.ceil(weak.labels.length / 2));
  });
});
