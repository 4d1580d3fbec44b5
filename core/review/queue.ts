import { OUTSIDE } from '../labels/labels.ts';
import { likelyLabelErrors } from './confident-learning.ts';

/** A page to be asked about. */
export interface ReviewPage {
  readonly pageNum: number;
  readonly words: readonly string[];
  /** Word indices of each line, in reading order. */
  readonly lines: readonly (readonly number[])[];
  /** [words] the labels it has now; negative where it has none. */
  readonly labels: ArrayLike<number>;
  /** [words, C] row-major, what the model thinks. */
  readonly probabilities: ArrayLike<number>;
  /** [words] true where a person has decided: never asked again. */
  readonly settled?: ArrayLike<boolean>;
}

/** Why a line is asked about, the strongest first. */
export type ReviewReason = 'label-error' | 'disagreement' | 'uncertain' | 'rare';

export interface ReviewItem {
  readonly pageNum: number;
  /** Place in the page's lines. */
  readonly line: number;
  readonly wordIndices: readonly number[];
  readonly text: string;
  /** Why, in one word for the filter and one sentence for the person. */
  readonly reason: ReviewReason;
  readonly because: string;
  /** Words of the line whose label is probably wrong, weighted by how rare their labels are: what a look is worth. */
  readonly worth: number;
  /** [wordIndices.length] label ids: now, and what the model suggests. */
  readonly current: readonly number[];
  readonly suggested: readonly number[];
  /** Difference of the two most likely labels, of the least certain word. */
  readonly margin: number;
}

export interface QueueOptions {
  /** Label names by id. */
  readonly names: readonly string[];
  /** Lines at most. Default: all that are worth a look. */
  readonly limit?: number;
  /** Lines of one page at most before pages without any are served. Default: no bound. */
  readonly perPage?: number;
}

/** Share of all words under which a label counts as rare. */
const RARE = 0.02;
/** Margin under which a word counts as uncertain. */
const UNCERTAIN = 0.4;
/** Lines worth less are certain enough to be left alone. */
const LEAST_WORTH = 0.05;

/** How often each label is given, as a weight: one for the commonest, more for rarer ones, at most five. */
function rarity(pages: readonly ReviewPage[], labelCount: number): { weight: number[]; share: number[] } {
  const counts = new Array<number>(labelCount).fill(0);
  for (const { labels } of pages)
    for (let i = 0; i < labels.length; i++) if (labels[i] >= 0) counts[labels[i]]++;
  const total = counts.reduce((a, b) => a + b, 0) || 1;
  const most = Math.max(...counts, 1);
  return {
    weight: counts.map((n) => Math.min(5, (most / Math.max(1, n)) ** 0.25)),
    share: counts.map((n) => n / total),
  };
}

/** The likeliest label of a word and how far it is ahead. */
function top(probabilities: ArrayLike<number>, word: number, labelCount: number) {
  let [best, second] = [0, -1];
  for (let c = 1; c < labelCount; c++) {
    const p = probabilities[word * labelCount + c];
    if (p > probabilities[word * labelCount + best]) [best, second] = [c, best];
    else if (second < 0 || p > probabilities[word * labelCount + second]) second = c;
  }
  const p = probabilities[word * labelCount + best];
  return { best, p, margin: second < 0 ? 1 : p - probabilities[word * labelCount + second] };
}

const percent = (p: number) => `${Math.round(100 * p)} %`;

/**
 * Lines in the order in which correcting them is worth most: the number of their words that are probably wrong (one
 * minus the model's probability of the label they have), words with rare labels counting more. A line is one act of
 * correction, so lines are ordered by what they bring, not by what they hold.
 *
 * The reason is the strongest that holds: a *likely label error* (confident learning), a *disagreement* of label and
 * model, an *uncertain* word (small margin), or a *rare* label.
 */
