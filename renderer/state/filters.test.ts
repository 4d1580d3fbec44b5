import { describe, expect, it } from 'vitest';
import { fakeDetail } from '../api/fake-pages.ts';
import { activeFilters, type Filters, filterPages, NO_FILTERS, pageNumberOf } from './filters.ts';

const base = fakeDetail(1, 60).summary;
const page = (pageNum: number, changes: Partial<typeof base> = {}) => ({
  ...base,
  pageNum,
  gold: 0,
  edited: false,
  inHighconf: false,
  disagreements: 0,
  meanConfidence: 0.7,
  labelCounts: [5, 0, 0, 0, 0, 0, 0],
  ...changes,
});
const pages = [
  page(3, { disagreements: 7, meanConfidence: 0.5 }),
  page(1, { gold: 0.5, edited: true, meanConfidence: 0.95, labelCounts: [0, 2, 0, 0, 0, 0, 0] }),
  page(2, { inHighconf: true, disagreements: 2, labelCounts: [0, 0, 4, 0, 0, 0, 0] }),
  page(4, { disagreements: null, meanConfidence: null }),
];
const shown = (changes: Partial<Filters>, hits: number[] | null = null) =>
  filterPages(pages, { ...NO_FILTERS, ...changes }, hits && new Set(hits)).map((p) => p.pageNum);

describe('filterPages', () => {
  it('shows every page in page order without filters', () => expect(shown({})).toEqual([1, 2, 3, 4]));
  it('keeps only what the search found', () => expect(shown({}, [4, 2])).toEqual([2, 4]));
  it('keeps pages with any of the wanted labels', () => expect(shown({ labels: [1, 2] })).toEqual([1, 2]));
  it('keeps pages whose labels disagree', () => expect(shown({ disagreement: true })).toEqual([2, 3]));
  it('keeps pages without gold labels', () => expect(shown({ unlabelled: true })).toEqual([2, 3, 4]));
  it('keeps edited pages and the high-confidence set', () => {
    expect(shown({ edited: true })).toEqual([1]);
    expect(shown({ highconf: true })).toEqual([2]);
  });
  it('leaves pages without a confidence out of every band', () => {
    expect(shown({ confidence: 'low' })).toEqual([3]);
    expect(shown({ confidence: 'middle' })).toEqual([2]);
    expect(shown({ confidence: 'high' })).toEqual([1]);
  });
  it('orders by disagreement and by uncertainty, unknown last', () => {
    expect(shown({ order: 'disagreement' })).toEqual([3, 2, 1, 4]);
    expect(shown({ order: 'confidence' })).toEqual([3, 2, 1, 4]);
  });
});

describe('activeFilters', () => {
  it('counts filters, not the order', () => {
    expect(activeFilters(NO_FILTERS)).toBe(0);
    expect(activeFilters({ ...NO_FILTERS, labels: [1, 2], edited: true, order: 'confidence' })).toBe(2);
  });
});

describe('pageNumberOf', () => {
  it.each([
    ['42', 42],
    [' p. 7 ', 7],
    ['page 12', 12],
  ])('reads %j as a page number', (text, number) => expect(pageNumberOf(text)).toBe(number));
  it.each(['2 cups', 'milk', '', '12345678'])('reads %j as words', (text) =>
    expect(pageNumberOf(text)).toBeNull(),
  );
});
