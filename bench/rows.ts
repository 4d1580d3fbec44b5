import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatasetDict } from '../core/datasets/dataset-dict.ts';
import { readPagesJsonl } from '../core/datasets/pages-jsonl.ts';
import { writeDatasetDict } from '../core/datasets/write-dataset-dict.ts';
import { loadTokenizer } from '../core/encoding/tokenizer-files.ts';
import { LabelMap } from '../core/labels/labels.ts';
import { readConfig, visualLength } from '../core/layoutlmv3/config.ts';
import { buildTrainingGraph } from '../core/layoutlmv3/forward.ts';
import { loadModelFolder } from '../core/layoutlmv3/model-folder.ts';
import { saveModelFolder } from '../core/layoutlmv3/save-model-folder.ts';
import { bucketFor, chooseBuckets, rowCost } from '../core/training/buckets.ts';
import { buildExamples } from '../core/training/examples.ts';
import { trainingBatches } from '../core/training/sampler.ts';
import { trainingStepOnDevices } from './device-rows.ts';
import {
  type Comparison,
  galleyWorker,
  interleave,
  peerWorker,
  repository,
  type Spread,
  spread,
  Worker,
} from './harness.ts';
import { type BenchOptions, clock, gib, type Row, rowOf, timeOf, wide } from './row.ts';
import { windowStarts } from './window-start.ts';

const boston = join(repository, '../shared/data/boston-ocr/pages.jsonl');

type Options = Record<string, unknown>;

/** The peer's processes; none where there is no Python. */
function peersOf(
  o: BenchOptions,
  work: string,
  options: Options,
  peers: readonly Options[] = [{}],
): Worker[] {
  const all = { ...options, threads: o.threads };
  return o.python
    ? peers.map(
        (p) =>
          new Worker(`PyTorch${p.precision ? ` ${p.precision}` : ''}`, peerWorker(o.python!), work, {
            ...all,
            ...p,
          }),
      )
    : [];
}

const sides = (o: BenchOptions, work: string, options: Options, peers?: readonly Options[]): Worker[] => [
  new Worker('Galley', galleyWorker, work, { ...options, threads: o.threads }),
  ...peersOf(o, work, options, peers),
];

/** The machine's own GEMM rate: what every share is a share of. */
export async function gemmRate(o: BenchOptions): Promise<Spread> {
  const c = await interleave(
    [new Worker('Galley', galleyWorker, 'gemm', { threads: o.threads })],
    5 + o.rounds,
  );
  return spread(c.sides[0].samples.map((s) => s.flops / s[clock(o)] / 1e9));
}

async function trainingStep(o: BenchOptions): Promise<Row[]> {
  const shape = { model: o.model, batch: 2, text: 512 };
  const config = await readConfig(join(repository, o.model, 'config.json'));
  const { cost } = buildTrainingGraph(config, { batch: shape.batch, textLength: shape.text });
  const before = await gemmRate(o);
  const c = await interleave(sides(o, 'training-step', shape), o.rounds);
  const rate = cost.matrixFlops / timeOf(o, c, 0)!.median / 1e9;
  const share = `${(cost.matrixFlops / 1e9).toFixed(0)} GFLOP of matrix products a step, ${rate.toFixed(0)} GFLOP/s: ${((100 * rate) / before.median).toFixed(0)} % of the ${before.median.toFixed(0)} GFLOP/s of a bare Gemm`;
  const time = rowOf(o, c, {
    id: 'training-step',
    work: 'training step, batch 2, 512 + 197 tokens',
    peer: 'PyTorch, float32',
    target: '0.85',
    note: share,
  });
  const [own, other] = c.sides;
  const rows: Row[] = [
    time,
    {
      id: 'training-memory',
      work: 'its peak memory',
      peer: 'PyTorch, float32',
      galley: gib(own.peakBytes),
      other: other ? gib(other.peakBytes) : 'not here',
      ratio: other ? (own.peakBytes / other.peakBytes).toFixed(2) : '',
      target: '0.75',
      note: 'VmHWM of each process',
      data: null,
    },
  ];
  return rows;
}

