/**
 * `npm run evaluate:ocr`: reads the six real scans with the built-in OCR and holds the words, before and after the
 * repair of fractions, against the OCR that came with them. Prints the tables of docs/ocr.md.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readLabelsJsonl } from '../core/datasets/labels-jsonl.ts';
import { readPagesJsonl } from '../core/datasets/pages-jsonl.ts';
import { LabelMap } from '../core/labels/labels.ts';
import { align, characterErrors, type ErrorCount, wordErrors } from '../core/ocr/error-rates.ts';
import { languageData } from '../core/ocr/language-data.ts';
import { readScan } from '../core/ocr/raster.ts';
import { readPage } from '../core/ocr/read-page.ts';
import { Recogniser, threadCount } from '../core/ocr/recogniser.ts';
import type { Box, Page } from '../core/page/page.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '../../shared/data/boston-ocr') },
    threads: { type: 'string', default: '0' },
  },
});

/** Fractions as printed on the six scans, read by eye: the middle of each (0..1000) and its value. */
const PRINTED: Readonly<Record<number, readonly (readonly [x: number, y: number, value: string])[]>> = {
  79: [],
  102: [
    [608, 130, '¾'],
    [405, 148, '½'],
    [602, 448, '⅔'],
    [120, 487, '½'],
    [600, 470, '⅓'],
    [350, 551, '⅓'],
    [95, 784, '3½'],
    [525, 787, '1¾'],
  ],
  144: [
    [575, 266, '¼'],
    [578, 287, '¼'],
    [594, 807, '¼'],
    [596, 830, '⅓'],
  ],
  181: [
    [590, 643, '1½'],
    [106, 664, '¼'],
    [582, 663, '½'],
    [106, 682, '½'],
    [106, 701, '⅛'],
  ],
  254: [
    [92, 106, '¼'],
    [550, 130, '½'],
    [552, 191, '⅛'],
    [90, 206, '¼'],
  ],
  474: [
    [128, 227, '¼'],
    [584, 578, '½'],
  ],
};
/** How far the middle of a word may lie from that of the fraction, of 1000. */
const NEAR = { x: 45, y: 9 };

const middle = ([x0, y0, x1, y1]: Box) => [(x0 + x1) / 2, (y0 + y1) / 2] as const;

/** Index of the word that stands where a fraction is printed, or null. */
function wordAt(bboxes: readonly Box[], x: number, y: number): number | null {
  let best: number | null = null;
  let least = NEAR.x;
  for (const [i, box] of bboxes.entries()) {
    const [mx, my] = middle(box);
    if (Math.abs(my - y) > NEAR.y || box[0] > x + 4 || Math.abs(mx - x) >= least) continue;
    [best, least] = [i, Math.abs(mx - x)];
  }
  return best;
}

/** The words that came with a scan, its fractions put as they are printed; `at` says where each word comes from. */
function withPrinted(page: Page): { words: string[]; from: (number | null)[] } {
  const words = [...page.words];
  const from: (number | null)[] = words.map((_, i) => i);
  const insert: { before: number; value: string }[] = [];
  for (const [x, y, value] of PRINTED[page.pageNum] ?? []) {
    const at = wordAt(page.bboxes, x, y);
    const isNumber = at !== null && !/\p{L}{3}/u.test(page.words[at]);
    if (isNumber) words[at] = value;
    else {
      const next = page.bboxes.findIndex((box) => Math.abs(middle(box)[1] - y) <= NEAR.y && box[0] > x);
      if (next >= 0) insert.push({ before: next, value });
    }
  }
  for (const { before, value } of insert.sort((a, b) => b.before - a.before)) {
    words.splice(before, 0, value);
    from.splice(before, 0, null);
  }
  return { words, from };
}

const add = (a: ErrorCount, b: ErrorCount): ErrorCount => ({
  errors: a.errors + b.errors,
  length: a.length + b.length,
});
const rate = ({ errors, length }: ErrorCount) => `${((100 * errors) / Math.max(1, length)).toFixed(2)} %`;
const none: ErrorCount = { errors: 0, length: 0 };

