import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalisePixels } from './pixels.ts';
import { resizeBilinear } from './resize.ts';
import { loadTokenizer } from './tokenizer-files.ts';
import { encodePage } from './windows.ts';

/** Made by scripts/reference/encoding_golden.py with the real libraries. */
const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`./testing/${name}.golden.json`, import.meta.url), 'utf8'));

describe('resizeBilinear against Pillow', () => {
  const { cases } = golden('resize') as {
    cases: { from: [number, number]; to: [number, number]; hex: string }[];
  };
  it.each(cases)('$from to $to, to the last bit', ({ from: [width, height], to, hex }) => {
    const data = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++)
          data[(y * width + x) * 3 + c] = (x * x * 7 + y * 13 * (c + 1) + x * y * (c + 3)) % 256;
    const small = resizeBilinear({ width, height, data }, ...to);
    expect(Buffer.from(small.data).toString('hex')).toBe(hex);
  });
});

describe('normalisePixels against LayoutLMv3ImageProcessor', () => {
  it('gives the same float32 for each of the 256 levels', () => {
    const data = new Uint8Array(256 * 3);
    for (let i = 0; i < data.length; i++) data[i] = Math.floor(i / 3);
    const out = normalisePixels({ width: 16, height: 16, data });
    const levels: number[] = golden('resize').levels;
    expect([...out]).toEqual([...levels, ...levels, ...levels]);
  });
});

type Row = { v4: number[] } & ({ ids: number[] } | { count: number; checksum: number });

describe('nasty words against LayoutLMv3TokenizerFast', () => {
  const { words, vocabularies } = golden('nasty-words') as {
    words: (string | [string, number])[];
    vocabularies: Record<string, Row[]>;
  };
  const texts = words.map((word) => (typeof word === 'string' ? word : word[0].repeat(word[1])));
  const folders: Record<string, string> = {
    roberta: '../shared/data/tokenizers/layoutlmv3-v4',
    'galley-nano': 'configs/models/galley-nano',
  };
  for (const [name, rows] of Object.entries(vocabularies))
    it.skipIf(!existsSync(folders[name]))(`${name} (${folders[name]})`, async () => {
      const tokenizer = await loadTokenizer(folders[name]);
      for (const [i, text] of texts.entries()) {
        const row = rows[i];
        const ids = tokenizer.encodeWord(text);
        const what = JSON.stringify(words[i]);
        if ('ids' in row) expect(ids, what).toEqual(row.ids);
        else {
          expect(ids.length, what).toBe(row.count);
          expect(
            ids.reduce((sum, id) => (sum * 31 + id) % 1_000_000_007, 0),
            what,
          ).toBe(row.checksum);
        }
        const page = { pageNum: 1, width: 1, height: 1, words: [text], imagePath: null };
        const [window] = encodePage({ ...page, bboxes: [[0, 0, 0, 0]] }, [1], tokenizer, {
          maxLength: ids.length + 3,
          stride: 0,
          labelRule: 'v4',
        });
        const labelled = [...window.labels.keys()].filter((at) => window.labels[at] === 1);
        expect(
          labelled.slice(0, 50).map((at) => at - 1),
          what,
        ).toEqual(row.v4);
      }
    });
});

describe('galley-nano', () => {
  it('has as many embeddings as its tokenizer has entries', async () => {
    const folder = 'configs/models/galley-nano';
    const config = JSON.parse(readFileSync(`${folder}/config.json`, 'utf8'));
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.vocabSize).toBe(config.vocab_size);
    expect(tokenizer.ids.pad).toBe(config.pad_token_id);
  });
});
