/**
 * `npm run evaluate:recipes -- DATASET [--predictions DIR] [--show N]`: recipes from weak labels, and from a model's
 * predictions, against recipes from the gold labels of the same pages.
 *
 * DATASET is a full dataset with gold labels, as `galley label --gold_labels` writes it; default: that of the real
 * pages. Recipes are compared as text: a title, an ingredient line or a paragraph of directions counts when it is the
 * same words, no more and no fewer. Pages without gold labels are left out on both sides, so that a recipe that begins
 * on such a page is cut on both sides alike; rules label the whole book.
 */
import { parseArgs } from 'node:util';
import { type RecipePage, recipesOfBook } from '../core/recipes/build.ts';
import { readDatasetPages, readPredictedPages } from '../core/recipes/sources.ts';
import type { BookRecipe, RecipeLine } from '../core/recipes/types.ts';
import { markdownTable } from '../core/training/metrics/tables.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { predictions: { type: 'string' }, show: { type: 'string', default: '0' } },
});
const dataset = positionals[0] ?? 'data/datasets/boston_layoutlmv3_full';

/** What is compared: each item as page, place and text. */
type Items = ReadonlyMap<string, number>;

function counted(keys: readonly string[]): Items {
  const items = new Map<string, number>();
  for (const key of keys) items.set(key, (items.get(key) ?? 0) + 1);
  return items;
}

const place = (line: RecipeLine) => line.refs.map((ref) => `${ref.pageNum}:${ref.words.join(',')}`).join(';');
const KINDS: Readonly<Record<string, (recipes: readonly BookRecipe[]) => Items>> = {
  'recipes (where they begin)': (recipes) => counted(recipes.map((r) => r.id)),
  'titles, exact': (recipes) => counted(recipes.flatMap((r) => (r.title ? [place(r.title)] : []))),
  'ingredient lines, exact': (recipes) => counted(recipes.flatMap((r) => r.ingredients.map(place))),
  'ingredient lines under the right title': (recipes) =>
    counted(recipes.flatMap((r) => r.ingredients.map((line) => `${r.name} ${place(line)}`))),
  'paragraphs of directions, exact': (recipes) => counted(recipes.flatMap((r) => r.steps.map(place))),
  'times, exact': (recipes) => counted(recipes.flatMap((r) => r.times.map(place))),
  'whole recipes, exact': (recipes) =>
    counted(recipes.map((r) => [r.title, ...r.ingredients, ...r.steps].map((l) => l && place(l)).join('|'))),
};

function score(found: Items, wanted: Items) {
  let right = 0;
  for (const [key, n] of found) right += Math.min(n, wanted.get(key) ?? 0);
  const sum = (items: Items) => [...items.values()].reduce((a, b) => a + b, 0);
  const [made, there] = [sum(found), sum(wanted)];
  const precision = made > 0 ? right / made : 0;
  const recall = there > 0 ? right / there : 0;
  const f1 = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return { made, there, precision, recall, f1 };
}

function compare(name: string, pages: readonly RecipePage[], goldPages: readonly RecipePage[]): void {
  const on = new Set(pages.map((p) => p.pageNum));
  const wanted = recipesOfBook(goldPages.filter((p) => on.has(p.pageNum)));
  const found = recipesOfBook(pages);
  console.log(`## ${name}, ${pages.length} pages\n`);
  console.log(
    markdownTable(
      ['', 'of gold', 'found', 'precision', 'recall', 'F1'],
      Object.entries(KINDS).map(([kind, of]) => {
        const s = score(of(found), of(wanted));
        return [
          kind,
          String(s.there),
          String(s.made),
          ...[s.precision, s.recall, s.f1].map((v) => v.toFixed(3)),
        ];
      }),
    ),
    '\n',
  );
}

/** How much of the lists and spans could be read. */
function readability(recipes: readonly BookRecipe[]): void {
  const lines = recipes.flatMap((r) => r.ingredients.map((line) => line.parsed));
  const share = (n: number, of: number) => `${n} (${((100 * n) / Math.max(1, of)).toFixed(1)} %)`;
  const count = (test: (p: (typeof lines)[number]) => boolean) =>
    share(lines.filter(test).length, lines.length);
  const times = recipes.flatMap((r) => r.times);
  const heats = recipes.flatMap((r) => r.temperatures);
  const yields = recipes.flatMap((r) => r.yields);
  console.log(`## What could be read, recipes from gold labels: ${recipes.length}\n`);
  console.log(
    markdownTable(
      ['', ''],
      [
        ['ingredient lines', String(lines.length)],
        ['with a quantity', count((p) => p.quantity !== null)],
        ['with a quantity in words ("few")', count((p) => p.vague !== null)],
        ['quantity left out: unreadable', count((p) => p.doubt === 'unreadable')],
        ['quantity left out: number and unit disagree', count((p) => p.doubt === 'number-and-unit')],
        ['quantity left out: too much', count((p) => p.doubt === 'too-much')],
        ['no quantity printed', count((p) => p.quantity === null && p.vague === null && p.doubt === null)],
        ['with a unit', count((p) => p.unit !== null)],
        ['with a name', count((p) => p.name !== null)],
        ['with alternatives', count((p) => p.alternatives.length > 0)],
        ['times read', share(times.filter((t) => t.duration !== null).length, times.length)],
        [
          'temperatures read',
          share(heats.filter((t) => t.degrees !== null || t.words !== null).length, heats.length),
        ],
        ['yields read', share(yields.filter((y) => y.amount !== null).length, yields.length)],
        [
          'recipes over a page break',
          share(recipes.filter((r) => r.pages.length > 1).length, recipes.length),
        ],
      ],
    ),
    '\n',
  );
}

/** Lines to look at, evenly over the book. */
function show(recipes: readonly BookRecipe[], count: number): void {
  const lines = recipes.flatMap((r) => r.ingredients);
  for (let k = 0; k < count; k++) {
    const { printed, parsed } = lines[Math.floor(((k + 0.5) * lines.length) / count)];
    const said = Object.entries(parsed).filter(([, v]) => v !== null && v !== false && String(v) !== '');
    console.log(`${printed}\n    ${said.map(([key, v]) => `${key} ${JSON.stringify(v)}`).join(', ')}`);
  }
}

const gold = await readDatasetPages(dataset, 'gold');
const withGold = new Set(gold.map((p) => p.pageNum));
const weak = await readDatasetPages(dataset, 'weak');
compare(
  'Weak labels',
  weak.filter((p) => withGold.has(p.pageNum)),
  gold,
);
if (values.predictions !== undefined) {
  const predicted = (await readPredictedPages(values.predictions)).filter((p) => withGold.has(p.pageNum));
  const held = new Set(predicted.map((p) => p.pageNum));
  compare('Predictions', predicted, gold);
  compare(
    'Weak labels of the same pages',
    weak.filter((p) => held.has(p.pageNum)),
    gold,
  );
}
readability(recipesOfBook(gold));
show(recipesOfBook(gold), Number(values.show));
