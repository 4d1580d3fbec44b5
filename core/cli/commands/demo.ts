import { join, resolve } from 'node:path';
import { z } from 'zod';
import { generateDemo } from '../../demo/generate-demo.ts';
import { projectFolder } from '../../training/model-source.ts';
import { labelPagesFile, labelSchema } from '../../weak-labels/label-book.ts';
import { regenerateHighConfidenceDataset, regenerateSchema } from '../../weak-labels/regenerate-dataset.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';
import { runExperimentCommand } from './experiment.ts';

const schema = z.object({
  out_dir: z
    .string()
    .default('data/demo')
    .meta({ description: 'folder for everything it makes', unit: 'path' }),
  config: z
    .string()
    .optional()
    .meta({ description: 'experiment settings (default: configs/demo_experiment.yaml)', unit: 'path' }),
  pages: z
    .int()
    .min(24)
    .max(100_000)
    .default(240)
    .meta({ description: 'size of the cookbook', unit: 'pages' }),
  seed: z.int().min(0).default(1896).meta({ description: 'the same seed gives the same cookbook' }),
});

const spec: CommandSpec<typeof schema> = {
  name: 'demo',
  summary: 'the whole main job on the built-in cookbook: pages, weak labels, two stages, predictions, report',
  details: `What it does is what you would do with pages of your own:
  galley demo-data --out_dir data/demo/pages
  galley label --pages data/demo/pages/pages.jsonl --gold_labels data/demo/pages/labels.jsonl --out_dir data/demo/datasets/full
  galley regen-highconf --full_dataset_dir data/demo/datasets/full --highconf_dataset_dir data/demo/datasets/highconf
  galley experiment --config configs/demo_experiment.yaml
The demo is made anew each time; nothing outside --out_dir is touched.`,
  schema,
  async run(given, context) {
    const { out_dir: outDir, pages, seed, config } = parseValues(schema, given);
    const { print, note, progress, signal } = context;
    const hooks = {
      onProgress: (p: Parameters<typeof progress.update>[0]) => progress.update(p),
      onWarning: (message: string) => note(`warning: ${message}`),
      signal,
    };
    const at = (...parts: string[]) => join(outDir, ...parts);
    const book = await generateDemo({ outDir: at('pages'), pages, seed, ...hooks });
    print(`cookbook: ${book.pages} pages, ${book.words} words: ${at('pages')}`);
    const full = await labelPagesFile(
      labelSchema.parse({
        pages: book.pagesFile,
        gold_labels: book.labelsFile,
        out_dir: at('datasets', 'full'),
        val_fraction: 0.2,
        overwrite: true,
      }),
      hooks,
    );
    print(`weak labels: ${full.datasetDir} (mean confidence ${full.meanConfidence.toFixed(3)})`);
    const highconf = await regenerateHighConfidenceDataset(
      regenerateSchema.parse({
        full_dataset_dir: at('datasets', 'full'),
        highconf_dataset_dir: at('datasets', 'highconf'),
        reports_dir: at('reports', 'highconf'),
        overwrite: true,
      }),
      hooks,
    );
    print(
      `high-confidence set: ${Object.values(highconf.pages).reduce((a, b) => a + b, 0)} pages (${highconf.report})`,
    );
    await runExperimentCommand(
      {
        config: config ?? resolve(projectFolder(), 'configs/demo_experiment.yaml'),
        full_dataset_dir: at('datasets', 'full'),
        highconf_dataset_dir: at('datasets', 'highconf'),
        reports_dir: at('runs'),
        run_id: 'demo',
        overwrite: true,
      },
      ['galley', ...process.argv.slice(2)].join(' '),
      context,
    );
  },
};
export default spec;
