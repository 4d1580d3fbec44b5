import { describe, expect, it } from 'vitest';
import { amountText, durationText, fractionText, pagesText } from './format.ts';

const nothing = {
  quantity: null,
  vague: null,
  unit: null,
  size: null,
  part: null,
  name: null,
  note: null,
  optional: false,
  alternatives: [],
  doubt: null,
};
const line = { printed: '', text: '', refs: [], confidence: 1 };

describe('recipes as text', () => {
  it('writes usual fractions as one sign', () => {
    expect([0.5, 1.5, 2, 1 / 3, 2.75, 0.2, 1.999999].map(fractionText)).toEqual([
      '½',
      '1½',
      '2',
      '⅓',
      '2¾',
      '0.2',
      '2',
    ]);
  });

  it('says how much', () => {
    const amount = (more: Partial<typeof nothing> & object) => amountText({ ...nothing, ...more });
    expect(amount({ quantity: { min: 1.5, max: 1.5 }, unit: 'cup' } as never)).toBe('1½ cups');
    expect(amount({ quantity: { min: 2, max: 2 }, unit: 'pinch' } as never)).toBe('2 pinches');
    expect(amount({ quantity: { min: 0.5, max: 0.5 }, unit: 'box' } as never)).toBe('½ box');
    expect(amount({ quantity: { min: 2, max: 3 } } as never)).toBe('2–3');
    expect(amount({ vague: 'few', unit: 'grain' } as never)).toBe('few grains');
    expect(amount({ quantity: { min: 2, max: 2 }, part: 'juice' } as never)).toBe('juice of 2');
    expect(amount({})).toBe('');
  });

  it('writes durations and pages for people', () => {
    expect(durationText({ ...line, duration: 'PT1H30M', least: null })).toBe('1 h 30 min');
    expect(durationText({ ...line, duration: 'PT15M', least: 'PT12M' })).toBe('12 min – 15 min');
    expect(durationText({ ...line, duration: 'P3D', least: null })).toBe('3 d');
    expect(durationText({ ...line, duration: null, least: null })).toBeNull();
    expect([pagesText([7]), pagesText([7, 8])]).toEqual(['7', '7–8']);
  });
});
