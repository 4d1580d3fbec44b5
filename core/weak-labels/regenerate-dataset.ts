import { join } from 'node:path';
import { z } from 'zod';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import type { LabelledPage } from '../datasets/labelled-page.ts';
import { writeDatasetDict } from '../datasets/write-dataset-dict.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { writeFileWhole, writeJsonWhole } from '../files/files.ts';
import { highConfidenceMarkdown, highConfidenceRecord } from './high-confidence-report.ts';
import { measureQuality, type PageQuality } from './page-quality.ts';
import { type Regeneration, regenerateHighConfidence } from './regenerate.ts';
import { PRESETS, type Thresholds } from './thresholds.ts';
import type { WorkHooks } from './types.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

/** Flags of `galley regen-highconf`. */
export const regenerateSchema = z.object({
  full_dataset_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_full')
    .meta({ description: 'dataset to choose pages from', unit: 'path' }),
  highconf_dataset_dir: z
    .string()
    .default('data/datasets/boston_layoutlmv3_highconf')
    .meta({ description: 'dataset to write', unit: 'path' }),
  reports_dir: z
    .string()
    .default('data/reports/highconf')
    .meta({ description: 'where the report goes (Markdown and JSON)', unit: 'path' }),
  min_pages: z
    .int()
    .min(1)
    .default(25)
    .meta({ description: 'relax until so many pages are kept', unit: 'pages' }),
  max_iterations: z.int().min(1).default(5).meta({ description: 'attempts at most' }),
  overwrite: z
    .boolean()
    .default(false)
    .meta({ description: 'replace a high-confidence dataset that is there' }),
  preset: z
    .enum(Object.keys(PRESETS) as [string, ...string[]])
    .default('boston-classic')
    .meta({ description: 'thresholds of the first attempt' }),
  min_title_lines: count
    .optional()
    .meta({ description: 'instead of the preset; never relaxed', unit: 'lines' }),
  min_ingredient_lines: count.optional().meta({ description: 'instead of the preset', unit: 'lines' }),
  min_instruction_lines: count.optional().meta({ description: 'instead of the preset', unit: 'lines' }),
  min_mean_confidence: share.optional().meta({ description: 'instead of the preset' }),
  max_outside_ratio: share
    .optional()
    .meta({ description: 'instead of the preset: share of words that are O' }),
  min_tokens: count.optional().meta({ description: 'instead of the preset', unit: 'words' }),
  min_labelled_ratio: share
    .optional()
    .meta({ description: 'instead of the preset: share of words that are not O' }),
  max_title_share: share
    .optional()
    .meta({ description: 'instead of the preset: share of lines that are titles' }),
});
export type RegenerateDatasetOptions = z.infer<typeof regenerateSchema>;

export interface RegeneratedDataset extends Regeneration {
  /** The folder with `dataset_dict.json`. */
  readonly datasetDir: string;
  /** Pages kept by split. */
  readonly pages: Readonly<Record<string, number>>;
  readonly report: string;
  readonly reportJson: string;
}

/** Thresholds of the first attempt: the preset, and what was given instead of parts of it. */
function firstThresholds(options: RegenerateDatasetOptions): Thresholds {
  const preset = PRESETS[options.preset];
  return {
    minTitleLines: options.min_title_lines ?? preset.minTitleLines,
    minIngredientLines: options.min_ingredient_lines ?? preset.minIngredientLines,
    minInstructionLines: options.min_instruction_lines ?? preset.minInstructionLines,
    minMeanConfidence: options.min_mean_confidence ?? preset.minMeanConfidence,
    maxOutsideRatio: options.max_outside_ratio ?? preset.maxOutsideRatio,
    minTokens: options.min_tokens ?? preset.minTokens,
    minLabelledRatio: options.min_labelled_ratio ?? preset.minLabelledRatio,
    maxTitleShare: options.max_title_share ?? preset.maxTitleShare,
  };
}

/**
 * Chooses high-confidence pages of the full dataset and writes them as a dataset of their own, with a report. Needs
 * nothing but the full dataset's folder. Every page keeps its split, so that no page that is trained on in one stage is
 * scored in the other.
 * @throws GalleyError `training` where no page is good enough, `exists` without `overwrite`, and as the dataset does
 */
export async function regenerateHighConfidenceDataset(
  options: RegenerateDatasetOptions,
  hooks: WorkHooks = {},
): Promise<RegeneratedDataset> {
  const full = await openDatasetDict(options.full_dataset_dir, {
    onNotice: (notice) => hooks.onWarning?.(`${notice.where}: ${notice.message}`),
  });
  const total = [...full.splits.values()].reduce((sum, split) => sum + split.length, 0);
  const qualities: PageQuality[] = [];
  const place = new Map<PageQuality, { split: string; row: number }>();
  for (const [name, split] of full.splits)
    for (let row = 0; row < split.length; row++) {
      if (hooks.signal?.aborted) throw new GalleyError('cancelled', 'stopped while measuring pages');
      const quality = measureQuality(split.page(row), full.labelMap);
      qualities.push(quality);
      place.set(quality, { split: name, row });
      hooks.onProgress?.({ done: qualities.length, total, what: 'measuring pages' });
    }
  const regeneration = regenerateHighConfidence(qualities, {
    minPages: options.min_pages,
    maxIterations: options.max_iterations,
    thresholds: firstThresholds(options),
  });
  const rows = new Map([...full.splits.keys()].map((name) => [name, [] as number[]]));
  for (const { quality } of regeneration.result.kept) {
    const { split, row } = place.get(quality)!;
    rows.get(split)!.push(row);
  }
  const pagesOf = function* (name: string): Generator<LabelledPage> {
    const split = full.splits.get(name)!;
    for (const row of rows.get(name)!) yield split.page(row);
  };
  const [someSplit] = full.splits.values();
  const written = await writeDatasetDict(options.highconf_dataset_dir, {
    splits: Object.fromEntries([...full.splits.keys()].map((name) => [name, pagesOf(name)])),
    labelMap: full.labelMap,
    extraColumns: someSplit?.extraColumns ?? {},
    overwrite: options.overwrite,
  });
  if (!regeneration.enough)
    hooks.onWarning?.(
      `${regeneration.result.kept.length} high-confidence pages, fewer than the ${options.min_pages} asked for (${regeneration.stopped})`,
    );
  const context = {
    fullDataset: full.directory,
    dataset: written.directory,
    minPages: options.min_pages,
    preset: options.preset,
    pages: written.pages,
  };
  const report = join(options.reports_dir, 'highconf_regeneration_report.md');
  const reportJson = join(options.reports_dir, 'highconf_regeneration_config.json');
  await writeFileWhole(report, highConfidenceMarkdown(regeneration, context));
  await writeJsonWhole(reportJson, highConfidenceRecord(regeneration, context));
  return { ...regeneration, datasetDir: written.directory, pages: written.pages, report, reportJson };
}
