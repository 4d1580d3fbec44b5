import { join } from 'node:path';
import { generateDemo } from '../../demo/generate-demo.ts';
import { type LabelledBook, type LabelOptions, labelPagesFile } from '../../weak-labels/label-book.ts';
import { regenerateHighConfidenceDataset, regenerateSchema } from '../../weak-labels/regenerate-dataset.ts';
import { type CommonEvent, type JobContext, jobHooks } from '../job-context.ts';

export interface ImportInput {
  /** Makes the demo cookbook first, in the folder of `label.pages`. */
  readonly demo: { pages: number; seed: number; outDir: string } | null;
  readonly label: LabelOptions;
  readonly highconf: { dir: string; reports: string } | null;
}

/** Pages as JSON Lines to a labelled dataset and, where enough pages are good, its high-confidence set. */
export async function importJob(input: ImportInput, context: JobContext<CommonEvent>): Promise<LabelledBook> {
  const hooks = jobHooks(context);
  if (input.demo) await generateDemo({ ...input.demo, ...hooks });
  const book = await labelPagesFile(input.label, hooks);
  if (input.highconf)
    try {
      await regenerateHighConfidenceDataset(
        regenerateSchema.parse({
          full_dataset_dir: input.label.out_dir,
          highconf_dataset_dir: input.highconf.dir,
          reports_dir: join(input.highconf.reports, 'highconf'),
          overwrite: true,
        }),
        hooks,
      );
    } catch (error) {
      // The pages are there all the same; the window shows why none of them is good enough.
      hooks.onWarning(`the high-confidence set could not be made: ${(error as Error).message}`);
    }
  return book;
}
