import { expect, it } from 'vitest';
import type { ReviewLine } from '../../../core/workbench/contract.ts';
import { gainOf, nextOpen, type Queue, shownLines, withGold } from './review-store.ts';

const line = (pageNum: number, reason: ReviewLine['reason'], worth: number): ReviewLine => ({
  pageNum,
  line: 0,
  wordIndices: [4, 5],
  text: 'Plain Cake',
  reason,
  because: '',
  worth,
  current: [0, 0],
  suggested: [1, 1],
  margin: 0.2,
  decided: false,
  changed: 0,
});
const queueOf = (items: ReviewLine[]): Queue => ({ madeAt: '', model: 'm', folds: 0, pages: 2, items });

it('shrinks as lines are settled, grows as they are taken back, and says what was gained', () => {
  const items = [line(1, 'rare', 3), line(2, 'uncertain', 1)];
  expect(shownLines(queueOf(items), 'all')).toEqual([0, 1]);
  const gold = [-1, -1, -1, -1, 1, 0];
  const settled = queueOf([withGold(items[0], gold), items[1]]);
  expect(shownLines(settled, 'all')).toEqual([1]);
  expect(shownLines(settled, 'rare')).toEqual([]);
  expect(shownLines(settled, 'settled')).toEqual([0]);
  expect(nextOpen(settled, 'all', 1)).toBe(1);
  expect(gainOf(settled)).toEqual({ lines: 1, words: 1, share: 0.75 });
  // Undo: nobody has decided about its second word any more.
  const back = queueOf([withGold(settled.items[0], [-1, -1, -1, -1, 1, -1]), items[1]]);
  expect(shownLines(back, 'all')).toEqual([0, 1]);
  expect(gainOf(back)).toEqual({ lines: 0, words: 1, share: 0 });
});
