import { OUTSIDE } from '../labels/labels.ts';

/** `{prefix: 'B-', name: 'TITLE'}` of `B-TITLE`; the prefix is empty for a plain label. */
export function splitTag(label: string): { prefix: '' | 'B-' | 'I-'; name: string } {
  const match = /^([BI]-)(.+)$/s.exec(label);
  return match ? { prefix: match[1] as 'B-' | 'I-', name: match[2] } : { prefix: '', name: label };
}

/** Whether labels of this set say where a span begins: all but O have a prefix. */
export function isBio(labels: Iterable<string>): boolean {
  let spans = 0;
  for (const label of labels) {
    if (label === OUTSIDE) continue;
    if (splitTag(label).prefix === '') return false;
    spans++;
  }
  return spans > 0;
}

/** Label of word `index` of a span named `name`, in the scheme asked for. */
export function spanLabel(name: string, index: number, scheme: 'bio' | 'io'): string {
  if (name === OUTSIDE || scheme === 'io') return name;
  return `${index === 0 ? 'B-' : 'I-'}${name}`;
}

/** A run of words under one name: what `B-`/`I-`, or equal neighbours, make one span. */
export interface LabelSpan {
  /** Null where nobody decided. */
  readonly name: string | null;
  readonly start: number;
  /** One after the last word. */
  readonly end: number;
}

/** Spans of a page's labels, every word in one; a `B-` or another name begins the next. */
export function spansOf(labels: readonly (string | null)[]): LabelSpan[] {
  const spans: LabelSpan[] = [];
  let start = 0;
  const nameOf = (i: number) => {
    const label = labels[i];
    return label === null ? null : splitTag(label).name;
  };
  for (let i = 1; i <= labels.length; i++) {
    const begins = i === labels.length || nameOf(i) !== nameOf(start) || labels[i]?.startsWith('B-');
    if (!begins) continue;
    spans.push({ name: nameOf(start), start, end: i });
    start = i;
  }
  return spans;
}