export function reviewQueue(pages: readonly ReviewPage[], options: QueueOptions): ReviewItem[] {
  const { names } = options;
  const C = names.length;
  const { weight, share } = rarity(pages, C);
  const errors = likelyLabelErrors({
    labels: Int32Array.from(pages.flatMap((page) => Array.from(page.labels))),
    probabilities: concatenated(pages.map((page) => page.probabilities)),
    labelCount: C,
  });
  const items: ReviewItem[] = [];
  let offset = 0;
  for (const page of pages) {
    for (const [line, wordIndices] of page.lines.entries()) {
      const open = wordIndices.filter((i) => !page.settled?.[i]);
      if (open.length === 0) continue;
      let [worth, margin] = [0, 1];
      let wrong: { word: number; label: number; p: number } | null = null;
      let other: { word: number; best: number; p: number } | null = null;
      let unsure: { word: number; margin: number; best: number } | null = null;
      for (const i of open) {
        const { best, p, margin: ahead } = top(page.probabilities, i, C);
        const given = page.labels[i];
        const own = given >= 0 ? page.probabilities[i * C + given] : 0;
        worth += (1 - own) * weight[given >= 0 ? Math.max(given, 0) : best];
        margin = Math.min(margin, ahead);
        const instead = errors[offset + i];
        if (instead >= 0) {
          const q = page.probabilities[i * C + instead];
          if (!wrong || q > wrong.p) wrong = { word: i, label: instead, p: q };
        }
        if (best !== given && (!other || p > other.p)) other = { word: i, best, p };
        if (ahead < UNCERTAIN && (!unsure || ahead < unsure.margin))
          unsure = { word: i, margin: ahead, best };
      }
      if (worth < LEAST_WORTH) continue;
      const rare = open.find((i) => {
        const given = page.labels[i];
        return given >= 0 && names[given] !== OUTSIDE && share[given] < RARE;
      });
      const nameOf = (i: number) => names[page.labels[i]] ?? 'no label';
      let [reason, because]: [ReviewReason, string] = ['rare', ''];
      if (wrong) {
        reason = 'label-error';
        because = `“${page.words[wrong.word]}” is ${nameOf(wrong.word)}, probably ${names[wrong.label]} (${percent(wrong.p)})`;
      } else if (other) {
        reason = 'disagreement';
        because = `“${page.words[other.word]}” is ${nameOf(other.word)}, the model says ${names[other.best]} (${percent(other.p)})`;
      } else if (unsure) {
        reason = 'uncertain';
        because = `“${page.words[unsure.word]}”: ${names[unsure.best]} is only ${percent(unsure.margin)} ahead`;
      } else if (rare !== undefined) because = `${nameOf(rare)} is a rare label`;
      else continue;
      items.push({
        pageNum: page.pageNum,
        line,
        wordIndices,
        text: wordIndices.map((i) => page.words[i]).join(' '),
        reason,
        because,
        worth,
        current: wordIndices.map((i) => page.labels[i]),
        suggested: wordIndices.map((i) =>
          page.settled?.[i] ? page.labels[i] : top(page.probabilities, i, C).best,
        ),
        margin,
      });
    }
    offset += page.labels.length;
  }
  items.sort((a, b) => b.worth - a.worth || a.pageNum - b.pageNum || a.line - b.line);
  const bounded = options.perPage === undefined ? items : spread(items, options.perPage);
  return options.limit === undefined ? bounded : bounded.slice(0, options.limit);
}

function concatenated(lists: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(lists.reduce((n, list) => n + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** The same order, with the lines of a page beyond `perPage` after all others. */
function spread(items: readonly ReviewItem[], perPage: number): ReviewItem[] {
  const served = new Map<number, number>();
  const [first, later]: [ReviewItem[], ReviewItem[]] = [[], []];
  for (const item of items) {
    const n = (served.get(item.pageNum) ?? 0) + 1;
    served.set(item.pageNum, n);
    (n <= perPage ? first : later).push(item);
  }
  return [...first, ...later];
}
