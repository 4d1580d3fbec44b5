import { describe, expect, it } from 'vitest';
import { fakeDetail } from '../api/fake-pages.ts';
import { countDifferences, differs, wordLabels } from './word-labels.ts';

const detail = {
  ...fakeDetail(1, 60),
  words: ['one', 'two', 'three', 'four'],
  weak: [1, 2, 3, 0],
  weakConfidence: [0.9, 0.8, 0.7, 0.6],
  predicted: [1, 3, 3, 0],
  predictedConfidence: [0.5, 0.6, 0.7, 0.8],
  gold: [-1, -1, 4, 0],
};

describe('wordLabels', () => {
  it('puts a person above weak labels and predictions', () => {
    expect(wordLabels(detail, 'weak').kinds).toEqual(['weak', 'weak', 'gold', 'gold']);
    expect(wordLabels(detail, 'predicted').labels).toEqual([1, 3, 4, 0]);
    expect(wordLabels(detail, 'predicted').confidences).toEqual([0.5, 0.6, 1, 1]);
  });
  it('shows only decisions as gold', () => expect(wordLabels(detail, 'gold').labels).toEqual([-1, -1, 4, 0]));
  it('shows only contradictions as differences, the strongest label on them', () => {
    expect(wordLabels(detail, 'diff').kinds).toEqual(['none', 'differs', 'differs', 'none']);
    expect(wordLabels(detail, 'diff').labels).toEqual([-1, 3, 4, -1]);
  });
});

describe('differs', () => {
  it('needs two opinions', () => {
    const alone = { ...detail, predicted: null, gold: null };
    expect(countDifferences(alone)).toBe(0);
    expect(differs({ ...alone, gold: [2, -1, -1, -1] }, 0)).toBe(true);
  });
});
