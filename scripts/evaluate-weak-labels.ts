/**
 * Scores the rules against reference labels: `node scripts/evaluate-weak-labels.ts [folder] [--errors N]`.
 * The folder holds pages.jsonl (boxes 0-1000) and labels.jsonl; default: ../shared/data/boston-ocr.
 *
 * Rules, weights and thresholds were chosen on the development pages alone: blocks of 20 page numbers, the even
 * blocks (0-19, 40-59, ...). The odd blocks are held out, but for ten pages that were read, labels and all, while the
 * rules were being made; among them are five of the six pages of quality "gold" (the sixth is a development page).
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readLabelsJsonl } from '../core/datasets/labels-jsonl.ts';
import { readPagesJsonl } from '../core/datasets/pages-jsonl.ts';
import { LabelMap } from '../core/labels/labels.ts';
import { evaluatePages } from '../core/training/metrics/evaluate.ts';
import { markdownTable, metricsMarkdown } from '../core/training/metrics/tables.ts';
import { labelBook } from '../core/weak-labels/label-pages.ts';
import type { WeakPage } from '../core/weak-labels/types.ts';

const BLOCK = 20;
const STRUCTURE = ['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP'] as const;
const SEEN = new Set([37, 38, 39, 79, 102, 103, 104, 144, 181, 474]);
const isDevelopment = (pageNum: number) => Math.floor(pageNum / BLOCK) % 2 === 0;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { errors: { type: 'string', default: '0' } },
});
const folder = positionals[0] ?? join(import.meta.dirname, '../../shared/data/boston-ocr');
const labelMap = LabelMap.default;
const { pages } = await readPagesJsonl(join(folder, 'pages.jsonl'), { boxSpace: '0-1000' });
const gold = await readLabelsJsonl(join(folder, 'labels.jsonl'), labelMap);
const began = performance.now();
const weak = labelBook(pages);
console.log(`${pages.length} pages labelled in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);

const parts: Record<string, (page: WeakPage) => boolean> = {
  development: ({ page }) => isDevelopment(page.pageNum),
  'held out': ({ page }) => !isDevelopment(page.pageNum) && !SEEN.has(page.pageNum),
  all: () => true,
  'gold pages': ({ page }) => gold.get(page.pageNum)?.quality === 'gold',
};
for (const [name, includes] of Object.entries(parts)) {
  const chosen = weak.filter((page) => gold.has(page.page.pageNum) && includes(page));
  if (chosen.length === 0) continue;
  const { accumulator } = evaluatePages(
    chosen.map(({ page, labels }) => ({ pageNum: page.pageNum, labels })),
    chosen.map(({ page }) => gold.get(page.pageNum)!),
    labelMap,
  );
  const record = accumulator.record();
  const mean = STRUCTURE.reduce((sum, label) => sum + record.per_label[label].f1, 0) / STRUCTURE.length;
  console.log(`## ${name}: ${chosen.length} pages, mean F1 of ${STRUCTURE.join(', ')}: ${mean.toFixed(4)}\n`);
  console.log(`${metricsMarkdown(record)}\n`);
  console.log(`${calibration(chosen)}\n`);
  if (name === 'development' && Number(values.errors) > 0)
    console.log(worstPages(chosen, Number(values.errors)));
}

/** How often words are right whose confidence says so. */
function calibration(chosen: readonly WeakPage[]): string {
  const edges = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01];
  const bins = edges.slice(1).map(() => ({ words: 0, confidence: 0, right: 0 }));
  for (const { page, labels, wordConfidence } of chosen) {
    const truth = gold.get(page.pageNum)!.labels;
    for (const [i, label] of labels.entries()) {
      if (truth[i] < 0) continue;
      const bin = bins[edges.findIndex((edge) => wordConfidence[i] < edge) - 1];
      bin.words++;
      bin.confidence += wordConfidence[i];
      if (label === truth[i]) bin.right++;
    }
  }
  return markdownTable(
    ['confidence', 'words', 'mean confidence', 'right'],
    bins.flatMap((bin, k) =>
      bin.words === 0
        ? []
        : [
            [
              `${edges[k]} to ${Math.min(1, edges[k + 1])}`,
              String(bin.words),
              (bin.confidence / bin.words).toFixed(3),
              (bin.right / bin.words).toFixed(3),
            ],
          ],
    ),
  );
}

/** Development pages with the most wrong words. */
function worstPages(chosen: readonly WeakPage[], count: number): string {
  const wrong = chosen.map(({ page, labels }) => {
    const truth = gold.get(page.pageNum)!.labels;
    return {
      page: page.pageNum,
      words: labels.filter((label, i) => truth[i] >= 0 && truth[i] !== label).length,
    };
  });
  wrong.sort((a, b) => b.words - a.words);
  return `Most wrong words: ${wrong
    .slice(0, count)
    .map(({ page, words }) => `page ${page} ${words}`)
    .join(', ')}\n`;
}