const { pages } = await readPagesJsonl(join(values.data, 'pages.jsonl'), { boxSpace: '0-1000' });
const labelMap = LabelMap.default;
const gold = await readLabelsJsonl(join(values.data, 'labels.jsonl'), labelMap);
const ingredient = labelMap.idOf('INGREDIENT_LINE');
const scans = pages.filter(({ imagePath }) => imagePath !== null);
const reader = new Recogniser(() => languageData(), threadCount(Number(values.threads)));
const rows: string[] = [];
const totals = { cerGiven: [none, none], werGiven: [none, none], cer: [none, none], wer: [none, none] };
const ingredientWords = [none, none];
const fractions = { printed: 0, before: 0, after: 0, wrong: 0, repairs: 0, elsewhere: 0 };
try {
  const read = await Promise.all(
    scans.map(async (page) => {
      const options = { repair: true, deskew: false, crop: false };
      return readPage(await readScan(page.imagePath as string), reader, options);
    }),
  );
  for (const [i, page] of scans.entries()) {
    const { words, wordsBefore, bboxes } = read[i];
    const before = words.map((word, k) => wordsBefore?.[k] ?? word);
    const reference = withPrinted(page);
    const labels = gold.get(page.pageNum)?.labels;
    const row: string[] = [];
    for (const [stage, found] of [before, words].entries()) {
      const given = [characterErrors(page.words, found), wordErrors(page.words, found)];
      const printed = [characterErrors(reference.words, found), wordErrors(reference.words, found)];
      totals.cerGiven[stage] = add(totals.cerGiven[stage], given[0]);
      totals.werGiven[stage] = add(totals.werGiven[stage], given[1]);
      totals.cer[stage] = add(totals.cer[stage], printed[0]);
      totals.wer[stage] = add(totals.wer[stage], printed[1]);
      row.push(rate(given[0]), rate(given[1]), rate(printed[0]), rate(printed[1]));
      const own = align(reference.words, found).filter(({ reference: at }) => {
        const from = at === null ? null : (reference.from[at] ?? reference.from[at + 1] ?? null);
        return from !== null && labels?.[from] === ingredient;
      });
      const errors = own.filter(({ equal }) => !equal).length;
      ingredientWords[stage] = add(ingredientWords[stage], { errors, length: own.length });
    }
    rows.push(`| ${page.pageNum} | ${page.words.length} | ${row.join(' | ')} |`);
    const repaired = new Set(words.flatMap((_, k) => (wordsBefore?.[k] != null ? [k] : [])));
    fractions.repairs += repaired.size;
    for (const [x, y, value] of PRINTED[page.pageNum] ?? []) {
      const at = wordAt(bboxes, x, y);
      fractions.printed++;
      if (at === null) continue;
      if (before[at] === value) fractions.before++;
      if (words[at] === value) fractions.after++;
      else if (repaired.has(at)) fractions.wrong++;
      repaired.delete(at);
    }
    fractions.elsewhere += repaired.size;
  }
} finally {
  await reader.close();
}
const head = ['given CER', 'given WER', 'printed CER', 'printed WER'];
console.log(
  `| page | words | ${head.map((h) => `${h} before`).join(' | ')} | ${head.map((h) => `${h} after`).join(' | ')} |`,
);
console.log(`|${' --- |'.repeat(10)}`);
for (const row of rows) console.log(row);
const all = [0, 1].map((s) =>
  [totals.cerGiven, totals.werGiven, totals.cer, totals.wer].map((t) => rate(t[s])).join(' | '),
);
console.log(`| all | ${totals.werGiven[0].length} | ${all[0]} | ${all[1]} |`);
console.log(
  `\nwords of INGREDIENT_LINE (gold), fractions as printed: wrong ${rate(ingredientWords[0])} before, ${rate(ingredientWords[1])} after, of ${ingredientWords[0].length}`,
);
console.log(
  `fractions printed ${fractions.printed}: right before ${fractions.before}, after ${fractions.after}; ` +
    `${fractions.repairs} repairs, ${fractions.wrong} of them to a wrong fraction, ${fractions.elsewhere} where none is printed`,
);
