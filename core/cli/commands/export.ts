import { z } from 'zod';
import { GalleyError } from '../../errors/galley-error.ts';
import { exportDataset, exportSchema } from '../../formats/export-dataset.ts';
import { readProjectGold } from '../../workbench/project-gold.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const schema = exportSchema.extend({
  project: z.string().optional().meta({
    description: 'project folder: its pages, with the labels decided in the window over those of its dataset',
    unit: 'path',
  }),
});

const spec: CommandSpec<typeof schema> = {
  name: 'export',
  summary:
    'pages and labels for other programs: FUNSD, hOCR, ALTO, PAGE-XML, Label Studio, a dataset, CSV, JSON Lines',
  details: `The whole folder is written, or nothing. What is exported can be imported again and is the same
(docs/import-export.md says what each format holds).

Examples:
  galley export --project my-book --format csv --out tokens
  galley export --dataset_dir data/my-book --format labelstudio --out label-studio
  galley export --dataset_dir data/my-book --predictions predictions/ --format alto --out alto
  galley export --dataset_dir data/my-book --format hf --images embed --out for-the-hub`,
  schema,
  async run(given, { print, note, progress, signal }) {
    const { project, ...flags } = parseValues(schema, given);
    if (project !== undefined && given.dataset_dir !== undefined)
      throw new GalleyError('usage', 'say where the pages are: --project or --dataset_dir, one of them', {
        hint: 'see --help',
      });
    const found = project === undefined ? null : await readProjectGold(project);
    for (const warning of found?.warnings ?? []) note(`warning: ${warning}`);
    const done = await exportDataset(
      { ...flags, dataset_dir: found?.datasetDir ?? flags.dataset_dir },
      {
        onProgress: (p) => progress.update(p),
        onWarning: (message) => note(`warning: ${message}`),
        signal,
      },
      found?.gold,
    );
    const decided = found === null ? '' : `, labels of ${found.gold.size} pages decided in the window`;
    print(
      `${done.pages} pages, ${done.words} words, ${done.images} images as ${flags.format}${decided}: ${done.folder}`,
    );
  },
};
export default spec;
