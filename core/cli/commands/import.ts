import { z } from 'zod';
import { runJob } from '../../engine/run-job.ts';
import { GalleyError } from '../../errors/galley-error.ts';
import { planText } from '../../formats/import-plan.ts';
import { importFlagsSchema } from '../../ocr/scan-options.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';
import { runWithProgress } from '../run-with-progress.ts';

const schema = importFlagsSchema.extend({
  dry_run: z.boolean().default(false).meta({ description: 'print the plan and stop' }),
  json: z.boolean().default(false).meta({ description: 'machine-readable output' }),
});

const spec: CommandSpec<typeof schema> = {
  name: 'import',
  summary: 'scans, PDF, hOCR, ALTO, PAGE-XML, FUNSD, Label Studio, JSON Lines or a dataset in, a dataset out',
  details: `The plan is printed first. What cannot be read is named, file by file, and the rest imported. Run again, the
same import reads only what is new or has changed; a page keeps its number and its split.

Labels: with Galley's own label set, words nobody labelled are labelled by rules. Any other labels make a label set of
their own, unless --label_mapping turns them into Galley's. docs/import-export.md has the formats, both files and limits.

Examples:
  galley import scans/ --out_dir data/my-book --dry_run
  galley import funsd/training_data --out_dir data/funsd --val_fraction 0.2
  galley import export.json --label_mapping labels.yaml --out_dir data/mine`,
  schema,
  positional: 'paths',
  async run(given, context) {
    const { dry_run, json, ...flags } = parseValues(schema, given);
    if (flags.paths.length === 0)
      throw new GalleyError('usage', 'say what to import: files or folders', { hint: 'see --help' });
    const plan = await runJob('planImport', flags, { signal: context.signal });
    if (!json) for (const line of planText(plan)) context.print(line);
    else if (dry_run) context.print(JSON.stringify(plan, null, 2));
    if (dry_run) return;
    const done = await runWithProgress('importFiles', flags, context);
    if (json) {
      context.print(JSON.stringify({ plan, result: done }, null, 2));
      return;
    }
    const known = new Set(plan.refused.map(({ source }) => source));
    for (const { source, reason } of done.refused)
      if (!known.has(source))
        context.note(`refused: ${reason.startsWith(source) ? reason : `${source}: ${reason}`}`);
    const pages = Object.entries(done.pages)
      .map(([split, n]) => `${split} ${n}`)
      .join(', ');
    context.print(
      `read ${done.read} items, ${done.skipped} were there, ${done.refused.length} refused` +
        (done.blank.length > 0 ? `, ${done.blank.length} pages without words` : ''),
    );
    context.print(`pages: ${pages}; ${done.words} words; ${done.labelledPages} pages came with labels`);
    context.print(`labels: ${done.labels.join(', ')}`);
    context.print(`dataset: ${done.datasetDir}`);
  },
};
export default spec;
