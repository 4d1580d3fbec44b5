/**
 * Trains galley-nano's vocabulary and writes its tokenizer files:
 *
 *   node scripts/train-tokenizer.ts [--measure ../shared/data/boston-ocr/pages.jsonl]
 *
 * The corpus is the built-in demo's own text as read from its scans (grammar and OCR errors) and scripts/common-words.txt, a list of
 * everyday English words, so that prose the grammar never says is not cut into letters. Nothing is downloaded, no
 * real page is read; --measure only counts pieces per word on pages you name. The same sources give the same
 * files. The stored ones are kept when the demo's text changes afterwards: weights belong to their vocabulary.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { generateText } from '../core/demo/demo-pages.ts';
import { saveTokenizer } from '../core/encoding/save-tokenizer.ts';
import type { Tokenizer } from '../core/encoding/tokenizer.ts';
import { trainBpe } from '../core/encoding/train-bpe.ts';

const { values: flags } = parseArgs({
  options: {
    out: { type: 'string', default: 'configs/models/galley-nano' },
    vocab_size: { type: 'string', default: '6000' },
    books: { type: 'string', default: '3' },
    pages: { type: 'string', default: '400' },
    measure: { type: 'string' },
  },
});

/** Words of demo books as they would be read from the scan, errors included; another seed each book. */
function demoWords(books: number, pagesEach: number): string[] {
  const words: string[] = [];
  for (let book = 1; book <= books; book++)
    for (const page of generateText(1000 + book, pagesEach)) words.push(...page);
  return words;
}

/** The word list as it is written, with a capital, and in capitals, in a book's rough proportions; and numbers. */
function commonWords(): string[] {
  const path = new URL('./common-words.txt', import.meta.url);
  const list = new Set(readFileSync(path, 'utf8').split(/\s+/).filter(Boolean));
  const words: string[] = [];
  for (const word of list) {
    const capital = word.charAt(0).toUpperCase() + word.slice(1);
    words.push(...Array(6).fill(word), ...Array(3).fill(capital), ...Array(2).fill(word.toUpperCase()));
  }
  for (let n = 0; n < 600; n++) words.push(String(n), String(n));
  return words;
}

/** Pieces per word. */
function fertility(tokenizer: Tokenizer, words: readonly string[]): string {
  const pieces = words.reduce((sum, word) => sum + tokenizer.encodeWord(word).length, 0);
  return (pieces / words.length).toFixed(4);
}

const demo = demoWords(Number(flags.books), Number(flags.pages));
const tokenizer = trainBpe([...demo, ...commonWords()], { vocabSize: Number(flags.vocab_size) });
await saveTokenizer(tokenizer, flags.out);
console.log(
  `${flags.out}: ${tokenizer.vocabSize} entries, ${fertility(tokenizer, demo)} pieces per demo word`,
);
if (flags.measure) {
  const lines = readFileSync(flags.measure, 'utf8').split('\n').filter(Boolean);
  const words = lines.flatMap((line) => (JSON.parse(line) as { words: string[] }).words);
  console.log(`${flags.measure}: ${words.length} words, ${fertility(tokenizer, words)} pieces per word`);
}