/** A pair of its own: three processes of this size at once are more than most machines hold. */
async function trainingStepBfloat16(o: BenchOptions): Promise<Row[]> {
  if (!o.bfloat16 || !o.python) return [];
  const shape = { model: o.model, batch: 2, text: 512 };
  const c = await interleave(sides(o, 'training-step', shape, [{ precision: 'bfloat16' }]), o.rounds);
  return [
    rowOf(o, c, {
      id: 'training-step-bfloat16',
      work: 'the same step, in float32',
      peer: 'PyTorch, bfloat16 autocast',
      target: '-',
      note: '',
    }),
  ];
}

async function trainingStepInt8(o: BenchOptions): Promise<Row[]> {
  const shape = { model: o.model, batch: 2, text: 512, threads: o.threads };
  const workers = [
    new Worker('int8', galleyWorker, 'training-step', { ...shape, products: 'int8' }),
    new Worker('float32', galleyWorker, 'training-step', shape),
  ];
  const c = await interleave(workers, o.rounds);
  const memory = `peak memory ${gib(c.sides[0].peakBytes)} against ${gib(c.sides[1].peakBytes)}`;
  const peer = 'our own step in float32';
  return [
    rowOf(o, c, {
      id: 'training-step-int8',
      work: 'the same step with --precision int8',
      peer,
      target: '0.6',
      note: memory,
    }),
  ];
}

async function checkpointing(o: BenchOptions): Promise<Row[]> {
  const shape = { model: o.model, batch: 2, text: 512, threads: o.threads };
  const workers = [
    new Worker('checkpointing', galleyWorker, 'training-step', { ...shape, checkpointing: true }),
    new Worker('without', galleyWorker, 'training-step', shape),
  ];
  const c = await interleave(workers, o.rounds);
  const row = rowOf(o, c, {
    id: 'checkpointing',
    work: 'training step with --gradient_checkpointing',
    peer: 'our own step without',
    target: '-',
    note: '',
  });
  return [
    row,
    {
      ...row,
      id: 'checkpointing-memory',
      work: 'its peak memory',
      galley: gib(c.sides[0].peakBytes),
      other: gib(c.sides[1].peakBytes),
      ratio: (c.sides[0].peakBytes / c.sides[1].peakBytes).toFixed(2),
      target: 'under 3 GiB',
      data: null,
    },
  ];
}

async function bostonDataset(o: BenchOptions): Promise<string> {
  const folder = join(o.cache, 'boston');
  if (!existsSync(join(folder, 'dataset_dict'))) {
    const { pages } = await readPagesJsonl(boston, { boxSpace: '0-1000' });
    const labelled = pages
      .map((page) => ({ ...page, labels: page.words.map(() => 0) }))
      .filter((p) => p.words.length > 0);
    await writeDatasetDict(folder, { splits: { train: labelled }, labelMap: LabelMap.default });
  }
  return folder;
}

/** An epoch over the real pages, worked out from steps measured at each bucket and at 512. */
async function epoch(o: BenchOptions): Promise<Row[]> {
  const config = await readConfig(join(repository, o.model, 'config.json'));
  const tokenizer = await loadTokenizer(join(repository, '../shared/data/tokenizers/layoutlmv3-v5'));
  const split = (await openDatasetDict(await bostonDataset(o))).split('train');
  const { examples } = buildExamples(split, tokenizer, LabelMap.default, { maxLength: 512 });
  const batches = trainingBatches(examples.length, 2, 42, 0);
  const longest = batches.map((batch) => Math.max(...batch.map((i) => examples[i].window.length)));
  const buckets = chooseBuckets(longest, 512, (n) => rowCost(config, n, visualLength(config)));
  const workers = buckets.map(
    (text) =>
      new Worker(`Galley ${text}`, galleyWorker, 'training-step', {
        model: o.model,
        batch: 2,
        text,
        threads: o.threads,
      }),
  );
  if (o.python) workers.push(...peersOf(o, 'training-step', { model: o.model, batch: 2, text: 512 }));
  const c = await interleave(workers, Math.max(1, Math.ceil(o.rounds / 2)));
  const counts = buckets.map((bucket) => longest.filter((n) => bucketFor(buckets, n) === bucket).length);
  const seconds = c.sides.map((s) => s[clock(o)].median);
  const own = counts.reduce((sum, n, i) => sum + n * seconds[i], 0);
  const other = o.python ? batches.length * seconds[buckets.length] : null;
  const note = `${examples.length} windows, ${batches.length} steps: ${buckets.map((b, i) => `${counts[i]} at ${b}`).join(', ')}; worked out from measured steps`;
  return [
    {
      id: 'epoch',
      work: 'an epoch over the real Boston pages',
      peer: 'PyTorch, every page padded to 512',
      galley: `${own.toFixed(0)} s`,
      other: other ? `${other.toFixed(0)} s` : 'not here',
      ratio: other ? (own / other).toFixed(2) : '',
      target: '0.6',
      note,
      data: c,
    },
  ];
}

