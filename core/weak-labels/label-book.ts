import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Features } from '../datasets/features.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { goldLabelsFor, readLabelsJsonl } from '../datasets/labels-jsonl.ts';
import { type ImportedPage, readPagesJsonl } from '../datasets/pages-jsonl.ts';
import { splitPages } from '../datasets/splits.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { LabelMap } from '../labels/labels.ts';
import { labelBook } from './label-pages.ts';
import { encodeLines } from './lines-column.ts';
import { readRuleSettings } from './rule-settings.ts';
import type { WeakPage, WorkHooks } from './types.ts';

/** Flags of `galley label`. */
export const labelSchema = z.object({
  pages: z.string().meta({
    description: 'pages as JSON Lines: {page_num, words, bboxes, width, height, image?}',
    unit: 'path',
  }),
  box_space: z
    .enum(['0-1000', 'pixels'])
    .default('0-1000')
    .meta({ description: 'what the boxes of the file are; never guessed' }),
  images_dir: z
    .string()
    .optional()
    .meta({ description: 'where the page images are (default: beside the pages)', unit: 'path' }),
  gold_labels: z.string().optional().meta({
    description:
      'labels made or read by people, kept beside the weak ones: {page_num, labels, quality?} a line',
    unit: 'path',
  }),
  out_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_full')
    .meta({ description: 'dataset to write', unit: 'path' }),
  val_fraction: z.number().min(0).max(0.9).default(0.15).meta({ description: 'share of pages held out' }),
  seed: z.int().min(0).default(42).meta({ description: 'which pages are held out' }),
  rule_weights: z.string().optional().meta({
    description: 'YAML of rules to weigh otherwise, {rule: factor}, 0 for off (names: galley rules)',
    unit: 'path',
  }),
  overwrite: z.boolean().default(false).meta({ description: 'replace a dataset that is there' }),
});
export type LabelOptions = z.infer<typeof labelSchema>;

/** Columns a weakly labelled dataset has beside those of the specification. */
export const WEAK_COLUMNS: Features = {
  token_confidence: list('float32'),
  label_source: value('string'),
  gold_labels: list('int64'),
  gold_quality: value('string'),
  lines: value('string'),
};

/** Gold label of a word that is undecided, or on a page nobody read. */
export const UNDECIDED = -1;

function value(dtype: string) {
  return { dtype, _type: 'Value' };
}
function list(dtype: string) {
  return { feature: value(dtype), _type: 'Sequence' };
}

export interface LabelledBook {
  /** The folder with `dataset_dict.json`. */
  readonly datasetDir: string;
  /** Pages by split. */
  readonly pages: Readonly<Record<string, number>>;
  /** Words by label of the weak labels. */
  readonly words: Readonly<Record<string, number>>;
  /** Pages that have gold labels. */
  readonly goldPages: number;
  readonly meanConfidence: number;
}

/**
 * Labels the pages of a file by rules and writes them as a full dataset, gold labels (where given) in a column of
 * their own beside the weak ones. Pages without words are left out, with a warning.
 * @throws GalleyError as the readers and the writer do
 */
export async function labelPagesFile(options: LabelOptions, hooks: WorkHooks = {}): Promise<LabelledBook> {
  const { pages, notices } = await readPagesJsonl(options.pages, {
    boxSpace: options.box_space,
    ...(options.images_dir === undefined ? {} : { imagesDir: requireThere(options.images_dir) }),
  });
  for (const notice of notices) hooks.onWarning?.(`${notice.where}: ${notice.message}`);
  const labelMap = LabelMap.default;
  const gold =
    options.gold_labels === undefined ? null : await readLabelsJsonl(options.gold_labels, labelMap);
  const blank = pages.filter((page) => page.words.length === 0);
  if (blank.length > 0)
    hooks.onWarning?.(
      `${blank.length} pages without words are left out: ${blank.map((page) => page.pageNum).join(', ')}`,
    );
  const printed = pages.filter((page) => page.words.length > 0);
  if (printed.length === 0)
    throw new GalleyError('invalid-data', 'no page has any words', { where: options.pages });
  const unknown = gold ? [...gold.keys()].filter((n) => !pages.some((page) => page.pageNum === n)) : [];
  if (unknown.length > 0)
    hooks.onWarning?.(`gold labels of ${unknown.length} pages that are not in ${options.pages}`);

  const rules = options.rule_weights === undefined ? {} : await readRuleSettings(options.rule_weights);
  const weak = labelBook(printed, hooks, rules);
  const labelled = weak.map((found, i) => {
    const page = printed[i];
    const reference = gold ? goldLabelsFor(gold, page) : null;
    return toLabelledPage(page, found, reference, gold?.get(page.pageNum)?.quality ?? '');
  });
  const { train, validation } = splitPages(labelled, {
    validationFraction: options.val_fraction,
    seed: options.seed,
  });
  const written = await writeDatasetDict(options.out_dir, {
    splits: { train, validation },
    labelMap,
    extraColumns: WEAK_COLUMNS,
    overwrite: options.overwrite,
  });
  const words = Object.fromEntries(labelMap.names.map((name) => [name, 0]));
  let confidence = 0;
  let count = 0;
  for (const page of weak)
    for (const [i, id] of page.labels.entries()) {
      words[labelMap.nameOf(id)]++;
      confidence += page.wordConfidence[i];
      count++;
    }
  return {
    datasetDir: written.directory,
    pages: written.pages,
    words,
    goldPages: labelled.filter((page) => page.extra.gold_quality !== '').length,
    meanConfidence: confidence / count,
  };
}

/** A weakly labelled page as a row of the full dataset. */
export function toLabelledPage(
  page: ImportedPage | WeakPage['page'],
  weak: WeakPage,
  gold: readonly number[] | null,
  goldQuality: string,
): LabelledPage & { readonly extra: Readonly<Record<string, unknown>> } {
  return {
    pageNum: page.pageNum,
    width: page.width,
    height: page.height,
    words: page.words,
    bboxes: page.bboxes,
    imagePath: page.imagePath,
    labels: weak.labels,
    extra: {
      token_confidence: weak.wordConfidence,
      label_source: 'weak',
      gold_labels: page.words.map((_, i) => {
        const id = gold?.[i] ?? UNDECIDED;
        return id < 0 ? UNDECIDED : id;
      }),
      gold_quality: gold ? goldQuality : '',
      lines: encodeLines(weak.lines),
    },
  };
}

function requireThere(folder: string): string {
  if (!existsSync(folder))
    throw new GalleyError('not-found', 'the folder of page images is not there', { where: folder });
  return folder;
}
