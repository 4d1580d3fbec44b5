/**
 * Self-supervised pre-training of galley-nano, tried and found too slow to pay (docs/results.md): masked language modelling
 * as LayoutLMv3 does it (Huang et al. 2022, section 3.2; text side only): whole words are hidden, the model says which
 * pieces stood there from the words, boxes and picture around them. No label is used. Writes the folder given with --out.
 *
 *   node bench/masked-language-modelling.ts --pages DIR --minutes N [--batch 8] [--lr 1e-3] [--seed 1]
 */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readPagesJsonl } from '../core/datasets/pages-jsonl.ts';
import { PixelLoader } from '../core/encoding/pixels.ts';
import { loadTokenizer } from '../core/encoding/tokenizer-files.ts';
import { type EncodedWindow, encodePage, IGNORED_LABEL } from '../core/encoding/windows.ts';
import { writeJsonWhole } from '../core/files/files.ts';
import { LabelMap } from '../core/labels/labels.ts';
import { configToJson, readConfig, withGalleySettings, withLabels } from '../core/layoutlmv3/config.ts';
import { initParameters, parameterSpecs } from '../core/layoutlmv3/parameters.ts';
import { writeSafetensors } from '../core/layoutlmv3/safetensors.ts';
import type { Example } from '../core/training/examples.ts';
import { ADAMW_DEFAULTS } from '../core/training/kernels/kernels.ts';
import { ModelRunner } from '../core/training/model-runner.ts';
import { TrainingState } from '../core/training/state.ts';

const { values: flags } = parseArgs({
  options: {
    pages: { type: 'string' },
    minutes: { type: 'string', default: '20' },
    batch: { type: 'string', default: '8' },
    lr: { type: 'string', default: '1e-3' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: '.cache/galley-nano-mlm' },
  },
});
const BATCH = Number(flags.batch);
const PEAK = Number(flags.lr);
const MASKED = 0.3;
const WARM_UP = 100;
const BUCKETS = [128, 256, 384, 512];
const BASE = 'configs/models/galley-nano';

/** Small generator of its own (mulberry32): enough to choose words. */
function generator(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = generator(Number(flags.seed));

const tokenizer = await loadTokenizer(BASE);
const stored = await readConfig(join(BASE, 'config.json'));
// The vocabulary is the label set: the same graph, the two-layer head that comes with ten labels and more.
const pieces = new LabelMap(Array.from({ length: stored.vocabSize }, (_, i) => `piece ${i}`));
const config = withLabels(stored, pieces);

const { pages } = await readPagesJsonl(join(flags.pages!, 'pages.jsonl'), { boxSpace: '0-1000' });
const windows: { window: EncodedWindow; page: number }[] = pages.flatMap((page, index) =>
  page.words.length === 0
    ? []
    : encodePage(page, null, tokenizer, { maxLength: 512 }).map((window) => ({ window, page: index })),
);
const pixels = new PixelLoader({ size: config.inputSize });

const specs = parameterSpecs(config);
const state = new TrainingState(specs, () => true);
state.load(initParameters(config, Number(flags.seed)));
const runner = new ModelRunner(
  {
    config,
    ids: tokenizer.ids,
    visual: true,
    batch: BATCH,
    evalBatch: BATCH,
    device: 'cpu',
    trainRelativeBias: true,
    targets: { labels: pieces.size, smoothing: 0, labelWeights: null },
    augment: { tokenMasking: 0, boxJitter: 0 },
    seed: Number(flags.seed),
    buckets: BUCKETS,
  },
  state,
);

/** Hides 30 % of the words: mask token 80 %, another piece 10 %, left as it is 10 %; all are asked for. */
function mask(window: EncodedWindow): EncodedWindow {
  const inputIds = window.inputIds.slice();
  const labels = new Int32Array(window.length).fill(IGNORED_LABEL);
  let word = -1;
  let how = 'kept';
  for (let i = 0; i < window.length; i++) {
    if (window.wordIndex[i] < 0) continue;
    if (window.wordIndex[i] !== word) {
      word = window.wordIndex[i];
      const r = random();
      how = r >= MASKED ? 'kept' : r < 0.8 * MASKED ? 'hidden' : r < 0.9 * MASKED ? 'changed' : 'asked';
    }
    if (how === 'kept') continue;
    labels[i] = window.inputIds[i];
    if (how === 'hidden') inputIds[i] = tokenizer.ids.mask;
    if (how === 'changed') inputIds[i] = 5 + Math.floor(random() * (pieces.size - 5));
  }
  return { ...window, inputIds, labels } as EncodedWindow;
}

async function save(): Promise<void> {
  mkdirSync(flags.out!, { recursive: true });
  const tensors = new Map(
    specs
      .filter((s) => !s.name.startsWith('classifier.'))
      .map((s) => [s.name, { shape: s.shape, data: state.parameters.get(s.name)! }] as const),
  );
  await writeSafetensors(join(flags.out!, 'model.safetensors'), tensors);
  await writeJsonWhole(
    join(flags.out!, 'config.json'),
    configToJson(withGalleySettings(withLabels(stored, LabelMap.default), { relative_bias_trained: true })),
  );
  for (const name of readdirSync(BASE))
    if (name !== 'config.json') copyFileSync(join(BASE, name), join(flags.out!, name));
}

const started = performance.now();
const budget = Number(flags.minutes) * 60_000;
let [step, mean] = [0, 0];
let order: number[] = [];
for (;;) {
  const spent = (performance.now() - started) / budget;
  if (spent >= 1) break;
  if (order.length < BATCH) {
    order = windows.map((_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    // Batches of like length: longest to shortest in stretches, so that little is padding.
    const stretch = BATCH * 8;
    order = Array.from({ length: Math.ceil(order.length / stretch) }, (_, k) =>
      order
        .slice(k * stretch, (k + 1) * stretch)
        .sort((a, b) => windows[a].window.length - windows[b].window.length),
    ).flat();
  }
  const chosen = order.splice(0, BATCH).map((i) => windows[i]);
  const examples: Example[] = chosen.map(({ window, page }) => ({
    window: mask(window),
    page,
    weights: null,
  }));
  if (examples.every((e) => e.window.labels.every((l) => l === IGNORED_LABEL))) continue;
  const longest = Math.max(...examples.map((e) => e.window.length));
  const loss = await runner.train(
    {
      examples,
      textLength: BUCKETS.find((b) => b >= longest)!,
      pixelValues: await Promise.all(chosen.map((c) => pixels.load(pages[c.page]))),
    },
    1,
    true,
  );
  const learningRate = PEAK * Math.min(1, (step + 1) / WARM_UP, Math.max(0.02, (1 - spent) / 0.7));
  const { gradientNorm } = state.update({ ...ADAMW_DEFAULTS, learningRate, weightDecay: 0.01 }, step + 1, 1);
  step++;
  mean = step === 1 ? loss : 0.97 * mean + 0.03 * loss;
  if (step % 25 === 0) {
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `${seconds.toFixed(0)} s, step ${step}: loss ${mean.toFixed(3)}, gradient norm ${gradientNorm.toFixed(2)}, lr ${learningRate.toExponential(1)}, ${(seconds / step).toFixed(2)} s a step`,
    );
  }
  if (step % 200 === 0) await save();
}
await save();
console.log(
  `${step} steps of ${BATCH} pages in ${flags.minutes} minutes, loss ${mean.toFixed(3)}: ${flags.out}`,
);
