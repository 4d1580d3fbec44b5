import type { PageDetail, ProjectInfo } from '../../core/workbench/contract.ts';
import { formatShare, t } from '../messages/index.ts';
import { differs, labelFrom, type WordLabels } from '../state/word-labels.ts';

const SOURCES = ['weak', 'predicted', 'gold'] as const;

/** "weak I, predicted S, gold S": what the sources say of a word, in words. */
export function describeDifference(detail: PageDetail, labels: ProjectInfo['labels'], word: number): string {
  return SOURCES.flatMap((source) => {
    const id = labelFrom(detail, source, word);
    const label = labels.find((l) => l.id === id);
    return label ? [`${t(`diff.${source}`)} ${label.letter || label.name}`] : [];
  }).join(', ');
}

/** A word for a screen reader: text, label, and how sure. */
export function describeWord(
  detail: PageDetail,
  labels: ProjectInfo['labels'],
  shown: WordLabels,
  word: number,
): string {
  const text = detail.words[word];
  const label = labels.find((l) => l.id === shown.labels[word]);
  const confidence = shown.confidences[word];
  const said = t('canvas.said', { text, label: label?.title ?? t('canvas.undecided') });
  if (shown.kinds[word] === 'differs' || (shown.kinds[word] === 'none' && differs(detail, word)))
    return `${said}, ${describeDifference(detail, labels, word)}`;
  return confidence === null || shown.kinds[word] === 'gold' ? said : `${said}, ${formatShare(confidence)}`;
}