async function predictPage(o: BenchOptions): Promise<Row[]> {
  const shape = { model: o.model, batch: 1, text: 384, threads: o.threads };
  const workers = [
    new Worker('Galley', galleyWorker, 'predict-page', shape),
    new Worker('Galley int8', galleyWorker, 'predict-page', { ...shape, precision: 'int8' }),
    ...peersOf(o, 'predict-page', shape),
  ];
  const c = await interleave(workers, 2 * o.rounds);
  const peer = 'transformers, eval mode';
  const rows: Row[] = [];
  for (const [i, [precision, target]] of [
    ['float32', '0.6'],
    ['int8', '0.35'],
  ].entries()) {
    const [a, b] = [c.sides[i], c.sides[2]];
    const ratio = b ? spread(a.samples.map((s, k) => s[clock(o)] / b.samples[k][clock(o)])) : null;
    rows.push({
      id: `predict-page-${precision}`,
      work: `predicting a page, warm, 384 + 197 tokens, ${precision}`,
      peer,
      galley: `${wide(timeOf(o, c, i)!, 3)} s`,
      other: b ? `${wide(timeOf(o, c, 2)!, 3)} s` : 'not here',
      ratio: ratio ? wide(ratio) : '',
      target,
      note: b ? `peak memory ${gib(a.peakBytes)} against ${gib(b.peakBytes)}` : '',
      data: i === 0 ? c : null,
    });
  }
  return rows;
}

async function encodePages(o: BenchOptions): Promise<Row[]> {
  const options = { pages: boston, tokenizer: '../shared/data/tokenizers/layoutlmv3-v5' };
  const c = await interleave(sides(o, 'encode-pages', options), o.rounds);
  const tokens = c.sides.map((s) => s.samples[0].tokens);
  return [
    rowOf(o, c, {
      id: 'encode-pages',
      work: `tokenising and encoding all ${c.sides[0].facts.pages} pages`,
      peer: 'transformers fast tokenizer',
      target: '1',
      note: `${tokens.join(' and ')} tokens in windows of 512; one thread each`,
    }),
  ];
}

async function openDatasets(o: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const pages of [10_000, 100_000]) {
    const folder = join(o.cache, `pages-${pages}`);
    if (!existsSync(folder)) await writeMany(folder, pages);
    const parts: Comparison[] = [];
    // A process opens it once: nothing may be known before.
    for (let i = 0; i < o.rounds; i++) parts.push(await interleave(sides(o, 'open-dataset', { folder }), 1));
    const of = (side: number) => spread(parts.map((p) => p.sides[side].samples[0].seconds));
    const grown = (side: number) =>
      spread(
        parts.map((p) => (p.sides[side].peakBytes - Number(p.sides[side].facts.preparedBytes)) / 2 ** 20),
      );
    const peer = o.python !== null;
    rows.push({
      id: `open-${pages}`,
      work: `opening ${pages.toLocaleString('en-US')} pages, to the first page`,
      peer: 'datasets.load_from_disk',
      galley: `${wide(of(0), 3)} s`,
      other: peer ? `${wide(of(1), 3)} s` : 'not here',
      ratio: peer
        ? wide(spread(parts.map((p) => p.sides[0].samples[0].seconds / p.sides[1].samples[0].seconds)))
        : '',
      target: '0.3 s',
      note: `memory grew by ${grown(0).median.toFixed(0)} MiB${peer ? ` against ${grown(1).median.toFixed(0)} MiB` : ''}`,
      data: null,
    });
  }
  return rows;
}

