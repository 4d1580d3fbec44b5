/**
 * Recipes from scans alone (Galley's own OCR, labels by rules) against recipes from the gold labels of the same pages:
 *
 *     galley import ../shared/data/boston-ocr/images --out_dir SCANNED
 *     node scripts/evaluate-scanned-recipes.ts SCANNED FULL
 *
 * FULL is the full dataset with gold labels. Pages are matched by the number in the name of their image. The words of
 * the two differ, so lines are compared as text: letters and digits, case aside. What the gold labels label is itself an
 * OCR, in which broken fractions are common: a quantity is compared where it could be read there.
 */
import { basename } from 'node:path';
import { openDatasetDict } from '../core/datasets/dataset-dict.ts';
import { LabelMap } from '../core/labels/labels.ts';
import { type RecipePage, recipesOfBook } from '../core/recipes/build.ts';
import { readDatasetPages, recipePage } from '../core/recipes/sources.ts';
import type { BookRecipe, IngredientLine } from '../core/recipes/types.ts';
import { markdownTable } from '../core/training/metrics/tables.ts';
import { labelBook } from '../core/weak-labels/label-pages.ts';

const [scanned, full] = process.argv.slice(2);
if (!scanned || !full) throw new Error('usage: node scripts/evaluate-scanned-recipes.ts SCANNED FULL');

const plain = (text: string | null) =>
  (text ?? '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Pages of the import under the numbers of their images, labelled by the rules. */
async function scannedPages(): Promise<RecipePage[]> {
  const dataset = await openDatasetDict(scanned);
  const pages = [...dataset.splits.values()].flatMap((split) =>
    Array.from({ length: split.length }, (_, i) => {
      const page = split.page(i);
      const number = /^\d+/.exec(basename(page.imagePath ?? ''));
      return { ...page, pageNum: number ? Number(number[0]) : page.pageNum };
    }),
  );
  pages.sort((a, b) => a.pageNum - b.pageNum);
  return labelBook(pages).map(({ page, labels, wordConfidence }) =>
    recipePage(page, labels, LabelMap.default.names, wordConfidence),
  );
}

const pages = await scannedPages();
const on = new Set(pages.map((page) => page.pageNum));
const wanted = recipesOfBook((await readDatasetPages(full, 'gold')).filter((page) => on.has(page.pageNum)));
const found = recipesOfBook(pages);

/** How many items of two lists are equal, each counted once. */
function equal(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>();
  for (const key of b) left.set(key, (left.get(key) ?? 0) + 1);
  let both = 0;
  for (const key of a) {
    const n = left.get(key) ?? 0;
    if (n > 0) both++;
    left.set(key, n - 1);
  }
  return both;
}

const rows: string[][] = [];
const row = (what: string, of: (recipe: BookRecipe) => readonly string[]) => {
  const keys = (recipes: readonly BookRecipe[]) =>
    recipes.flatMap((r) => of(r).map((text) => `${r.pages[0]} ${text}`));
  const [a, b] = [keys(wanted), keys(found)];
  rows.push([what, String(a.length), String(b.length), String(equal(a, b))]);
};
row('titles, exact', (r) => (r.title ? [plain(r.title.text)] : []));
row('ingredient lines, exact', (r) => r.ingredients.map((line) => plain(line.text)));
row('ingredient lines, exact but for the quantity', (r) =>
  r.ingredients.map(({ parsed: p }) => [p.unit, p.part, plain(p.name), plain(p.note)].join('|')),
);
row('paragraphs of directions, exact', (r) => r.steps.map((line) => plain(line.text)));
console.log(`${pages.length} pages\n`);
console.log(markdownTable(['', 'of gold', 'found', 'equal'], rows), '\n');

/** Lines of both sides that name the same thing on the same page, in order. */
const pairs: [IngredientLine, IngredientLine][] = [];
const linesOn = (recipes: readonly BookRecipe[], page: number) =>
  recipes.filter((r) => r.pages[0] === page).flatMap((r) => r.ingredients);
for (const page of on) {
  const left = linesOn(found, page);
  for (const line of linesOn(wanted, page)) {
    const name = plain(line.parsed.name);
    const at = left.findIndex((other) => name !== '' && plain(other.parsed.name) === name);
    if (at >= 0) pairs.push([line, left.splice(at, 1)[0]]);
  }
}
const share = (n: number, of: number) => `${n} of ${of}`;
const readable = pairs.filter(([gold]) => gold.parsed.quantity !== null);
const same = readable.filter(
  ([a, b]) =>
    b.parsed.quantity?.min === a.parsed.quantity?.min && b.parsed.quantity?.max === a.parsed.quantity?.max,
);
const doubtful = (recipes: readonly BookRecipe[]) => {
  const lines = recipes.flatMap((r) => r.ingredients);
  return share(lines.filter((line) => line.parsed.doubt !== null).length, lines.length);
};
console.log(
  markdownTable(
    ['fields of lines that name the same thing', ''],
    [
      ['lines paired', String(pairs.length)],
      ['quantity equal, where gold could be read', share(same.length, readable.length)],
      ['unit equal', share(pairs.filter(([a, b]) => a.parsed.unit === b.parsed.unit).length, pairs.length)],
      ['quantity that cannot be right: words of the labels', doubtful(wanted)],
      ['quantity that cannot be right: own OCR', doubtful(found)],
    ],
  ),
);
if (process.argv.includes('--show'))
  for (const [a, b] of readable.filter((pair) => !same.includes(pair)))
    console.log(`${a.printed} <> ${b.printed}`);
