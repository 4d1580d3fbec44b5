import type { LabelMap } from '../labels/labels.ts';
import { evaluatePages, type PredictedPage, type ReferencePage } from '../training/metrics/evaluate.ts';
import type { MetricsRecord } from '../training/metrics/metrics.ts';
import { markdownTable } from '../training/metrics/tables.ts';

/** What an F1 has to move to count as a change: half a point, the last digit of a percentage. */
export const SAME_WITHIN = 0.005;

/** What became of an F1. */
export type Verdict = 'better' | 'worse' | 'same' | 'not in these pages';

export interface LabelComparison {
  readonly label: string;
  /** Words of this label in the reference. */
  readonly support: number;
  readonly before: Scores;
  readonly after: Scores;
  readonly verdict: Verdict;
}
interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** A page whose predicted labels differ between the two models. */
export interface ChangedPage {
  readonly page_num: number;
  /** Words whose predicted label changed, decided in the reference or not. */
  readonly words: number;
  /** Of those, words that were wrong and are right now. */
  readonly mended: number;
  /** Of those, words that were right and are wrong now. */
  readonly spoilt: number;
  /** Which words these are, by their place on the page. */
  readonly mended_words: readonly number[];
  readonly spoilt_words: readonly number[];
}

export interface ModelComparison {
  readonly pages: number;
  /** Words that were scored. */
  readonly words: number;
  readonly macro_f1: { readonly before: number; readonly after: number; readonly verdict: Verdict };
  readonly accuracy: { readonly before: number; readonly after: number };
  readonly labels: readonly LabelComparison[];
  /** Best first: by words mended less words spoilt, then by words changed. */
  readonly changed_pages: readonly ChangedPage[];
}

/**
 * Sets the predictions of two models for the same pages against one reference.
 * @param reference label ids per page; negative or null where nobody decided, which are not scored
 * @throws GalleyError `invalid-data` as {@link evaluatePages}
 */
export function compareModels(
  before: readonly PredictedPage[],
  after: readonly PredictedPage[],
  reference: readonly ReferencePage[],
  labelMap: LabelMap,
): ModelComparison {
  const old = evaluatePages(before, reference, labelMap).accumulator.record();
  const now = evaluatePages(after, reference, labelMap).accumulator.record();
  return {
    pages: now.pages,
    words: now.tokens,
    macro_f1: {
      before: old.macro_f1,
      after: now.macro_f1,
      verdict: verdictOf(old.macro_f1, now.macro_f1),
    },
    accuracy: { before: old.accuracy, after: now.accuracy },
    labels: labelMap.names.map((label) => compareLabel(label, old, now)),
    changed_pages: changedPages(before, after, reference),
  };
}

function verdictOf(before: number, after: number): Verdict {
  // Rounded, so that 0.905 - 0.9 is what it says.
  const change = Math.round((after - before) * 1e9) / 1e9;
  return Math.abs(change) < SAME_WITHIN ? 'same' : change > 0 ? 'better' : 'worse';
}

function compareLabel(label: string, old: MetricsRecord, now: MetricsRecord): LabelComparison {
  const scores = ({ per_label }: MetricsRecord): Scores => {
    const { precision, recall, f1 } = per_label[label];
    return { precision, recall, f1 };
  };
  const before = scores(old);
  const after = scores(now);
  const { support } = now.per_label[label];
  return {
    label,
    support,
    before,
    after,
    verdict: support === 0 ? 'not in these pages' : verdictOf(before.f1, after.f1),
  };
}

function changedPages(
  before: readonly PredictedPage[],
  after: readonly PredictedPage[],
  reference: readonly ReferencePage[],
): ChangedPage[] {
  const old = new Map(before.map((page) => [page.pageNum, page.labels]));
  const now = new Map(after.map((page) => [page.pageNum, page.labels]));
  const changed: ChangedPage[] = [];
  for (const { pageNum, labels } of reference) {
    const was = old.get(pageNum);
    const is = now.get(pageNum);
    if (!was || !is) continue;
    const [mended, spoilt]: [number[], number[]] = [[], []];
    let words = 0;
    for (let i = 0; i < labels.length; i++) {
      if (was[i] === is[i]) continue;
      words++;
      if (is[i] === labels[i]) mended.push(i);
      else if (was[i] === labels[i]) spoilt.push(i);
    }
    if (words > 0)
      changed.push({
        page_num: pageNum,
        words,
        mended: mended.length,
        spoilt: spoilt.length,
        mended_words: mended,
        spoilt_words: spoilt,
      });
  }
  const gain = (page: ChangedPage) => page.mended - page.spoilt;
  return changed.sort((a, b) => gain(b) - gain(a) || b.words - a.words || a.page_num - b.page_num);
}

const fixed = (value: number) => value.toFixed(3);
const arrow = (before: number, after: number) => `${fixed(before)} → ${fixed(after)}`;

/** One sentence: the macro F1, and which labels got better and which worse. */
export function comparisonSentence({ macro_f1, labels }: ModelComparison): string {
  const named = (verdict: Verdict) =>
    labels
      .filter((l) => l.verdict === verdict)
      .map((l) => l.label)
      .join(', ') || 'none';
  return `Macro F1 ${arrow(macro_f1.before, macro_f1.after)}: ${macro_f1.verdict}. Better: ${named('better')}. Worse: ${named('worse')}.`;
}

/** The comparison as Markdown, without a title: the sentence, the table of labels, the table of pages. */
export function modelComparisonMarkdown(comparison: ModelComparison): string {
  const { labels, changed_pages: pages } = comparison;
  const rows = labels.map((l) =>
    l.support === 0
      ? [l.label, 'n/a', 'n/a', 'n/a', '0', l.verdict]
      : [
          l.label,
          arrow(l.before.precision, l.after.precision),
          arrow(l.before.recall, l.after.recall),
          arrow(l.before.f1, l.after.f1),
          l.support.toLocaleString('en-US'),
          l.verdict,
        ],
  );
  return [
    comparisonSentence(comparison),
    '',
    markdownTable(['Label', 'Precision', 'Recall', 'F1', 'Words', 'F1 is'], rows),
    '',
    `"Same" is a change of F1 of less than ${SAME_WITHIN}.`,
    '',
    '## Pages whose predicted labels changed',
    '',
    pages.length === 0
      ? 'None.'
      : markdownTable(
          ['Page', 'Words changed', 'Wrong, now right', 'Right, now wrong'],
          pages.map((p) => [p.page_num, p.words, p.mended, p.spoilt].map(String)),
        ),
  ].join('\n');
}