/** Real pages, cut short so that 100 000 of them are written in minutes. */
const WORDS_OF_MANY = 100;

async function writeMany(folder: string, pages: number): Promise<void> {
  const { pages: real } = await readPagesJsonl(boston, { boxSpace: '0-1000' });
  const some = real.filter((p) => p.words.length > 0);
  function* all() {
    for (let i = 0; i < pages; i++) {
      const page = some[i % some.length];
      const [words, bboxes] = [page.words.slice(0, WORDS_OF_MANY), page.bboxes.slice(0, WORDS_OF_MANY)];
      yield { ...page, pageNum: i, imagePath: null, words, bboxes, labels: words.map(() => 0) };
    }
  }
  await writeDatasetDict(folder, { splits: { train: all() }, labelMap: LabelMap.default });
}

/** The nano model with a classifier that nobody trained: its labels mean nothing, its time is the same. */
async function nanoWithHead(o: BenchOptions): Promise<string> {
  const folder = join(o.cache, 'nano');
  if (!existsSync(folder)) {
    const from = join(repository, 'models/galley-nano');
    const { config, parameters } = await loadModelFolder(from, {
      labels: LabelMap.default,
      allowNewHead: true,
    });
    await saveModelFolder(folder, { config, parameters, tokenizerFrom: from });
  }
  return folder;
}

async function predictSplit(o: BenchOptions): Promise<Row[]> {
  const model = await nanoWithHead(o);
  const options = { model, dataset: await bostonDataset(o), out: join(o.cache, 'peer-predictions') };
  const c = await interleave(sides(o, 'predict-split', options), Math.max(1, Math.ceil(o.rounds / 2)));
  rmSync(options.out, { recursive: true, force: true });
  // The work is done by child processes: only the clock knows of it.
  const wall = { ...o, threads: 2 };
  return [
    rowOf(wall, c, {
      id: 'predict-split',
      work: 'predicting all Boston pages from the command line (galley-nano)',
      peer: 'a PyTorch script, batches of like length',
      target: '0.6',
      note: 'start of the process to its end; by the clock; every page without a scan',
    }),
  ];
}

async function windowStart(o: BenchOptions): Promise<Row[]> {
  const project = await bostonDataset(o);
  const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    existsSync,
  );
  if (!chromium || !existsSync(join(repository, 'dist/core/cli/main.js'))) return [];
  const starts = await windowStarts(project, o.rounds, chromium);
  const median = (of: 'server' | 'browser') => spread(starts.map((s) => s[of])).median.toFixed(2);
  return [
    {
      id: 'window-start',
      work: 'start of the window to a page drawn',
      peer: '-',
      galley: `${wide(spread(starts.map((s) => s.seconds)))} s`,
      other: '',
      ratio: '',
      target: '2 s',
      note: `galley serve, headless Chromium running already, 485 pages, after the first start; by the clock; processor time ${median('server')} s of the workbench, ${median('browser')} s of Chromium`,
      data: starts,
    },
  ];
}

/** Rows by the name that --only takes. */
export const ROWS: Readonly<Record<string, (o: BenchOptions) => Promise<Row[]>>> = {
  'training-step': trainingStep,
  'training-step-bfloat16': trainingStepBfloat16,
  'training-step-int8': trainingStepInt8,
  'training-step-gpu': trainingStepOnDevices,
  checkpointing,
  epoch,
  'predict-page': predictPage,
  'predict-split': predictSplit,
  'encode-pages': encodePages,
  'open-dataset': openDatasets,
  'window-start': windowStart,
};
