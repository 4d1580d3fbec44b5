/**
 * FUNSD end to end: imports the training pages, splits off validation by form, trains Galley and transformers from the
 * same random galley-nano weights, and scores both with one program (seqeval F1 of entities on the validation pages).
 *
 *     GALLEY_REFERENCE_PYTHON=venv/bin/python node scripts/reference/funsd.ts --out /tmp/funsd --seeds 1,2,3
 *
 * [--data ../shared/data/funsd] [--epochs 10] [--batch 4] [--rate 0.001] [--only galley|transformers]. Text and layout
 * only (no page images), on the CPU. Results go to OUT/results.jsonl, a line a training, as they come.
 */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatasetDict } from '../../core/datasets/dataset-dict.ts';
import { importFilesJob } from '../../core/engine/jobs/import-files.ts';
import { predictedIds } from '../../core/inference/predictions.ts';
import { Predictor } from '../../core/inference/predictor.ts';
import { importFlagsSchema } from '../../core/ocr/scan-options.ts';
import { MetricsAccumulator } from '../../core/training/metrics/metrics.ts';
import { trainingSchema } from '../../core/training/options.ts';
import { trainStage } from '../../core/training/stages.ts';

const root = resolve(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: '/tmp/galley-funsd' },
    data: { type: 'string', default: join(root, '..', 'shared', 'data', 'funsd') },
    seeds: { type: 'string', default: '1,2,3' },
    epochs: { type: 'string', default: '10' },
    batch: { type: 'string', default: '4' },
    rate: { type: 'string', default: '0.001' },
    only: { type: 'string' },
  },
});
const out = resolve(values.out);
const python = process.env.GALLEY_REFERENCE_PYTHON ?? 'python';
const script = join(import.meta.dirname, 'funsd.py');
const nano = join(root, 'configs', 'models', 'galley-nano');
const TOKENIZER = [
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.json',
  'merges.txt',
  'special_tokens_map.json',
];

const runPython = (...args: string[]): string =>
  execFileSync(python, [script, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const copyTokenizer = (folder: string): void => {
  for (const name of TOKENIZER)
    if (existsSync(join(nano, name))) copyFileSync(join(nano, name), join(folder, name));
};

/** The pages, imported as `galley import DATA --val_fraction 0.2` does. */
async function importPages(): Promise<string> {
  const dataset = join(out, 'dataset');
  const flags = importFlagsSchema.parse({
    paths: [values.data],
    out_dir: dataset,
    val_fraction: 0.2,
    link_images: true,
  });
  const done = await importFilesJob(flags, {
    signal: new AbortController().signal,
    emit: () => {},
    keepOnStop: () => false,
    whilePaused: () => Promise.resolve(),
  });
  console.log(`pages: ${JSON.stringify(done.pages)}; labels: ${done.labels.join(', ')}`);
  return dataset;
}

/** galley-nano without page images, for this label set, as transformers draws its weights. */
async function makeInit(dataset: string, seed: string): Promise<string> {
  const folder = join(out, `init-${seed}`);
  if (existsSync(join(folder, 'model.safetensors'))) return folder;
  const { labelMap } = await openDatasetDict(dataset);
  const { galley: _, ...config } = JSON.parse(readFileSync(join(nano, 'config.json'), 'utf8'));
  Object.assign(config, {
    visual_embed: false,
    id2label: labelMap.toId2Label(),
    label2id: labelMap.toLabel2Id(),
  });
  const path = join(out, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  runPython('init', folder, '--config', path, '--seed', seed);
  copyTokenizer(folder);
  return folder;
}

async function trainGalley(dataset: string, init: string, seed: string): Promise<[string, number]> {
  const folder = join(out, `galley-${seed}`);
  const options = trainingSchema.parse({
    highconf_dataset_dir: dataset,
    full_dataset_dir: dataset,
    output_dir: folder,
    reports_dir: join(folder, 'reports'),
    stage: 'full',
    model: init,
    batch_size: Number(values.batch),
    num_train_epochs_stageB: Number(values.epochs),
    learning_rate: Number(values.rate),
    // Never in between: only the last weights are compared, as there is no best checkpoint on the other side.
    eval_steps: 1_000_000,
    save_steps: 1_000_000,
    text_only: true,
    relative_bias: 'frozen',
    seed: Number(seed),
    overwrite: true,
    device: 'cpu',
  });
  const result = await trainStage('full', options, {}, { initFrom: init });
  return [result.folder, result.seconds];
}

function trainTransformers(dataset: string, init: string, seed: string): [string, number] {
  const folder = join(out, `transformers-${seed}`);
  rmSync(folder, { recursive: true, force: true });
  const args = ['--init', init, '--dataset', join(dataset, 'dataset_dict'), '--epochs', values.epochs];
  const told = runPython(
    'train',
    folder,
    ...args,
    '--batch',
    values.batch,
    '--rate',
    values.rate,
    '--seed',
    seed,
  );
  copyTokenizer(folder);
  return [folder, JSON.parse(told.trim().split('\n').at(-1) as string).seconds];
}

async function score(model: string, dataset: string) {
  const { splits, labelMap } = await openDatasetDict(dataset);
  const pages = [...(splits.get('validation') ?? [])];
  const predictor = await Predictor.load(model, { device: 'cpu' });
  try {
    const predicted = await predictor.predictPages(pages, { batchSize: 4 });
    const metrics = new MetricsAccumulator(labelMap);
    for (const [i, page] of pages.entries()) metrics.addPage(predictedIds(predicted[i]), page.labels);
    return metrics.record();
  } finally {
    await predictor.close();
  }
}

mkdirSync(out, { recursive: true });
const dataset = await importPages();
for (const seed of values.seeds.split(',')) {
  const init = await makeInit(dataset, seed);
  for (const who of ['galley', 'transformers'] as const) {
    if (values.only && values.only !== who) continue;
    const [model, seconds] = await (who === 'galley'
      ? trainGalley(dataset, init, seed)
      : trainTransformers(dataset, init, seed));
    const { entity_f1, macro_f1, accuracy } = await score(model, dataset);
    const { epochs, batch, rate } = values;
    const line = JSON.stringify({ who, seed, entity_f1, macro_f1, accuracy, seconds, epochs, batch, rate });
    appendFileSync(join(out, 'results.jsonl'), `${line}\n`);
    console.log(line);
  }
}
