import { LabelMap } from '../labels/labels.ts';
import type { Page } from '../page/page.ts';
import type { RuleSettings } from './rule-settings.ts';
import { findSpans } from './spans.ts';
import type { Signal, WeakLine, WeakPage } from './types.ts';

/** A page while its labels are being made. */
export interface MutableWeakPage extends WeakPage {
  readonly labels: number[];
  readonly wordConfidence: number[];
  readonly lines: (WeakLine & { readonly signals: Signal[] })[];
}

const STEP = LabelMap.default.idOf('INSTRUCTION_STEP');

/**
 * Marks TIME, TEMP and SERVINGS in the running directions of pages in reading order. Lines, and pages that follow each
 * other, are read on; a title or heading, and a missing page, end what can belong together.
 */
export function markSpans(pages: readonly MutableWeakPage[], rules: RuleSettings = {}): void {
  let stream: { page: MutableWeakPage; line: MutableWeakPage['lines'][number]; word: number }[] = [];
  const flush = () => {
    for (const span of findSpans(stream.map(({ page, word }) => page.page.words[word]))) {
      const { rule, label, confidence, evidence } = span;
      if (rules[rule] === 0) continue;
      for (const i of span.words) {
        const { page, word } = stream[i];
        page.labels[word] = LabelMap.default.idOf(label);
        page.wordConfidence[word] *= confidence;
      }
      const weight = Math.log(confidence / (1 - confidence));
      for (const line of new Set(span.words.map((i) => stream[i].line)))
        line.signals.push({ rule, label, kind: label.toLowerCase(), weight, evidence });
    }
    stream = [];
  };
  let last: Page | undefined;
  for (const page of pages) {
    if (last && page.page.pageNum - last.pageNum !== 1) flush();
    for (const line of page.lines) {
      if (line.kind === 'title' || line.kind === 'heading') flush();
      if (line.label !== 'INSTRUCTION_STEP') continue;
      for (const word of line.wordIndices) if (page.labels[word] === STEP) stream.push({ page, line, word });
    }
    last = page.page;
  }
  flush();
}
