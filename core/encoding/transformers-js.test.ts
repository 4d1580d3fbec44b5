import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutoTokenizer, env, type PreTrainedTokenizer } from '@huggingface/transformers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateText } from '../demo/demo-pages.ts';
import type { Tokenizer } from './tokenizer.ts';
import { loadTokenizer } from './tokenizer-files.ts';

// A second opinion that needs no Python: Hugging Face's own tokenizer in JavaScript, from the same files.
const SHARED = '../shared/data/tokenizers';
const FOLDERS: readonly (readonly [string, string])[] = [
  ['configs/models', 'galley-nano'],
  [SHARED, 'layoutlmv3-v4'],
  [SHARED, 'layoutlmv3-v5'],
];

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, 'testing/nasty-words.golden.json'), 'utf8'),
) as {
  words: (string | [string, number])[];
  vocabularies: { roberta: { ids?: number[] }[] };
};
/** The one character they are known to differ in; the golden file from Python decides. */
const BYTE_ORDER_MARK = '\ufeff';
const NASTY = golden.words.map((word) => (typeof word === 'string' ? word : word[0].repeat(word[1])));

describe.each(FOLDERS)('the tokenizer of @huggingface/transformers with %s/%s', (root, name) => {
  let theirs: PreTrainedTokenizer;
  let ours: Tokenizer;
  const here = existsSync(join(root, name));
  if (!here) console.warn(`skipped: no tokenizer at ${join(root, name)}`);

  beforeAll(async () => {
    if (!here) return;
    env.allowRemoteModels = false;
    env.allowLocalModels = true;
    env.localModelPath = `${root}/`;
    theirs = await AutoTokenizer.from_pretrained(name, { local_files_only: true });
    ours = await loadTokenizer(join(root, name));
  });

  const expectSame = (word: string): void => {
    const pieces = theirs.encode(word, { add_special_tokens: false });
    expect([...ours.encodeWord(word)], JSON.stringify(word.slice(0, 80))).toEqual(pieces);
  };

  it.skipIf(!here)('cuts nasty words into the same pieces', () => {
    for (const word of NASTY) if (!word.includes(BYTE_ORDER_MARK)) expectSame(word);
  });

  it.skipIf(!here || name === 'galley-nano')(
    'takes a byte order mark for white space, as JavaScript does and Python does not',
    () => {
      const word = `${BYTE_ORDER_MARK}a`;
      const row = golden.words.indexOf(word);
      const wanted = golden.vocabularies.roberta[row].ids;
      expect(row).toBeGreaterThan(-1);
      expect([...ours.encodeWord(word)]).toEqual(wanted);
      expect(theirs.encode(word, { add_special_tokens: false })).not.toEqual(wanted);
    },
  );

  it.skipIf(!here)('cuts random words of any script into the same pieces', () => {
    const unit = fc.oneof(
      fc.constantFrom<'grapheme' | 'grapheme-composite' | 'binary'>(
        'grapheme',
        'grapheme-composite',
        'binary',
      ),
    );
    const word = unit
      .chain((kind) => fc.string({ unit: kind, maxLength: 24 }))
      .map((text) => text.replaceAll(BYTE_ORDER_MARK, ''));
    fc.assert(fc.property(word, expectSame), { numRuns: 1500 });
  });

  it.skipIf(!here)('cuts every word of the demo pages into the same pieces', () => {
    const words = new Set(generateText(7, 12).flat());
    expect(words.size).toBeGreaterThan(300);
    for (const word of words) expectSame(word);
  });
});
