/**
 * What 8-bit products cost in quality: a trained model labels the near-gold pages of the real book in float32 and in int8.
 *
 *     node bench/int8-accuracy.ts --model DIR [--pages 60] [--data ../shared/data/boston-ocr]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { goldLabelsFor, readLabelsJsonl } from '../core/datasets/labels-jsonl.ts';
import { readPagesJsonl } from '../core/datasets/pages-jsonl.ts';
import { predictedIds } from '../core/inference/predictions.ts';
import { Predictor } from '../core/inference/predictor.ts';
import { evaluatePages } from '../core/training/metrics/evaluate.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    pages: { type: 'string', default: '1000' },
    data: { type: 'string', default: '../shared/data/boston-ocr' },
  },
});
if (!values.model) throw new Error('--model DIR: a trained model folder');
const found = new Map<string, ReadonlyMap<number, readonly number[]>>();
let scored = 0;
for (const precision of ['float32', 'int8'] as const) {
  const predictor = await Predictor.load(values.model, { device: 'cpu', precision });
  const { labelMap } = predictor;
  const { pages } = await readPagesJsonl(join(values.data, 'pages.jsonl'), { boxSpace: '0-1000' });
  const gold = await readLabelsJsonl(join(values.data, 'labels.jsonl'), labelMap);
  const labelled = pages
    .filter((page) => gold.has(page.pageNum) && page.words.length > 0)
    .filter((_, i, all) => i % Math.max(1, Math.floor(all.length / Number(values.pages))) === 0)
    .slice(0, Number(values.pages));
  const before = process.cpuUsage();
  const predictions = await predictor.predictPages(labelled);
  const { user, system } = process.cpuUsage(before);
  await predictor.close();
  const predicted = predictions.map((p) => ({ pageNum: p.page_num, labels: predictedIds(p) }));
  found.set(precision, new Map(predicted.map((p) => [p.pageNum, p.labels])));
  const reference = labelled.map((page) => ({ pageNum: page.pageNum, labels: goldLabelsFor(gold, page)! }));
  const record = evaluatePages(predicted, reference, labelMap).accumulator.record();
  scored = labelled.length;
  console.log(
    `${precision}: macro F1 ${record.macro_f1.toFixed(4)}, accuracy ${record.accuracy.toFixed(4)}; ` +
      `${((user + system) / 1e6 / scored).toFixed(3)} s of processor time a page`,
  );
}
let [same, words] = [0, 0];
for (const [pageNum, labels] of found.get('float32')!)
  for (const [i, label] of labels.entries()) {
    words++;
    if (found.get('int8')!.get(pageNum)![i] === label) same++;
  }
console.log(`${scored} pages, ${words} words, ${((100 * same) / words).toFixed(2)} % labelled alike`);
