import type { LabelSource, PageDetail } from '../../core/workbench/contract.ts';

/** Where the label drawn on a word comes from. */
export type WordKind = 'none' | 'weak' | 'gold' | 'predicted' | 'differs';

/** What a source shows on each word of a page. */
export interface WordLabels {
  /** Label id, -1 for none. */
  readonly labels: readonly number[];
  readonly kinds: readonly WordKind[];
  /** 0..1; 1 where a person decided, null where nothing is known. */
  readonly confidences: readonly (number | null)[];
}

export const UNDECIDED = -1;

/** The label of one source on a word, or null where that source says nothing. */
export function labelFrom(
  detail: PageDetail,
  source: 'weak' | 'gold' | 'predicted',
  word: number,
): number | null {
  const id = detail[source]?.[word];
  return id === undefined || id < 0 ? null : id;
}

/** Whether the sources that speak about a word contradict each other. */
export function differs(detail: PageDetail, word: number): boolean {
  const weak = labelFrom(detail, 'weak', word);
  const predicted = labelFrom(detail, 'predicted', word);
  const gold = labelFrom(detail, 'gold', word);
  if (weak !== null && predicted !== null && weak !== predicted) return true;
  const other = predicted ?? weak;
  return gold !== null && other !== null && gold !== other;
}

/**
 * The labels a source shows. With `decidedOver` a person's decision stands above weak labels and predictions; `gold`
 * shows nothing else; `diff` shows only words whose sources contradict each other, with the strongest label.
 */
export function wordLabels(detail: PageDetail, source: LabelSource, decidedOver = true): WordLabels {
  const labels: number[] = [];
  const kinds: WordKind[] = [];
  const confidences: (number | null)[] = [];
  const put = (label: number, kind: WordKind, confidence: number | null) => {
    labels.push(label);
    kinds.push(kind);
    confidences.push(confidence);
  };
  for (let word = 0; word < detail.words.length; word++) {
    const gold = labelFrom(detail, 'gold', word);
    const weak = labelFrom(detail, 'weak', word);
    const predicted = labelFrom(detail, 'predicted', word);
    if (source === 'diff') {
      if (differs(detail, word)) put(gold ?? predicted ?? weak ?? UNDECIDED, 'differs', null);
      else put(UNDECIDED, 'none', null);
    } else if (gold !== null && (decidedOver || source === 'gold')) put(gold, 'gold', 1);
    else if (source === 'weak' && weak !== null) put(weak, 'weak', detail.weakConfidence?.[word] ?? null);
    else if (source === 'predicted' && predicted !== null)
      put(predicted, 'predicted', detail.predictedConfidence?.[word] ?? null);
    else put(UNDECIDED, 'none', null);
  }
  return { labels, kinds, confidences };
}

/** How many words of a page contradict. */
export function countDifferences(detail: PageDetail): number {
  let count = 0;
  for (let word = 0; word < detail.words.length; word++) if (differs(detail, word)) count++;
  return count;
}
