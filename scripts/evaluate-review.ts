/**
 * `npm run evaluate:review -- --dataset_dir DIR --model MODEL_DIR`: what the review queue is worth. The dataset has weak
 * labels and gold labels of the same words, the model was trained on the weak ones. It judges the training pages without
 * looking at gold; then so many lines get their gold labels, once in queue order and several times at random, Stage B goes
 * on from the model on each of these datasets (and once on the uncorrected one), and every model is held against the gold
 * labels of the validation pages, and of the training pages that were touched. docs/review.md has the figures.
 *
 *   node scripts/evaluate-review.ts --dataset_dir /data/boston_full --model models/layoutlmv3_boston_final
 *     [--lines 50] [--draws 3] [--epochs 1] [--learning_rate 3e-4] [--seeds 1] [--folds 0] [--pages N] [--max_steps N]
 *     [--work DIR] [--out FILE.json] [--no_training] [--judge_validation]
 *
 * Stopped, it goes on where it was when it is started with the same --work: what is finished is kept there, and a training
 * goes on from its last checkpoint. `--folds 2` judges out of fold (as long as a training more). `--pages 40` takes so
 * many pages from all over, to try it. `--judge_validation`: only counts the wrong words found on the validation pages, which the model
 * must not have seen.
 */
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatasetDict } from '../core/datasets/dataset-dict.ts';
import type { LabelledPage } from '../core/datasets/labelled-page.ts';
import { writeDatasetDict } from '../core/datasets/write-dataset-dict.ts';
import { goldOf, scorePages } from '../core/experiment/scoring.ts';
import { readJson, writeJsonWhole } from '../core/files/files.ts';
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
    model: { type: 'string' },
    lines: { type: 'string', default: '50' },
    draws: { type: 'string', default: '3' },
    folds: { type: 'string', default: '0' },
    epochs: { type: 'string', default: '1' },
    learning_rate: { type: 'string', default: '3e-4' },
    seeds: { type: 'string', default: '1' },
    pages: { type: 'string' },
    max_steps: { type: 'string', default: '-1' },
    work: { type: 'string' },
    out: { type: 'string' },
    no_training: { type: 'boolean', default: false },
    judge_validation: { type: 'boolean', default: false },
  },
});
if (!flags.dataset_dir || !flags.model) throw new Error('--dataset_dir and --model are needed');
const { out: _, work: __, draws: ___, seeds: ____, no_training: _____, ...decisive } = flags;
const KEY = createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 8);
const WORK = join(flags.work ?? join(tmpdir(), 'galley-evaluate-review'), KEY);
await mkdir(WORK, { recursive: true });
const [count, draws, folds] = [Number(flags.lines), Number(flags.draws), Number(flags.folds)];
const training = {
  learning_rate: Number(flags.learning_rate),
  batch_size: 2,
  eval_batch_size: 4,
  token_masking: 0.15,
  box_jitter: 20,
};

const began = performance.now();
/** One line of progress with the time since the start; steps write over each other. */
const tell = (text: string, over = false) =>
  process.stderr.write(
    `${process.stderr.isTTY ? '\r\x1b[K' : ''}${((performance.now() - began) / 60_000).toFixed(1)} min  ${text}${
      over && process.stderr.isTTY ? '' : '\n'
    }`,
  );
let told = 0;
const onProgress = (p: { done: number; total: number; what: string }) => {
  if (p.done < p.total && performance.now() - told < (process.stderr.isTTY ? 500 : 15_000)) return;
  told = performance.now();
  tell(`${p.what} ${p.done}/${p.total}`, true);
};

/** What was worked out before under the same settings, else worked out now and kept. */
async function kept<T>(name: string, work: () => Promise<T>): Promise<T> {
  const path = join(WORK, `${name}.json`);
  if (existsSync(path)) {
    tell(`${name}: kept from before`);
    return (await readJson(path)) as T;
  }
  tell(`${name}: begins`);
  const value = await work();
  await writeJsonWhole(path, value);
  return value;
}

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

