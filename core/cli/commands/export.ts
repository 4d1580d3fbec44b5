import { exportDataset, exportSchema } from '../../formats/export-dataset.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const spec: CommandSpec<typeof exportSchema> = {
  name: 'export',
  summary: 'pages and labels for other programs: FUNSD, hOCR, ALTO, Label Studio, a dataset, CSV, JSON Lines',
  details: `The whole folder is written, or nothing. What is exported can be imported again and is the same
(docs/import-export.md says what each format holds).

Examples:
  galley export --dataset_dir data/my-book --format labelstudio --out label-studio
  galley export --dataset_dir data/my-book --predictions predictions/ --format alto --out alto
  galley export --dataset_dir data/my-book --format hf --images embed --out for-the-hub`,
  schema: exportSchema,
  async run(given, { print, note, progress, signal }) {
    const flags = parseValues(exportSchema, given);
    const done = await exportDataset(flags, {
      onProgress: (p) => progress.update(p),
      onWarning: (message) => note(`warning: ${message}`),
      signal,
    });
    print(
      `${done.pages} pages, ${done.words} words, ${done.images} images as ${flags.format}: ${done.folder}`,
    );
  },
};
export default spec;
