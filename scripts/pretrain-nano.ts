/**
 * `npm run pretrain`: makes models/galley-nano, the first weights of our small model. galley-nano is trained from
 * random weights on pages of the built-in grammar (another seed than any demo), and its backbone is kept in half
 * precision; the classifier is left out. The labels are those the pages were made with, or (`--labels weak`) what
 * Galley's own rules say of them. No real page is used. docs/results.md has the gain of both.
 *
 *   node scripts/pretrain-nano.ts [--labels gold|weak] [--pages 2400] [--seed 77] [--epochs 3] [--from FOLDER]
 */
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readLabelsJsonl } from '../core/datasets/labels-jsonl.ts';
import { DEMO_LABELS } from '../core/demo/demo-pages.ts';
import { generateDemo } from '../core/demo/generate-demo.ts';
import { writeJsonWhole } from '../core/files/files.ts';
import { configToJson, readConfig, withGalleySettings } from '../core/layoutlmv3/config.ts';
import { loadModelFolder } from '../core/layoutlmv3/model-folder.ts';
import { parameterSpecs } from '../core/layoutlmv3/parameters.ts';
import { writeSafetensors } from '../core/layoutlmv3/safetensors.ts';
import { trainingSchema } from '../core/training/options.ts';
import { STAGE_FOLDERS, trainStage } from '../core/training/stages.ts';
import { writeGoldDataset } from '../core/weak-labels/gold-dataset.ts';
import { labelPagesFile, labelSchema } from '../core/weak-labels/label-book.ts';

const { values: flags } = parseArgs({
  options: {
    labels: { type: 'string', default: 'gold' },
    pages: { type: 'string', default: '2400' },
    seed: { type: 'string', default: '77' },
    epochs: { type: 'string', default: '3' },
    /** A stage folder trained before: only the last step is done again. */
    from: { type: 'string' },
  },
});
const WORK = '.cache/pretrain';
const BASE = 'configs/models/galley-nano';
const OUT = 'models/galley-nano';

/** The same pages with the labels they were made with. */
async function withTrueLabels(from: string, labelsFile: string): Promise<string> {
  const gold = await readLabelsJsonl(labelsFile, DEMO_LABELS);
  const to = join(WORK, 'dataset-gold');
  await writeGoldDataset({
    from,
    to,
    gold: new Map([...gold.values()].map(({ pageNum, labels }) => [pageNum, labels])),
  });
  return to;
}

async function train(): Promise<string> {
  const book = await generateDemo({
    outDir: join(WORK, 'pages'),
    pages: Number(flags.pages),
    seed: Number(flags.seed),
  });
  const weak = join(WORK, 'dataset');
  await labelPagesFile(
    labelSchema.parse({ pages: book.pagesFile, out_dir: weak, val_fraction: 0.05, overwrite: true }),
  );
  const dataset = flags.labels === 'gold' ? await withTrueLabels(weak, book.labelsFile) : weak;
  // Weights shipped before must not be where the next ones start.
  rmSync(join(OUT, 'model.safetensors'), { force: true });
  await trainStage(
    'full',
    trainingSchema.parse({
      full_dataset_dir: dataset,
      output_dir: join(WORK, 'models'),
      reports_dir: join(WORK, 'reports'),
      model: 'galley-nano',
      batch_size: 2,
      eval_batch_size: 4,
      learning_rate: 1e-3,
      num_train_epochs_stageB: Number(flags.epochs),
      word_weights: 'confidence',
      label_weight_power: 0.25,
      save_total_limit: 1,
      overwrite: true,
    }),
    {
      onEvent: (e) => {
        if (e.kind === 'log') console.log(JSON.stringify(e.row));
      },
    },
  );
  return join(WORK, 'models', STAGE_FOLDERS.full);
}

const trained = await loadModelFolder(flags.from ?? (await train()));
mkdirSync(OUT, { recursive: true });
const tensors = new Map(
  parameterSpecs(trained.config)
    .filter((spec) => !spec.name.startsWith('classifier.'))
    .map(({ name, shape }) => {
      const half = new Float16Array(trained.parameters.get(name)!);
      return [name, { dtype: 'F16' as const, shape, data: new Uint8Array(half.buffer) }] as const;
    }),
);
await writeSafetensors(join(OUT, 'model.safetensors'), tensors);
const config = withGalleySettings(await readConfig(join(BASE, 'config.json')), {
  relative_bias_trained: true,
});
await writeJsonWhole(join(OUT, 'config.json'), configToJson(config));
for (const name of readdirSync(BASE)) if (name !== 'config.json') cpSync(join(BASE, name), join(OUT, name));
console.log(`${tensors.size} tensors: ${OUT}`);