/** The dataset, or so many pages from all over it. */
async function datasetDir(): Promise<string> {
  if (!flags.pages) return flags.dataset_dir!;
  const folder = join(WORK, 'pages');
  if (existsSync(join(folder, 'dataset_dict'))) return folder;
  const whole = await openDatasetDict(flags.dataset_dir!);
  const some = (name: string, n: number) => {
    const every = Math.max(1, Math.floor(whole.split(name).length / n));
    return [...whole.split(name)].filter((_, i) => i % every === 0).slice(0, n);
  };
  const n = Number(flags.pages);
  await writeDatasetDict(folder, {
    splits: { train: some('train', n), validation: some('validation', Math.max(2, Math.ceil(n / 4))) },
    labelMap: whole.labelMap,
    extraColumns: whole.split('train').extraColumns,
  });
  return folder;
}

const FROM = await datasetDir();
const dataset = await openDatasetDict(FROM);
/** Pages whose lines are corrected. */
const train = [...dataset.split(flags.judge_validation ? 'validation' : 'train')];
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

/** Probabilities of the training pages by page: by the model, or out of fold. */
async function judge(): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {};
  const keep = (pageNum: number, rows: Float32Array) => {
    found[pageNum] = Array.from(rows, (p) => Math.round(p * 1e6) / 1e6);
  };
  if (folds > 0) {
    const judged = await outOfFoldProbabilities(
      { datasetDir: FROM, folds, model: 'galley-nano', training },
      { onProgress },
    );
    for (const [pageNum, rows] of judged) keep(pageNum, rows);
    return found;
  }
  const predictor = await Predictor.load(flags.model!);
  try {
    for await (const p of predictor.predict(train, train.length, { withProbs: true, onProgress }))
      keep(p.page_num, probabilitiesOf(p, dataset.labelMap));
  } finally {
    await predictor.close();
  }
  return found;
}

interface Score {
  readonly macro_f1: number;
  readonly accuracy: number;
}
interface Scores {
  /** Gold labels of the pages kept aside. */
  readonly validation: Score;
  /** Gold labels of the training pages on which any order corrected a line. */
  readonly touched: Score;
}

async function scoreOf(model: string, touched: readonly LabelledPage[]): Promise<Scores> {
  const predictor = await Predictor.load(model);
  const of = async (pages: readonly LabelledPage[]): Promise<Score> => {
    const predictions = await predictor.predictPages(pages, { onProgress });
    const rows = predictions.map((p) => ({ pageNum: p.page_num, labels: predictedIds(p) }));
    const { macro_f1, accuracy } = scorePages(pages, rows, dataset.labelMap).gold!;
    return { macro_f1, accuracy };
  };
  try {
    return { validation: await of(validation), touched: await of(touched) };
  } finally {
    await predictor.close();
  }
}

/** Stage B on from the model, on the dataset with these corrections. */
async function retrained(
  name: string,
  gold: Map<number, number[]>,
  touched: readonly LabelledPage[],
  seed: number,
): Promise<Scores> {
  const folder = join(WORK, name);
  const to = join(folder, 'dataset');
  if (!existsSync(join(to, 'dataset_dict'))) await writeGoldDataset({ from: FROM, to, gold });
  const trained = await trainStage(
    'full',
    trainingSchema.parse({
      ...training,
      seed,
      model: flags.model,
      word_weights: 'confidence',
      num_train_epochs_stageB: Number(flags.epochs),
      max_steps: Number(flags.max_steps),
      full_dataset_dir: to,
      output_dir: join(folder, 'models'),
      reports_dir: join(folder, 'reports'),
      save_total_limit: 1,
      resume: true,
    }),
    {
      onEvent: (event) => {
        if (event.kind === 'step')
          onProgress({ done: event.step, total: event.totalSteps, what: `${name}: step` });
      },
    },
    { initFrom: flags.model! },
  );
  const scores = await scoreOf(trained.folder, touched);
  // The models take more room than what they told.
  rmSync(folder, { recursive: true, force: true });
  return scores;
}

