/**
 * `npm run evaluate:review -- --dataset_dir DIR`: what the review queue is worth. The dataset has weak labels and gold
 * labels of the same words. The queue is made without gold (out of fold); then so many lines of training pages get
 * their gold labels, once in queue order and once at random, and a model is trained on each and scored against the gold
 * labels of the validation pages. docs/results.md has the figures.
 *
 *   node scripts/evaluate-review.ts --dataset_dir data/datasets/boston_layoutlmv3_full [--lines 50] [--folds 2]
 *     [--epochs 3] [--seeds 1] [--out FILE.json] [--no_training]
 *
 * With `--judge MODEL_DIR` nothing is trained: that model, which must not have seen the validation pages, judges those, and
 * only the wrong words that corrections would find are counted.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatasetDict } from '../core/datasets/dataset-dict.ts';
import type { LabelledPage } from '../core/datasets/labelled-page.ts';
import { goldOf, scorePages } from '../core/experiment/scoring.ts';
import { writeJsonWhole } from '../core/files/files.ts';
import { predictedIds } from '../core/inference/predictions.ts';
import { Predictor } from '../core/inference/predictor.ts';
import { outOfFoldProbabilities } from '../core/review/out-of-fold.ts';
import { reviewQueue } from '../core/review/queue.ts';
import { probabilitiesOf, reviewPage } from '../core/review/review-pages.ts';
import { trainingSchema } from '../core/training/options.ts';
import { trainStage } from '../core/training/stages.ts';
import { writeGoldDataset } from '../core/weak-labels/gold-dataset.ts';

const { values: flags } = parseArgs({
  options: {
    dataset_dir: { type: 'string' },
    model: { type: 'string', default: 'galley-nano' },
    lines: { type: 'string', default: '50' },
    folds: { type: 'string', default: '2' },
    epochs: { type: 'string', default: '3' },
    seeds: { type: 'string', default: '1' },
    out: { type: 'string' },
    no_training: { type: 'boolean', default: false },
    judge: { type: 'string' },
  },
});
if (!flags.dataset_dir) throw new Error('--dataset_dir is needed');
const WORK = join(tmpdir(), `galley-evaluate-review-${process.pid}`);
const count = Number(flags.lines);
const training = {
  learning_rate: 3e-4,
  batch_size: 2,
  eval_batch_size: 4,
  token_masking: 0.15,
  box_jitter: 20,
};

interface Line {
  pageNum: number;
  wordIndices: readonly number[];
}

/** Shuffles by a seed (mulberry32). */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

const dataset = await openDatasetDict(flags.dataset_dir);
/** Pages whose lines are corrected. */
const train = [...dataset.split(flags.judge ? 'validation' : 'train')];
const validation = [...dataset.split('validation')].filter((page) => goldOf(page));
const byNumber = new Map<number, LabelledPage>(train.map((page) => [page.pageNum, page]));

/** Gold labels of some lines, as a person would have set them. */
function corrections(lines: readonly Line[]): Map<number, number[]> {
  const gold = new Map<number, number[]>();
  for (const { pageNum, wordIndices } of lines) {
    const page = byNumber.get(pageNum)!;
    const truth = goldOf(page)!;
    const own = gold.get(pageNum) ?? page.words.map(() => -1);
    for (const i of wordIndices) own[i] = truth[i];
    gold.set(pageNum, own);
  }
  return gold;
}

const wrongWords = (lines: readonly Line[]) =>
  lines.reduce((sum, { pageNum, wordIndices }) => {
    const page = byNumber.get(pageNum)!;
    const truth = goldOf(page)!;
    return sum + wordIndices.filter((i) => truth[i] >= 0 && truth[i] !== page.labels[i]).length;
  }, 0);

async function score(gold: Map<number, number[]> | null, seed: number) {
  const folder = join(WORK, 'run');
  rmSync(folder, { recursive: true, force: true });
  const from = gold
    ? await writeGoldDataset({ from: flags.dataset_dir!, to: join(folder, 'dataset'), gold })
    : flags.dataset_dir!;
  const trained = await trainStage(
    'full',
    trainingSchema.parse({
      ...training,
      seed,
      model: flags.model,
      word_weights: 'confidence',
      num_train_epochs_stageB: Number(flags.epochs),
      full_dataset_dir: from,
      output_dir: join(folder, 'models'),
      reports_dir: join(folder, 'reports'),
      save_total_limit: 1,
    }),
  );
  const predictor = await Predictor.load(trained.folder);
  const predictions = await predictor.predictPages(validation);
  await predictor.close();
  const rows = predictions.map((p) => ({ pageNum: p.page_num, labels: predictedIds(p) }));
  const record = scorePages(validation, rows, dataset.labelMap).gold!;
  return { macro_f1: record.macro_f1, accuracy: record.accuracy };
}

async function judgedBy(model: string): Promise<Map<number, Float32Array>> {
  const predictor = await Predictor.load(model);
  const predictions = await predictor.predictPages(train, { withProbs: true });
  await predictor.close();
  return new Map(predictions.map((p) => [p.page_num, probabilitiesOf(p, dataset.labelMap)]));
}

const outOfFold = () =>
  outOfFoldProbabilities(
    {
      datasetDir: flags.dataset_dir!,
      folds: Number(flags.folds),
      model: flags.model,
      training: { ...training, num_train_epochs_stageB: Number(flags.epochs) },
    },
    { onProgress: (p) => process.stderr.write(`\r\x1b[K${p.what} ${p.done}/${p.total}`) },
  );
const judged = flags.judge ? await judgedBy(flags.judge) : await outOfFold();
const withGold = train.filter((page) => goldOf(page));
const pages = withGold.map((page) => reviewPage(page, judged.get(page.pageNum)!));
const queue = reviewQueue(pages, { names: dataset.labelMap.names });
const all: Line[] = pages.flatMap(({ pageNum, lines }) =>
  lines.map((wordIndices) => ({ pageNum, wordIndices })),
);
const results: Record<string, unknown> = {
  lines: count,
  lines_in_pages: all.length,
  wrong_words_in_pages: wrongWords(all),
  queue_length: queue.length,
  corrected_by_queue: [10, 20, count, 2 * count, 4 * count].map((n) => ({
    lines: n,
    wrong_words: wrongWords(queue.slice(0, n)),
  })),
  corrected_at_random:
    Array.from({ length: 20 }, (_, s) => wrongWords(shuffled(all, s + 1).slice(0, count))).reduce(
      (a, b) => a + b,
      0,
    ) / 20,
  reasons: Object.fromEntries(
    ['label-error', 'disagreement', 'uncertain', 'rare'].map((reason) => {
      const lines = queue.slice(0, count).filter((item) => item.reason === reason);
      return [reason, { lines: lines.length, wrong_words: wrongWords(lines) }];
    }),
  ),
};
if (!flags.no_training && !flags.judge) {
  const runs = [];
  for (let seed = 1; seed <= Number(flags.seeds); seed++)
    runs.push({
      seed,
      uncorrected: await score(null, seed),
      queue: await score(corrections(queue.slice(0, count)), seed),
      random: await score(corrections(shuffled(all, seed).slice(0, count)), seed),
    });
  results.retrained = runs;
}
rmSync(WORK, { recursive: true, force: true });
console.log(JSON.stringify(results, null, 2));
if (flags.out) await writeJsonWhole(flags.out, results);
