import { type ModelComparison, modelComparisonMarkdown } from './compare-models.ts';

/** Pages and decided words with gold labels, by what they are used for. */
export interface GoldCount {
  readonly pages: number;
  readonly words: number;
}

/** comparison.json. */
export interface RetrainComparison extends ModelComparison {
  readonly format: 1;
  /** `weak`: no validation page has gold, so the dataset's own labels are what both models are held against. */
  readonly reference: 'gold' | 'weak';
  readonly split: string;
  readonly model_before: string;
  readonly model_after: string;
  readonly dataset: string;
  readonly gold: { readonly train: GoldCount; readonly validation: GoldCount };
  /** Pages compared on that the last model had learned from, which flatters it; null where nobody knows. */
  readonly learned_before: readonly number[] | null;
}

export const learnedNote = (pages: readonly number[]): string =>
  `the last model learned from ${pages.length} of the pages it is compared on (${shortList(pages)}), which flatters it: keep the split it was trained with`;

const shortList = (pages: readonly number[]): string =>
  pages.length <= 8 ? pages.join(', ') : `${pages.slice(0, 8).join(', ')} ...`;

/** Plain lines about what is learned from and compared on. */
export function goldNotes(
  { train, validation }: RetrainComparison['gold'],
  learned: RetrainComparison['learned_before'],
): string[] {
  const held =
    validation.pages > 0
      ? `Compared on ${validation.pages} validation pages with gold labels (${validation.words} words).`
      : "No validation page has gold labels: compared against the dataset's own labels, which no person has read.";
  const known =
    learned === null
      ? ['It is not known which pages the last model learned from.']
      : learned.length > 0
        ? [`Warning: ${learnedNote(learned)}.`]
        : [];
  return [`Gold labels learned from: ${train.words} words on ${train.pages} training pages.`, held, ...known];
}

/** comparison.md. */
export function comparisonReport(comparison: RetrainComparison, notes: readonly string[]): string {
  const against =
    comparison.reference === 'gold'
      ? 'gold labels'
      : "the dataset's own labels (a sanity check, not a score)";
  return [
    `# Before and after, against ${against}`,
    '',
    `Before: \`${comparison.model_before}\`. After: \`${comparison.model_after}\`.`,
    '',
    ...notes,
    'The epoch that was kept was chosen on the validation pages too, which favours the new model a little.',
    '',
    modelComparisonMarkdown(comparison),
    '',
  ].join('\n');
}