const judged = await kept('judged', judge);
const withGold = train.filter((page) => goldOf(page));
const pages = withGold.map((page) => reviewPage(page, judged[page.pageNum]));
const queue = reviewQueue(pages, { names: dataset.labelMap.names });
const all: Line[] = pages.flatMap(({ pageNum, lines }) =>
  lines.map((wordIndices) => ({ pageNum, wordIndices })),
);
const random = (draw: number): Line[] => shuffled(all, draw).slice(0, count);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
const results: Record<string, unknown> = {
  command: `npm run evaluate:review -- ${process.argv.slice(2).join(' ')}`,
  lines: count,
  judged_by: folds > 0 ? `${folds} models out of fold` : flags.model,
  pages: pages.length,
  validation_pages: validation.length,
  lines_in_pages: all.length,
  wrong_words_in_pages: wrongWords(all),
  queue_length: queue.length,
  corrected_by_queue: [10, 20, count, 2 * count, 4 * count].map((n) => ({
    lines: n,
    wrong_words: wrongWords(queue.slice(0, n)),
  })),
  corrected_at_random: mean(Array.from({ length: 20 }, (_, draw) => wrongWords(random(draw + 1)))),
  reasons: Object.fromEntries(
    ['label-error', 'disagreement', 'uncertain', 'rare'].map((reason) => {
      const lines = queue.slice(0, count).filter((item) => item.reason === reason);
      return [reason, { lines: lines.length, wrong_words: wrongWords(lines) }];
    }),
  ),
};
if (!flags.no_training && !flags.judge_validation) {
  const orders: { name: string; lines: readonly Line[] }[] = [
    { name: 'uncorrected', lines: [] },
    { name: 'queue', lines: queue.slice(0, count) },
    ...Array.from({ length: draws }, (_, draw) => ({ name: `random-${draw + 1}`, lines: random(draw + 1) })),
  ];
  const numbers = new Set(orders.flatMap(({ lines }) => lines.map(({ pageNum }) => pageNum)));
  const touched = withGold.filter(({ pageNum }) => numbers.has(pageNum));
  const runs: { name: string; seed: number; wrong_words: number; scores: Scores }[] = [];
  const before = await kept(`before-${draws}`, () => scoreOf(flags.model!, touched));
  for (let seed = 1; seed <= Number(flags.seeds); seed++)
    for (const { name, lines } of orders) {
      const run = `${name}-seed-${seed}-of-${draws}`;
      const scores = await kept(run, () => retrained(run, corrections(lines), touched, seed));
      runs.push({ name, seed, wrong_words: wrongWords(lines), scores });
      tell(
        `${run}: macro F1 ${scores.validation.macro_f1.toFixed(4)}, touched ${scores.touched.macro_f1.toFixed(4)}`,
      );
    }
  const summary = (wanted: (name: string) => boolean) => {
    const some = runs.filter(({ name }) => wanted(name));
    return {
      runs: some.length,
      wrong_words_corrected: mean(some.map(({ wrong_words }) => wrong_words)),
      validation_macro_f1: mean(some.map(({ scores }) => scores.validation.macro_f1)),
      validation_accuracy: mean(some.map(({ scores }) => scores.validation.accuracy)),
      touched_macro_f1: mean(some.map(({ scores }) => scores.touched.macro_f1)),
      touched_accuracy: mean(some.map(({ scores }) => scores.touched.accuracy)),
    };
  };
  results.touched_pages = touched.length;
  results.before = before;
  results.retrained = {
    uncorrected: summary((name) => name === 'uncorrected'),
    queue: summary((name) => name === 'queue'),
    random: summary((name) => name.startsWith('random')),
    runs,
  };
}
tell('done');
console.log(JSON.stringify(results, null, 2));
if (flags.out) await writeJsonWhole(flags.out, results);
