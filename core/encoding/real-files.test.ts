import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Box } from '../page/page.ts';
import { loadTokenizer } from './tokenizer-files.ts';
import { encodePage, IGNORED_LABEL } from './windows.ts';

const DATA = '../shared/data';
const V4 = `${DATA}/tokenizers/layoutlmv3-v4`;
const V5 = `${DATA}/tokenizers/layoutlmv3-v5`;
const PAGES = `${DATA}/boston-ocr/pages.jsonl`;

describe.skipIf(!existsSync(V4) || !existsSync(PAGES))(`real tokenizers and pages (${DATA})`, () => {
  const pages = () =>
    readFileSync(PAGES, 'utf8')
      .split('\n', 60)
      .filter(Boolean)
      .map((line) => {
        const json = JSON.parse(line) as {
          page_num: number;
          width: number;
          height: number;
          words: string[];
          bboxes: Box[];
        };
        return { ...json, pageNum: json.page_num, imagePath: null };
      });

  it('are the same tokenizer, saved by transformers v4, by v5, or as vocab.json and merges.txt', async () => {
    const plain = await mkdtemp(join(tmpdir(), 'galley-plain-'));
    try {
      for (const file of ['vocab.json', 'merges.txt', 'tokenizer_config.json'])
        await copyFile(join(V4, file), join(plain, file));
      const [first, ...others] = await Promise.all([V4, V5, plain].map(loadTokenizer));
      expect(first.ids).toEqual({ cls: 0, pad: 1, sep: 2, unk: 3, mask: 50264 });
      expect(first.vocabSize).toBe(50265);
      for (const other of others) {
        expect(other.ids).toEqual(first.ids);
        for (const { words } of pages())
          for (const word of words) expect(other.encodeWord(word)).toEqual(first.encodeWord(word));
      }
    } finally {
      await rm(plain, { recursive: true });
    }
  });

  it('give every word of every page one labelled piece', async () => {
    const tokenizer = await loadTokenizer(V5);
    for (const page of pages()) {
      const labels = page.words.map((_, word) => word);
      const windows = encodePage(page, labels, tokenizer, { maxLength: 128 });
      const found = windows.flatMap((w) => [...w.labels].filter((label) => label !== IGNORED_LABEL));
      expect(found.sort((a, b) => a - b)).toEqual(labels);
    }
  });
});
