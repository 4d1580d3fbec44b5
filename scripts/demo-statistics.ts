/**
 * Compares demo pages with real ones, in figures that a model would notice:
 * `node scripts/demo-statistics.ts FOLDER [--pages 300] [--seed 1]`, where FOLDER holds pages.jsonl (boxes 0..1000) and
 * labels.jsonl. Prints a Markdown table; undecided words are left out of the shares.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readLabelsJsonl } from '../core/datasets/labels-jsonl.ts';
import { readPagesJsonl } from '../core/datasets/pages-jsonl.ts';
import { DEMO_LABELS, readBook } from '../core/demo/demo-pages.ts';
import type { Box } from '../core/page/page.ts';

interface LabelledPage {
  readonly words: readonly string[];
  readonly bboxes: readonly Box[];
  /** Names; null where undecided. */
  readonly labels: readonly (string | null)[];
}

const quantiles = (values: readonly number[]): string => {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.05, 0.25, 0.5, 0.75, 0.95]
    .map((q) => Math.round(sorted[Math.floor(q * sorted.length)] ?? 0))
    .join(' ');
};
const mean = (values: readonly number[]) =>
  values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);
const percent = (share: number) => (100 * share).toFixed(2);

/** Word indices line by line: a new line where the middle jumps or the writing goes back to the left. */
function linesOf(page: LabelledPage): number[][] {
  const lines: number[][] = [];
  const middle = ([, y0, , y1]: Box) => (y0 + y1) / 2;
  for (const [i, box] of page.bboxes.entries()) {
    const before = page.bboxes[i - 1];
    if (!before || Math.abs(middle(box) - middle(before)) > 10 || box[0] < before[0] - 5) lines.push([]);
    lines[lines.length - 1].push(i);
  }
  return lines;
}

function statistics(pages: readonly LabelledPage[]): Map<string, string> {
  const table = new Map<string, string>();
  const labels = pages.flatMap((page) => page.labels);
  const decided = labels.filter((label) => label !== null);
  const words = pages.flatMap((page) => page.words);
  const lines = pages.map((page) => ({ page, lines: linesOf(page) }));
  const spans = (name: string) =>
    labels.filter((label, i) => label === name && labels[i - 1] !== name).length;
  const share = (test: (word: string) => boolean) => percent(words.filter(test).length / words.length);

  table.set('pages', `${pages.length}`);
  table.set('words a page, mean', mean(pages.map((page) => page.words.length)).toFixed(0));
  table.set('words a page', quantiles(pages.map((page) => page.words.length)));
  table.set('lines a page', quantiles(lines.map((entry) => entry.lines.length)));
  for (const name of DEMO_LABELS.names)
    table.set(
      `${name}, % of words`,
      percent(decided.filter((label) => label === name).length / decided.length),
    );
  table.set(
    'pages of O only, %',
    percent(mean(pages.map((page) => (page.labels.every((x) => x === 'O' || x === null) ? 1 : 0)))),
  );
  for (const name of ['TITLE', 'TIME', 'TEMP', 'SERVINGS'])
    table.set(`${name} spans in 100 pages`, ((100 * spans(name)) / pages.length).toFixed(0));
  for (const name of ['TITLE', 'INGREDIENT_LINE', 'INSTRUCTION_STEP']) {
    const whole = lines.flatMap(({ page, lines: list }) =>
      list
        .filter((line) => line.every((i) => page.labels[i] === name))
        .map((line) => line.map((i) => page.bboxes[i])),
    );
    table.set(
      `${name} lines begin at`,
      quantiles(whole.map((line) => Math.min(...line.map((box) => box[0])))),
    );
    table.set(`${name} lines end at`, quantiles(whole.map((line) => Math.max(...line.map((box) => box[2])))));
    table.set(`${name} height`, quantiles(whole.flat().map((box) => box[3] - box[1])));
  }
  const last = lines.flatMap(({ page, lines: list }) =>
    list.map((line) => page.words[line[line.length - 1]]),
  );
  table.set(
    'lines that end in a hyphen, %',
    percent(last.filter((word) => word.endsWith('-')).length / last.length),
  );
  table.set('letters a word', mean(words.map((word) => word.length)).toFixed(2));
  table.set(
    'words with digits among letters, %',
    share((word) => /[a-z]\d|\d[a-z]/i.test(word)),
  );
  table.set(
    'words with a misread quotation mark, %',
    share((word) => /^[‘'“]\w/.test(word)),
  );
  return table;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pages: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } },
});
const [folder] = positionals;
if (!folder) throw new Error('name a folder with pages.jsonl and labels.jsonl');
const gold = await readLabelsJsonl(join(folder, 'labels.jsonl'), DEMO_LABELS);
const { pages } = await readPagesJsonl(join(folder, 'pages.jsonl'), { boxSpace: '0-1000' });
const real = pages.flatMap((page) => {
  const found = gold.get(page.pageNum);
  return found
    ? [{ ...page, labels: found.labels.map((id) => (id < 0 ? null : DEMO_LABELS.names[id])) }]
    : [];
});
const [ours, theirs] = [statistics(readBook(Number(values.seed), Number(values.pages))), statistics(real)];
console.log('| | real | demo |\n|---|---|---|');
for (const [name, value] of theirs) console.log(`| ${name} | ${value} | ${ours.get(name)} |`);
