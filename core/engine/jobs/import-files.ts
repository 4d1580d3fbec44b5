import { fileImporters } from '../../formats/file-importers.ts';
import { readOptionsOf } from '../../formats/import-options.ts';
import { type ImportPlanned, planImport } from '../../formats/import-plan.ts';
import { type ImportResult, runImport } from '../../formats/import-run.ts';
import type { Importer } from '../../formats/importer.ts';
import { type LabelMapping, readLabelMapping, readLabelSet } from '../../formats/label-files.ts';
import { scanImporters } from '../../ocr/importers.ts';
import type { ImportFlags } from '../../ocr/scan-options.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

/** Everything that can be imported. */
function importersOf(flags: ImportFlags): Importer[] {
  return [...fileImporters(readOptionsOf(flags)), ...scanImporters(flags)];
}

/** What an import would do; nothing is written. */
export function planImportJob(flags: ImportFlags, context: JobContext<CommonEvent>): Promise<ImportPlanned> {
  return plan(flags, importersOf(flags), context.signal);
}

const plan = (flags: ImportFlags, importers: readonly Importer[], signal: AbortSignal) =>
  planImport(flags.paths, importers, {
    format: flags.format,
    outDir: flags.out_dir,
    overwrite: flags.overwrite,
    signal,
  });

/** Flags, and what the labels of the files become where no file of `label_mapping` says so. */
export type ImportFilesInput = ImportFlags & { readonly labels?: LabelMapping };

/** Plans and imports. What is stored before a stop stays, and the next import goes on from it. */
export async function importFilesJob(
  flags: ImportFilesInput,
  context: JobContext<CommonEvent>,
): Promise<ImportResult> {
  // Label files first: a mistake in them should not wait for hours of reading.
  const labelMapping =
    flags.label_mapping === undefined ? (flags.labels ?? null) : await readLabelMapping(flags.label_mapping);
  const labelSet = flags.label_set === undefined ? null : await readLabelSet(flags.label_set);
  const importers = importersOf(flags);
  const planned = await plan(flags, importers, context.signal);
  return runImport(
    planned,
    importers,
    {
      overwrite: flags.overwrite,
      linkImages: flags.link_images,
      labelMapping,
      labelSet,
      valFraction: flags.val_fraction,
      seed: flags.seed,
    },
    jobHooks(context),
  );
}
