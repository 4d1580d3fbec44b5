import { LabelMap } from '../labels/labels.ts';
import { RULE_NAMES } from './rule-settings.ts';
import type { Signal, WeakLine, WeakPage } from './types.ts';

/** What one rule does to a book. */
export interface RuleReport {
  readonly rule: string;
  /** Lines it votes on. */
  readonly lines: number;
  /** {@link lines} over all lines. */
  readonly coverage: number;
  /** Share of its lines on which another rule votes too. */
  readonly overlaps: number;
  /** Share of its lines on which another rule votes for another label, at least as strongly. */
  readonly conflicts: number;
  /** Share of its lines whose label in the end is one it votes for. */
  readonly agreement: number;
  /** Share of its lines, among those with gold labels, whose gold label is one it votes for; null: no such lines. */
  readonly accuracy: number | null;
  readonly goldLines: number;
  /** Mean log-odds of its votes for a label. */
  readonly meanWeight: number;
  /** Labels it votes for, the commonest first. */
  readonly labels: readonly string[];
}

/** Gold label ids of a page, negative where undecided; null where nobody read it. */
export type GoldOfPage = (pageNum: number) => ArrayLike<number> | null;

/** The gold label most words of a line have, or null where none was decided. Spans count for directions. */
function goldLabelOf(line: WeakLine, gold: ArrayLike<number> | null): string | null {
  if (!gold) return null;
  const counts = new Map<string, number>();
  for (const i of line.wordIndices) {
    if (!(gold[i] >= 0)) continue;
    const name = LabelMap.default.nameOf(gold[i]);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first?.[0] ?? null;
}

const SPANS = new Set(['TIME', 'TEMP', 'SERVINGS']);

/** Whether a vote says of a line what gold says of it; a span's vote is right when the line holds such a word. */
function isRight(
  votes: readonly Signal[],
  line: WeakLine,
  label: string,
  gold: ArrayLike<number> | null,
): boolean {
  return votes.some((vote) => {
    if (!SPANS.has(vote.label)) return vote.label === (SPANS.has(label) ? 'INSTRUCTION_STEP' : label);
    const id = LabelMap.default.idOf(vote.label);
    return gold !== null && line.wordIndices.some((i) => gold[i] === id);
  });
}

/**
 * Coverage, overlaps, conflicts and accuracy of each rule, as labelling functions are judged (Ratner et al., Snorkel,
 * VLDB 2017). Only votes for a label count; a vote against one is no claim of its own.
 */
export function inspectRules(pages: readonly WeakPage[], goldOf: GoldOfPage = () => null): RuleReport[] {
  const all = pages.flatMap((page) => page.lines.map((line) => ({ line, gold: goldOf(page.page.pageNum) })));
  return RULE_NAMES.map((rule): RuleReport => {
    let [lines, overlaps, conflicts, agreement, right, goldLines, weight, votes] = [0, 0, 0, 0, 0, 0, 0, 0];
    const labels = new Map<string, number>();
    for (const { line, gold } of all) {
      const positive = line.signals.filter((signal) => signal.weight > 0);
      const own = positive.filter((signal) => signal.rule === rule);
      if (own.length === 0) continue;
      lines++;
      const span = own.every((signal) => SPANS.has(signal.label));
      const others = positive.filter((s) => s.rule !== rule && SPANS.has(s.label) === span);
      if (others.length > 0) overlaps++;
      const against = others.filter((other) => own.every((signal) => signal.label !== other.label));
      const strongest = Math.max(...own.map((signal) => signal.weight));
      if (against.some((other) => other.weight >= strongest)) conflicts++;
      if (span || own.some((signal) => signal.label === line.label)) agreement++;
      const truth = goldLabelOf(line, gold);
      if (truth !== null) {
        goldLines++;
        if (isRight(own, line, truth, gold)) right++;
      }
      for (const signal of own) {
        weight += signal.weight;
        votes++;
        labels.set(signal.label, (labels.get(signal.label) ?? 0) + 1);
      }
    }
    const share = (n: number) => (lines === 0 ? 0 : n / lines);
    return {
      rule,
      lines,
      coverage: all.length === 0 ? 0 : lines / all.length,
      overlaps: share(overlaps),
      conflicts: share(conflicts),
      agreement: share(agreement),
      accuracy: goldLines === 0 ? null : right / goldLines,
      goldLines,
      meanWeight: votes === 0 ? 0 : weight / votes,
      labels: [...labels].sort((a, b) => b[1] - a[1]).map(([label]) => label),
    };
  });
}

/** What other settings of the rules change: nothing is saved by asking. */
export interface RuleChange {
  readonly words: number;
  readonly pages: readonly { pageNum: number; words: number }[];
  /** Words by "LABEL to LABEL", most first. */
  readonly moves: readonly { from: string; to: string; words: number }[];
}

/** Compares the labels of a book under two settings, page by page in the same order. */
export function changedLabels(before: readonly WeakPage[], after: readonly WeakPage[]): RuleChange {
  const moves = new Map<string, number>();
  const pages: { pageNum: number; words: number }[] = [];
  let words = 0;
  for (const [k, page] of before.entries()) {
    let changed = 0;
    for (const [i, label] of page.labels.entries()) {
      const now = after[k].labels[i];
      if (now === label) continue;
      changed++;
      const move = `${label} ${now}`;
      moves.set(move, (moves.get(move) ?? 0) + 1);
    }
    if (changed > 0) pages.push({ pageNum: page.page.pageNum, words: changed });
    words += changed;
  }
  return {
    words,
    pages,
    moves: [...moves]
      .sort((a, b) => b[1] - a[1])
      .map(([move, n]) => {
        const [from, to] = move.split(' ').map((id) => LabelMap.default.nameOf(Number(id)));
        return { from, to, words: n };
      }),
  };
}
