import type { Delta, PageDetail } from '../../core/workbench/contract.ts';
import { UNDECIDED } from './word-labels.ts';

/** The gold labels of a page with a delta done; words without a decision are -1. */
export function applyToGold(detail: PageDetail, delta: Delta): PageDetail {
  const gold = detail.gold ? [...detail.gold] : detail.words.map(() => UNDECIDED);
  delta.indices.forEach((word, i) => {
    gold[word] = delta.after[i];
  });
  return { ...detail, gold };
}

/** The change that takes a delta back (or does it again). */
export function inverse(delta: Delta, origin: 'undo' | 'redo'): Delta {
  return { ...delta, before: delta.after, after: delta.before, origin, scores: null };
}

/**
 * The delta that gives words these labels, without words that have them already; null if nothing would change.
 * `labels` is one id for all or one per word; `scores` the model's confidence per word, kept with the label.
 */
export function labelDelta(
  detail: PageDetail,
  words: readonly number[],
  labels: number | readonly number[],
  origin: Delta['origin'] = 'person',
  scores: readonly number[] | null = null,
): Delta | null {
  const delta = {
    pageNum: detail.summary.pageNum,
    indices: [] as number[],
    before: [] as number[],
    after: [] as number[],
    origin,
    scores: scores ? ([] as number[]) : null,
  };
  words.forEach((word, i) => {
    const before = detail.gold?.[word] ?? UNDECIDED;
    const after = typeof labels === 'number' ? labels : labels[i];
    if (before === after) return;
    delta.indices.push(word);
    delta.before.push(before);
    delta.after.push(after);
    if (scores) delta.scores?.push(scores[i]);
  });
  return delta.indices.length > 0 ? delta : null;
}

/** Undo and redo stacks from the journal's tail: undos and redos in it move what they took back. */
export function stacksFrom(journal: readonly Delta[]): { undo: Delta[]; redo: Delta[] } {
  const undo: Delta[] = [];
  const redo: Delta[] = [];
  for (const delta of journal) {
    if (delta.origin === 'undo') {
      const taken = undo.pop();
      if (taken) redo.push(taken);
    } else if (delta.origin === 'redo') {
      const again = redo.pop();
      if (again) undo.push(again);
    } else if (delta.origin === 'import') {
      // Hundreds of pages at once: taken back as a whole or not at all, and nothing is redone on top of it.
      redo.length = 0;
    } else {
      undo.push(delta);
      redo.length = 0;
    }
  }
  return { undo, redo };
}
