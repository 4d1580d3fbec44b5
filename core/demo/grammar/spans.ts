import { GalleyError } from '../../errors/galley-error.ts';
import type { DefaultLabel } from '../../labels/labels.ts';

/** One printed word and its label by construction. */
export interface LabelledWord {
  readonly text: string;
  readonly label: DefaultLabel;
}

/** Marks of spans inside prose: `{M:twenty minutes}`, `{P:hot oven}`, `{V:Serves six}`. */
const SPAN_LABELS: Readonly<Record<string, DefaultLabel>> = { M: 'TIME', P: 'TEMP', V: 'SERVINGS' };

/**
 * Splits marked text into words. Words inside a span take its label where `base` is INSTRUCTION_STEP; under any
 * other base the marks are dropped, because durations in essays, tables and ingredient lines are not labelled.
 * @throws GalleyError `invalid-data` for a mark that is unknown, nested or never closed
 */
export function labelWords(text: string, base: DefaultLabel): LabelledWord[] {
  const words: LabelledWord[] = [];
  let span: DefaultLabel | null = null;
  for (const piece of text.split(' ')) {
    let word = piece;
    const opened = /^([("“]*)\{(\w):/.exec(word);
    if (opened) {
      if (span || !SPAN_LABELS[opened[2]])
        throw new GalleyError('invalid-data', `a span cannot begin here: "${piece}" in "${text}"`);
      span = SPAN_LABELS[opened[2]];
      word = opened[1] + word.slice(opened[0].length);
    }
    const closes = word.includes('}');
    if (closes && !span)
      throw new GalleyError('invalid-data', `a span ends unopened: "${piece}" in "${text}"`);
    word = word.replace('}', '');
    if (/[{}#[\]|]/.test(word))
      throw new GalleyError('invalid-data', `a mark is left over: "${piece}" in "${text}"`);
    if (word) words.push({ text: word, label: span && base === 'INSTRUCTION_STEP' ? span : base });
    if (closes) span = null;
  }
  if (span) throw new GalleyError('invalid-data', `a span never ends in "${text}"`);
  return words;
}
