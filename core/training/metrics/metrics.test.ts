import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelMap } from '../../labels/labels.ts';
import { evaluatePages } from './evaluate.ts';
import golden from './metrics.golden.json' with { type: 'json' };
import { MetricsAccumulator, metricsRecordSchema } from './metrics.ts';
import { entitiesOf, entityScores, entityTags } from './seqeval.ts';
import { type MetricsCase, scoreCase } from './testing/golden.ts';

const [O, TITLE, INGREDIENT, STEP] = [0, 1, 2, 3];
const map = LabelMap.default;

/** Compares every number of two nested values to 12 digits. */
function expectAlike(got: unknown, want: unknown, path = ''): void {
  if (Array.isArray(want)) {
    expect((got as unknown[]).length, path).toBe(want.length);
    for (const [i, value] of want.entries()) expectAlike((got as unknown[])[i], value, `${path}[${i}]`);
  } else if (typeof want === 'number') expect(got, path).toBeCloseTo(want, 12);
  else if (typeof want === 'object')
    for (const [key, value] of Object.entries(want as object))
      expectAlike((got as Record<string, unknown>)[key], value, `${path}.${key}`);
  else expect(got, path).toBe(want);
}

describe('metrics against seqeval 1.2.2 and scikit-learn (scripts/reference/check_metrics.py)', () => {
  for (const [i, { case: sample, expected }] of golden.entries())
    it(`random sequences ${i}`, () => expectAlike(scoreCase(sample as MetricsCase), expected));
});

describe('MetricsAccumulator', () => {
  it('counts the false positives on O', () => {
    const accumulator = new MetricsAccumulator(map);
    accumulator.addPage([TITLE, TITLE, TITLE, TITLE], [TITLE, O, O, O]);
    const { per_label, macro_f1, accuracy } = accumulator.record();
    expect(per_label.TITLE).toEqual({ precision: 0.25, recall: 1, f1: 0.4, support: 1 });
    expect(macro_f1).toBe(0.4);
    expect(accuracy).toBe(0.25);
  });

  it('leaves O and labels without support out of the macro mean', () => {
    const accumulator = new MetricsAccumulator(map);
    accumulator.addPage([TITLE, INGREDIENT, O, STEP], [TITLE, INGREDIENT, O, O]);
    const record = accumulator.record();
    expect(record.macro_labels).toEqual(['TITLE', 'INGREDIENT_LINE']);
    expect(record.macro_f1).toBe(1);
    expect(record.per_label.INSTRUCTION_STEP).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
  });

  it('drops undecided words from both sides and does not count pages without any decided one', () => {
    const accumulator = new MetricsAccumulator(map);
    accumulator.addPage([TITLE, STEP, TITLE], [TITLE, null, TITLE]);
    accumulator.addPage([STEP, STEP], [-100, -1]);
    const record = accumulator.record();
    expect(record).toMatchObject({ tokens: 2, pages: 1, accuracy: 1, entity_f1: 1 });
  });

  it('is all zero, and valid, before anything is added', () => {
    const record = new MetricsAccumulator(map).record();
    expect(metricsRecordSchema.parse(record)).toEqual(record);
    expect(record).toMatchObject({ macro_f1: 0, accuracy: 0, entity_f1: 0, pages: 0, tokens: 0 });
  });

  it('names the page of unequal lengths and unknown ids', () => {
    const accumulator = new MetricsAccumulator(map);
    expect(() => accumulator.addPage([1], [1, 2], 'page 7')).toThrow(
      expect.objectContaining({ code: 'invalid-data', where: 'page 7' }),
    );
    expect(() => accumulator.addPage([7], [1])).toThrow(/unknown label id 7/);
    expect(() => accumulator.addPage([1], [9])).toThrow(/unknown label id 9/);
  });

  it('adds up pages in any order', () => {
    const id = fc.integer({ min: 0, max: 6 });
    const page = fc.array(fc.tuple(id, id), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(page, { maxLength: 6 }), (pages) => {
        const score = (list: [number, number][][]) => {
          const accumulator = new MetricsAccumulator(map);
          for (const p of list)
            accumulator.addPage(
              p.map(([a]) => a),
              p.map(([, b]) => b),
            );
          return accumulator.record();
        };
        expect(score([...pages].reverse())).toEqual(score(pages));
      }),
    );
  });

  it('sees one label taking over, but not a book that is made of it', () => {
    const collapsed = new MetricsAccumulator(map);
    collapsed.addPage(Array(20).fill(6), [...Array(15).fill(O), ...Array(5).fill(STEP)]);
    expect(collapsed.collapse()).toEqual({ label: 'SERVINGS', share: 1, referenceShare: 0 });
    const essays = new MetricsAccumulator(map);
    essays.addPage(Array(20).fill(O), [...Array(19).fill(O), STEP]);
    expect(essays.collapse()).toBeNull();
  });
});

describe('entities', () => {
  it('keeps IOB sets and turns plain names into I- tags', () => {
    expect(entityTags(['O', 'B-X', 'I-X'])).toEqual(['O', 'B-X', 'I-X']);
    expect(entityTags(['O', 'STEP', 'OVEN'])).toEqual(['O', 'I-STEP', 'I-OVEN']);
  });
  it('reads plain labels as seqeval does', () => {
    expect(entitiesOf(['STEP', 'STEP', 'OVEN', 'TITLE', 'TITLE'])).toEqual([
      ['TEP', 0, 0],
      ['TEP', 1, 1],
      ['ITLE', 3, 4],
    ]);
  });
  it('does not join entities of two sequences', () => {
    expect(entityScores([['I-A'], ['I-A']], [['I-A'], ['I-A']]).support).toBe(2);
  });
  it('refuses an empty label', () => {
    expect(() => entitiesOf([''])).toThrow(/label is empty/);
  });
});

describe('evaluatePages', () => {
  it('matches pages by number and names those without a partner', () => {
    const { accumulator, missing, unreferenced } = evaluatePages(
      [
        { pageNum: 2, labels: [TITLE] },
        { pageNum: 9, labels: [TITLE] },
      ],
      [
        { pageNum: 1, labels: [TITLE] },
        { pageNum: 2, labels: [TITLE] },
      ],
      map,
    );
    expect(accumulator.record()).toMatchObject({ pages: 1, macro_f1: 1 });
    expect({ missing, unreferenced }).toEqual({ missing: [1], unreferenced: [9] });
  });
  it('refuses a page twice', () => {
    const page = { pageNum: 1, labels: [O] };
    expect(() => evaluatePages([page, page], [page], map)).toThrow(/predicted twice/);
    expect(() => evaluatePages([page], [page, page], map)).toThrow(/twice/);
  });
});
